"""Makes the rows of a sheet fit its header, and notes what had to be repaired."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .issues import Issue
from .notices import Notices

_BLANKS = re.compile(r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$")


@dataclass
class Findings:
    """What was found while a sheet was read, by line."""

    comments: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    empty_columns: list[int] = field(default_factory=list)
    short: dict[int, int] = field(default_factory=dict)
    errors: list[Issue] = field(default_factory=list)

    def add(self, more: Findings) -> None:
        """Add what was found further below."""
        self.comments += more.comments
        self.blanks += more.blanks
        self.empty_columns += more.empty_columns
        self.short |= more.short
        self.errors += more.errors

    def sorted_errors(self) -> list[Issue]:
        """Return the errors in the order of the lines."""
        return sorted(self.errors, key=lambda issue: issue.line or 0)

    def tell(self, notices: Notices) -> None:
        """Add what was repaired to the warnings, in the order of the lines."""
        kinds = {
            "blanks": self.blanks,
            "comment": self.comments,
            "empty_column": self.empty_columns,
            "short_row": self.short,
        }
        notices.add_lines(kinds, self._issue)

    def _issue(self, code: str, line: int) -> Issue:
        count = self.short.get(line)
        message = {
            "blanks": "Blanks at the beginning or end of a cell were left out.",
            "comment": "A comment line was left out.",
            "empty_column": "An empty column at the end was left out.",
            "short_row": f"Line {line} has only {count} cells; the rest was taken as empty.",
        }[code]
        return Issue(message, code, line=line or None)


def stripped(cell: str) -> str:
    """Return the cell without blanks around it, those included that nobody sees."""
    plain = cell.strip()
    return plain if plain.isascii() else _BLANKS.sub("", plain)


def fitted(cells: list[str], width: int, line: int, findings: Findings) -> list[str]:
    """Return as many cells as the header has columns."""
    if len(cells) > width:
        surplus = [cell for cell in cells[width:] if cell]
        if surplus:
            message = f"Line {line} has {len(cells)} cells, but the header names {width} columns."
            value = surplus[0][:200]
            findings.errors.append(Issue(message, "ragged_row", line=line or None, value=value))
        return cells[:width]
    if len(cells) < width:
        findings.short[line] = len(cells)
        return cells + [""] * (width - len(cells))
    return cells
