"""Small HTML for what a notebook shows of a run, a submission, a report. All of it escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from .status import RunStatus

if TYPE_CHECKING:
    from .schemas import ProblemIssue, ValidationReport

# The text alternatives of the panel's shapes: a status is never told by colour alone.
SHAPES = {
    RunStatus.CREATED: ("○", "--jp-ui-font-color2"),
    RunStatus.SUBMITTED: ("○", "--jp-ui-font-color2"),
    RunStatus.RUNNING: ("◐", "--jp-brand-color1"),
    RunStatus.COMPLETED: ("✔", "--jp-success-color1"),
    RunStatus.FAILED: ("✖", "--jp-error-color1"),
    RunStatus.CANCELLED: ("□", "--jp-ui-font-color2"),
    RunStatus.UNKNOWN: ("?", "--jp-warn-color1"),
}


def status_html(status: RunStatus) -> str:
    """Return a status as shape, word and colour."""
    shape, colour = SHAPES[status]
    return (
        f'<span style="color: var({colour}, inherit); white-space: nowrap">'
        f'<span aria-hidden="true">{shape}</span> {status.value}</span>'
    )


def card(title: str, facts: Mapping[str, str], status: str = "") -> str:
    """Return a title and its facts. Facts are text, `status` is HTML of ours."""
    rows = "".join(
        '<div style="color: var(--jp-ui-font-color2, inherit)">'
        f"{escape(name)}</div><div>{escape(text)}</div>"
        for name, text in facts.items()
        if text
    )
    return (
        '<div style="font-family: var(--jp-ui-font-family, sans-serif); font-size: 13px">'
        f"<div><b>{escape(title)}</b> {status}</div>"
        '<div style="display: grid; grid-template-columns: max-content auto; '
        f'gap: 0 12px; overflow-wrap: anywhere">{rows}</div></div>'
    )


def report_html(report: ValidationReport, title: str) -> str:
    """Return a report: the sentence, the messages, the sheet with its bad cells marked."""
    marks = {(issue.line, issue.column): issue.message for issue in report.errors}
    head = "".join(f"<th>{escape(name)}</th>" for name in ["line", *report.columns])
    body = "".join(
        f"<tr><td>{row.line}</td>"
        + "".join(
            _cell(row.cells.get(name, ""), marks.get((row.line, name))) for name in report.columns
        )
        + "</tr>"
        for row in report.preview
    )
    table = f'<div style="overflow-x: auto"><table><tr>{head}</tr>{body}</table></div>'
    return card(title, {}) + _messages(report.errors) + _messages(report.warnings) + table


def _cell(text: str, message: str | None) -> str:
    if message is None:
        return f"<td>{escape(text)}</td>"
    return (
        f'<td title="{escape(message)}" style="outline: 2px solid var(--jp-error-color1, red); '
        f'outline-offset: -2px">{escape(text)} ▪</td>'
    )


def _messages(issues: Iterable[ProblemIssue]) -> str:
    from ._failures import described

    lines: Sequence[str] = [f"<li>{escape(described(issue))}</li>" for issue in issues]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""
