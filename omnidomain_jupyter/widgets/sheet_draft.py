"""A sheet while it is being put right: cells that change, and the text that they make."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from ..samplesheet.reader import read_sheet

_BREAKS = str.maketrans({"\t": " ", "\r": " ", "\n": " "})


class SheetDraft:
    """The cells of a sheet, with the line that each row has in its text.

    Parameters
    ----------
    columns : names, from left to right
    rows : each as wide as `columns`
    lines : the physical line of each row; counted from 2 otherwise
    header_line : the physical line of the header

    Attributes
    ----------
    edition : how often it was changed
    """

    def __init__(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        lines: Sequence[int] | None = None,
        header_line: int = 1,
    ) -> None:
        self.columns = list(columns)
        self.rows = [list(row) for row in rows]
        self.lines = list(lines or ())
        if len(self.lines) != len(self.rows) or not _rising(self.lines, header_line):
            header_line, self.lines = 1, list(range(2, len(self.rows) + 2))
        self._header_line = header_line
        self._lock = threading.Lock()  # it is read on one thread and changed on another
        self.edition = 0

    @classmethod
    def read(cls, data: bytes | str, name: str | None = None) -> SheetDraft:
        """Return the sheet in a file's bytes or in a text, as the server reads it.

        Raises
        ------
        SheetError : there is no table in it
        """
        sheet = read_sheet(data, filename=name)
        rows = zip(*sheet.table, strict=True) if sheet.table else iter(())
        return cls(sheet.columns, rows, sheet.lines, sheet.header_line)

    def set(self, row: int, column: int, text: str) -> None:
        """Change a cell; rows that are not there yet are made."""
        with self._lock:
            while len(self.rows) <= row:
                self._append()
            self.rows[row][column] = text.translate(_BREAKS).strip()
            self.edition += 1

    def rename(self, column: int, name: str) -> None:
        """Give a column another name."""
        with self._lock:
            self.columns[column] = name.translate(_BREAKS).strip()
            self.edition += 1

    def add(self) -> None:
        """Add an empty row at the end."""
        with self._lock:
            self._append()
            self.edition += 1

    def remove(self, row: int) -> None:
        """Take a row out; the lines of those below move up."""
        with self._lock:
            del self.rows[row], self.lines[row]
            self.lines[row:] = [line - 1 for line in self.lines[row:]]
            self.edition += 1

    def text(self) -> str:
        """Return the sheet, tab-separated; every row stays on its line."""
        with self._lock:
            out = [""] * (self._header_line - 1) + ["\t".join(self.columns)]
            for line, row in zip(self.lines, self.rows, strict=True):
                out += [""] * (line - 1 - len(out))
                out.append("\t".join(cell.translate(_BREAKS) for cell in row))
        return "\n".join(out) + "\n"

    def _append(self) -> None:
        self.lines.append((self.lines[-1] if self.lines else self._header_line) + 1)
        self.rows.append([""] * len(self.columns))


def _rising(lines: Sequence[int], header_line: int) -> bool:
    """Tell whether the lines can be those of a text with one line for each row."""
    return all(a < b for a, b in zip([header_line, *lines], lines, strict=False))
