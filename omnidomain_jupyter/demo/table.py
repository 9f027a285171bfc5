"""The one table at the end: plain text, aligned, numbers to the right, at most 100 wide.

Below a run's numbers stands the path of its report, alone on its line and in one piece, so that
it can be copied; only such a path may be wider than the table.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ..schemas import ReadFileMetrics, Run

WIDTH = 100
HEADER = (
    *("run", "sample", "status", "read", "reads"),
    *("bases", "Q20", "GC", "adapter", "duration"),
)
_RIGHT = frozenset({"reads", "bases", "Q20", "GC", "adapter", "duration"})
_SAMPLE = HEADER.index("sample")
_NARROWEST = 8  # of the column of samples
_GAP = "  "


@dataclass(frozen=True)
class Block:
    """A run's part of the table: a row for each file of reads, at least one, and its report."""

    rows: list[list[str]]
    report: str


def run_block(run: Run, files: Sequence[ReadFileMetrics], report: Path | None) -> Block:
    """Return a run's part of the table."""
    rows = []
    for number, metrics in enumerate(files or [None]):
        first = number == 0
        rows.append(
            [
                str(run.run_id)[:8] if first else "",
                run.sample_id if first else "",
                str(run.status) if first else "",
                *_numbers(metrics, f"R{number + 1}"),
                duration(run) if first else "",
            ]
        )
    return Block(rows, short_path(report) if report else "no report")


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


def table(blocks: Sequence[Block]) -> str:
    """Return the runs below their header, each column as wide as its widest cell.

    The names of samples go on in the next row where the table would become too wide.
    """
    rows = [list(HEADER), *(row for block in blocks for row in block.rows)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADER))]
    excess = sum(widths) + len(_GAP) * (len(HEADER) - 1) - WIDTH
    widths[_SAMPLE] = min(widths[_SAMPLE], max(widths[_SAMPLE] - excess, _NARROWEST))
    lines = [
        _line(HEADER, widths),
        f"{_GAP}report",
        _line(["─" * width for width in widths], widths),
    ]
    for block in blocks:
        lines += [_line(row, widths) for row in _folded(block.rows, widths[_SAMPLE])]
        lines.append(f"{_GAP}{block.report}")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(
        _padded(cell, width, right=name in _RIGHT)
        for cell, width, name in zip(cells, widths, HEADER, strict=True)
    ).rstrip()


def _folded(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Return a run's rows with its sample's name in pieces of at most `width`."""
    pieces = _pieces(rows[0][_SAMPLE], width)
    folded = [list(row) for row in rows]
    folded += [[""] * len(HEADER) for _ in pieces[len(rows) :]]
    for row, piece in zip(folded, pieces, strict=False):
        row[_SAMPLE] = piece
    return folded


def _pieces(text: str, width: int) -> list[str]:
    pieces = [""]
    for character in text:
        if _width(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


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
