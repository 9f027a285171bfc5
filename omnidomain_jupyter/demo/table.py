"""The one table at the end: plain text, aligned, numbers to the right."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from ..schemas import ReadFileMetrics, Run

HEADER = (
    *("run", "sample", "status", "read", "reads", "bases"),
    *("Q20", "GC", "adapter", "duration", "report"),
)
_RIGHT = frozenset({"reads", "bases", "Q20", "GC", "adapter", "duration"})
_GAP = "  "


def run_lines(run: Run, files: Sequence[ReadFileMetrics], report: Path | None) -> list[list[str]]:
    """Return a run's lines of the table: one for each file of reads, at least one."""
    lines = []
    for number, metrics in enumerate(files or [None]):
        first = number == 0
        lines.append(
            [
                str(run.run_id)[:8] if first else "",
                run.sample_id if first else "",
                str(run.status) if first else "",
                *_numbers(metrics, f"R{number + 1}"),
                duration(run) if first else "",
                (short_path(report) if report else "-") if first else "",
            ]
        )
    return lines


def _numbers(metrics: ReadFileMetrics | None, read: str) -> list[str]:
    if metrics is None:
        return ["-"] * 6
    adapter = "-" if metrics.adapter_share is None else f"{metrics.adapter_share:.1%}"
    return [
        read,
        f"{metrics.reads:,}",
        f"{metrics.bases:,}",
        f"{metrics.q20_share:.1%}",
        f"{metrics.gc_share:.1%}",
        adapter,
    ]


def table(lines: Sequence[Sequence[str]]) -> str:
    """Return the lines below their header, each column as wide as its widest cell."""
    rows = [HEADER, *lines]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADER))]
    rule = ["─" * width for width in widths]
    return "\n".join(
        _GAP.join(
            _padded(cell, width, right=name in _RIGHT)
            for cell, width, name in zip(row, widths, HEADER, strict=True)
        ).rstrip()
        for row in (HEADER, rule, *lines)
    )


def duration(run: Run) -> str:
    """Return how long the run has taken, once it has ended."""
    if run.started_at is None or run.completed_at is None:
        return "-"
    seconds = max((run.completed_at - run.started_at) / timedelta(seconds=1), 0)
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"


def short_path(path: Path) -> str:
    """Return the path from the current directory on where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except (ValueError, OSError):
        return str(path)
    return min(relative, str(path), key=len)


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
