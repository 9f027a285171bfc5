"""How large tables get that are put one below the other: each row has all columns of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class Extent:
    """Counts what was put in.

    Parameters
    ----------
    cells : so many at most, with those that a row is filled up with
    characters : so many at most, in cells and names of columns
    """

    def __init__(self, cells: int, characters: int) -> None:
        self._most_cells = cells
        self._most_characters = characters
        self._columns: set[str] = set()
        self._rows = 0
        self._characters = 0

    def takes(self, columns: Iterable[str], rows: Iterable[Sequence[str | None]]) -> bool:
        """Return whether a table still goes in, and if so count it."""
        named = set(columns)
        together = self._columns | named
        lines, characters = self._rows, self._characters + sum(map(len, named - self._columns))
        for row in rows:
            lines += 1
            characters += sum(map(len, filter(None, row)))
        # Names of columns take space as well where no row follows.
        cells = len(together) * max(1, lines)
        if cells > self._most_cells or characters > self._most_characters:
            return False
        self._columns, self._rows, self._characters = together, lines, characters
        return True
