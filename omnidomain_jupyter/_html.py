"""Small HTML for what a notebook shows of a run, a submission, a report. All of it escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from ._failures import SHOWN, described
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


def report_html(report: ValidationReport, title: str, advice: str = "") -> str:
    """Return a report: the sentence, the messages, the sheet with its bad cells marked."""
    marks: dict[tuple[int | None, str | None], str] = {}
    for issue in report.errors:
        marks.setdefault((issue.line, issue.column), issue.message)
    heads = "".join(_cell(name, marks.get((1, name)), "th") for name in report.columns)
    rows = [(row.line, row.cells) for row in report.preview]
    far = _far_rows(report)
    body = "".join(_row(line, cells, report.columns, marks) for line, cells in rows)
    if far:
        body += f'<tr><td colspan="{len(report.columns) + 1}">…</td></tr>'
        body += "".join(
            _row(line, cells, report.columns, marks, unknown="…") for line, cells in far.items()
        )
    table = (
        f'<div style="overflow-x: auto"><table><tr><th>line</th>{heads}</tr>{body}</table></div>'
    )
    errors = _messages(report.errors, report.error_count)
    told = f"<p>{escape(advice)}</p>" if advice else ""
    warnings = _messages(report.warnings, len(report.warnings), "Note: ")
    return card(title, {}) + errors + told + warnings + (table if report.columns else "")


def _far_rows(report: ValidationReport) -> dict[int, dict[str, str]]:
    """Return the bad cells of rows that come after the preview, by line: all that is known."""
    last = max((row.line for row in report.preview), default=0)
    far: dict[int, dict[str, str]] = {}
    for issue in report.errors:
        if issue.line is None or issue.line <= last or issue.column not in report.columns:
            continue
        if issue.line not in far and len(far) == SHOWN:
            break
        far.setdefault(issue.line, {})[str(issue.column)] = issue.value or ""
    return dict(sorted(far.items()))


def _row(
    line: int,
    cells: Mapping[str, str],
    columns: Iterable[str],
    marks: Mapping[tuple[int | None, str | None], str],
    unknown: str = "",
) -> str:
    shown = (_cell(cells.get(name, unknown), marks.get((line, name))) for name in columns)
    return f"<tr><td>{line}</td>{''.join(shown)}</tr>"


def _cell(text: str, message: str | None, tag: str = "td") -> str:
    if message is None:
        return f"<{tag}>{escape(text)}</{tag}>"
    return (
        f'<{tag} title="{escape(message)}" style="outline: 2px solid '
        f'var(--jp-error-color1, red); outline-offset: -2px">{escape(text)} ▪</{tag}>'
    )


def _messages(issues: Sequence[ProblemIssue], count: int, before: str = "") -> str:
    lines = [f"<li>{before}{escape(described(issue))}</li>" for issue in issues[:SHOWN]]
    if count > SHOWN:
        lines.append(f"<li>… and {count - SHOWN:,} more</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""
