"""Finds the rows that need a closer look; all others are surely right.

Whole columns are tested at once, and which cells are filled is judged once for each
combination that occurs. The verdict on a row that is found here is not this module's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import compress

from .rules import RowRules
from .table import UNSET_FORMS


def suspects(
    table: Mapping[str, Sequence[str]],
    count: int,
    rules: RowRules,
    may_be_filled: Callable[[frozenset[str], int], bool],
) -> list[int]:
    """Return the indices of all rows that may be wrong, in their order.

    Parameters
    ----------
    table : cells by column
    count : number of rows
    may_be_filled : tells of a set of columns, and the index of a row that fills just these and
        whose cells are right, whether a row may do so
    """
    if not rules.separable:
        return list(range(count))
    found: set[int] = set()
    for name, cells in table.items():
        if not rules.all_right(name, _given(cells)):
            found.update(
                index
                for index, cell in enumerate(cells)
                if cell not in UNSET_FORMS and not rules.is_right(name, cell)
            )
    found.update(_wrongly_filled(table, count, found, may_be_filled))
    return sorted(found)


def _given(cells: Sequence[str]) -> Sequence[str]:
    if UNSET_FORMS.isdisjoint(cells):
        return cells
    return [cell for cell in cells if cell not in UNSET_FORMS]


def _wrongly_filled(
    table: Mapping[str, Sequence[str]],
    count: int,
    known: set[int],
    may_be_filled: Callable[[frozenset[str], int], bool],
) -> list[int]:
    always, sometimes = [], []
    for name, cells in table.items():
        if UNSET_FORMS.isdisjoint(cells):
            always.append(name)
        else:
            sometimes.append(name)
    unset = [map(UNSET_FORMS.__contains__, table[name]) for name in sometimes]
    patterns = list(zip(*unset, strict=True)) if sometimes else [()] * count
    wrong = set()
    for pattern in set(patterns):
        names = [name for name, absent in zip(sometimes, pattern, strict=True) if not absent]
        example = _first(patterns, pattern, known)
        # Without an example all rows of the kind are known to be suspect already.
        if example is not None and not may_be_filled(frozenset([*always, *names]), example):
            wrong.add(pattern)
    if not wrong:
        return []
    return list(compress(range(count), map(wrong.__contains__, patterns)))


def _first(
    patterns: Sequence[tuple[bool, ...]], pattern: tuple[bool, ...], known: set[int]
) -> int | None:
    start = 0
    while True:
        try:
            index = patterns.index(pattern, start)
        except ValueError:
            return None
        if index not in known:
            return index
        start = index + 1
