"""A sheet's cells, column by column, and its rows, made when they are asked for.

Python's built-in functions go through a whole column at once; a sheet of a million rows is
judged without an object for each of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import overload

UNSET = frozenset({"", "-", "none", "nan", "na"})
"""What an empty cell looks like, without regard to case."""

UNSET_FORMS = frozenset(
    "".join(letters)
    for word in UNSET
    for letters in product(*((each, each.upper()) for each in word))
)
"""The same as it may be written, to be looked up as it is."""


@dataclass(frozen=True)
class Row:
    """A row of data; unset cells are absent."""

    line: int
    row: int
    cells: dict[str, str]


class Rows(Sequence[Row]):
    """The rows of a table, each made when it is asked for.

    Parameters
    ----------
    columns : names; cells below an empty name are left out
    lines : physical line of each row
    table : the cells of each column
    """

    def __init__(
        self, columns: Sequence[str], lines: Sequence[int], table: Sequence[Sequence[str]]
    ) -> None:
        self._lines = lines
        self._named = [(name, cells) for name, cells in zip(columns, table, strict=True) if name]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """Return a row, or several."""
        numbers = range(len(self._lines))[index]
        if isinstance(numbers, range):
            return [self._row(number) for number in numbers]
        return self._row(numbers)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in their order."""
        return map(self._row, range(len(self._lines)))

    def _row(self, index: int) -> Row:
        cells = {
            name: cell for name, column in self._named if (cell := column[index]) not in UNSET_FORMS
        }
        return Row(self._lines[index], index + 1, cells)

    def by_name(self) -> Mapping[str, Sequence[str]]:
        """Return the cells of each column, by its name.

        Of two columns with one name it holds what a row does: the last cell that is set.
        """
        found: dict[str, Sequence[str]] = {}
        for name, cells in self._named:
            found[name] = _later(found[name], cells) if name in found else cells
        return found


def _later(before: Sequence[str], after: Sequence[str]) -> Sequence[str]:
    return [old if new in UNSET_FORMS else new for old, new in zip(before, after, strict=True)]


def columns_of_rows(rows: Sequence[Sequence[str]], width: int) -> Sequence[Sequence[str]]:
    """Return rows of cells, all of the same width, as columns."""
    return list(zip(*rows, strict=True)) if rows else [()] * width
