"""Splits most sheets a block of lines at a time, in a few steps for all of its cells.

That is possible as long as every line is a row. A sheet with a quoted cell that spans lines is
left to `lines`; with that it would be the same, only slower.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain, compress, pairwise, repeat

from .fitting import Findings, fitted, stripped

_BLOCK = 65_536  # characters; the cells of a block fit into a processor's cache
_INVISIBLE = re.compile("[\u200b\ufeff]")
_ASCII_BLANKS = "\t \x0b\x0c\x1c\x1d\x1e\x1f"


class NotByLinesError(Exception):
    """Not every line of the text is a row."""


class Blocks:
    """The body of a sheet: its cells by column, and the physical line of each row.

    Parameters
    ----------
    width : number of columns
    findings : is told what is repaired and what is wrong
    """

    def __init__(self, delimiter: str, width: int, findings: Findings) -> None:
        self._delimiter = delimiter
        self._width = width
        self._blanks = _ASCII_BLANKS.replace(delimiter, "")
        self.findings = findings
        self._lines: list[Sequence[int]] = []
        self.table: list[list[str]] = [[] for _ in range(width)]

    @property
    def lines(self) -> Sequence[int]:
        """The line of each row."""
        lines = self._lines
        if all(isinstance(each, range) for each in lines) and all(
            before[-1] + 1 == after[0] for before, after in pairwise(lines)
        ):
            return range(lines[0][0], lines[-1][-1] + 1) if lines else range(0)
        return list(chain.from_iterable(lines))

    def read(self, text: str, header_line: int) -> None:
        r"""Read what follows the header; lines end with ``\n``.

        Raises
        ------
        NotByLinesError : not every line is a row; what was found so far is of no use
        """
        start = end = -1
        for _ in range(header_line):
            start, end = end, text.find("\n", end + 1)
        if end < 0:
            end = len(text)
        self._split([text[start + 1 : end]])  # the header must be a line, too
        line = header_line + 1
        for block in _blocks(text, end + 1):
            lines = block.split("\n")
            self._read(block, lines, range(line, line + len(lines)))
            line += len(lines)

    def _read(self, block: str, lines: list[str], numbers: Sequence[int]) -> None:
        delimiter = self._delimiter
        width = max(self._width, lines[0].count(delimiter) + 1)
        ragged: set[int] = set()
        plain = '"' not in block and "#" not in block
        if plain and set(map(str.count, lines, repeat(delimiter))) == {width - 1}:
            cells = delimiter.join(lines).split(delimiter)
        else:
            width = self._width
            numbers, rows, ragged = self._mended(block, lines, numbers)
            cells = list(chain.from_iterable(rows))
        found = self._without_blanks(block, cells)
        changed: Sequence[int] = ()
        if found is not cells:
            differing = (at for at, cell in enumerate(found) if cell != cells[at])
            changed = list(dict.fromkeys(at // width for at in differing))
        columns = [found[position::width] for position in range(width)]
        blank = _blank_rows(columns) - ragged  # of those it is known
        self.findings.blanks.extend(numbers[row] for row in changed if row not in blank)
        if width > self._width:
            self._surplus(columns, numbers)
        if blank:
            kept = [row not in blank for row in range(len(numbers))]
            numbers = list(compress(numbers, kept))
            columns = [list(compress(column, kept)) for column in columns]
        if numbers:
            self._lines.append(numbers)
        for column, more in zip(self.table, columns, strict=False):
            column.extend(more)

    def _mended(
        self, block: str, lines: list[str], numbers: Sequence[int]
    ) -> tuple[Sequence[int], list[list[str]], set[int]]:
        """Return a block's line numbers and rows, and which rows were made to fit the header."""
        split = self._split(lines)
        if "#" not in block and set(map(len, split)) == {self._width}:
            return numbers, split, set()
        kept: list[int] = []
        rows: list[list[str]] = []
        ragged = set()
        for number, line, cells in zip(numbers, lines, split, strict=True):
            if line.lstrip(" ").startswith("#"):
                self.findings.comments.append(number)
                continue
            if len(cells) != self._width:
                clean = [stripped(cell) for cell in cells]
                if not any(clean):
                    continue
                if clean != cells:
                    self.findings.blanks.append(number)
                cells = fitted(clean, self._width, number, self.findings)  # noqa: PLW2901
                ragged.add(len(rows))
            kept.append(number)
            rows.append(cells)
        return kept, rows, ragged

    def _split(self, lines: list[str]) -> list[list[str]]:
        try:
            rows = list(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error:
            raise NotByLinesError from None
        if len(rows) != len(lines):
            raise NotByLinesError
        return rows

    def _without_blanks(self, block: str, cells: list[str]) -> list[str]:
        """Return the cells without blanks around them; the same list if there are none."""
        if block.isascii():
            if not any(blank in block for blank in self._blanks):
                return cells
            found = list(map(str.strip, cells))
        else:
            strip = stripped if _INVISIBLE.search(block) else str.strip
            found = list(map(strip, cells))
        return cells if found == cells else found

    def _surplus(self, columns: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
        """Tell the rows of a regular block that have cells beyond the header."""
        if any(map(any, columns[self._width :])):
            for number, cells in zip(numbers, zip(*columns, strict=True), strict=True):
                fitted(list(cells), self._width, number, self.findings)


def _blocks(text: str, start: int) -> Iterator[str]:
    """Yield the lines of a text in blocks, without blank ones at the end."""
    stop = len(text)
    while stop > start and text[stop - 1] == "\n":
        stop -= 1
    while start < stop:
        end = text.find("\n", start + _BLOCK, stop)
        if end < 0:
            end = stop
        if end - start > csv.field_size_limit():
            raise NotByLinesError  # perhaps for a cell beyond measure
        yield text[start:end]
        start = end + 1


def _blank_rows(columns: Sequence[Sequence[str]]) -> set[int]:
    if all(columns[0]):
        return set()
    return {row for row, cells in enumerate(zip(*columns, strict=True)) if not any(cells)}
