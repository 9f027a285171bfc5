"""Finds the rows that need a closer look; all others are surely right.

Whole columns are tested at once, and which cells are filled is judged once for each
combination that occurs. The verdict on a row that is found here is not this module's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress

from .rules import RowRules
from .table import UNSET_FORMS

_SAMPLE = 512  # cells that tell whether a column repeats itself
_IS_SET = bytes([1, 0]) + bytes(254)


def suspects(
    table: Mapping[str, Sequence[str]],
    count: int,
    rules: RowRules,
    may_be_filled: Callable[[frozenset[str], int], bool],
) -> Sequence[int]:
    """Return the indices of all rows that may be wrong, in their order.

    Parameters
    ----------
    table : cells by column
    count : number of rows
    may_be_filled : tells of a set of columns, and the index of a row that fills just these and
        whose cells are right, whether a row may do so
    """
    if not rules.separable:
        return range(count)
    found: set[int] = set()
    always, sometimes = [], {}
    for name, cells in table.items():
        if UNSET_FORMS.isdisjoint(cells):
            always.append(name)
            found.update(_wrong(rules, name, cells))
        else:
            # A byte for each cell: 1 where it is not set.
            sometimes[name] = unset = bytes(map(UNSET_FORMS.__contains__, cells))
            given = unset.translate(_IS_SET)
            places = list(_wrong(rules, name, list(compress(cells, given))))
            if places:
                where = list(compress(range(count), given))
                found.update(where[place] for place in places)
    found.update(_wrongly_filled(always, sometimes, count, found, may_be_filled))
    return sorted(found)


def _wrong(rules: RowRules, name: str, texts: Sequence[str]) -> Iterator[int]:
    """Return the places of the texts that may be wrong in a column."""
    repeats = len(set(texts[:_SAMPLE])) * 4 < len(texts[:_SAMPLE])
    wrong = rules.wrong(name, set(texts) if repeats else texts)
    return compress(range(len(texts)), map(wrong.__contains__, texts)) if wrong else iter(())


def _wrongly_filled(
    always: list[str],
    sometimes: Mapping[str, bytes],
    count: int,
    known: set[int],
    may_be_filled: Callable[[frozenset[str], int], bool],
) -> Iterator[int]:
    """Yield the rows that fill columns which may not be filled together.

    Parameters
    ----------
    always : columns that every row fills
    sometimes : for each of the others a byte for each row: 1 where it is not set
    known : rows that are found already
    """
    patterns = _patterns(list(sometimes.values()), count)
    wrong = set()
    for pattern in set(patterns):
        example = _first(patterns, pattern, known)
        if example is None:
            continue  # all rows of the kind are known to be suspect already
        names = [name for name, unset in sometimes.items() if not unset[example]]
        if not may_be_filled(frozenset([*always, *names]), example):
            wrong.add(pattern)
    if wrong:
        yield from compress(range(count), map(wrong.__contains__, patterns))


def _patterns(flags: list[bytes], count: int) -> Sequence[object]:
    """Return something for each row that is the same for rows with the same flags."""
    packed = [_packed(flags[start : start + 8], count) for start in range(0, len(flags), 8)]
    if len(packed) == 1:
        return packed[0]
    return list(zip(*packed, strict=True)) if packed else bytes(count)


def _packed(flags: list[bytes], count: int) -> bytes:
    """Return a byte for each row with one bit from each of up to eight flags.

    Whole columns are taken as one large number each, and shifted and added at once.
    """
    numbers = (int.from_bytes(each, "little") << bit for bit, each in enumerate(flags))
    return sum(numbers).to_bytes(count, "little")


def _first(patterns: Sequence[object], pattern: object, known: set[int]) -> int | None:
    start = 0
    while True:
        try:
            index = patterns.index(pattern, start)
        except ValueError:
            return None
        if index not in known:
            return index
        start = index + 1
