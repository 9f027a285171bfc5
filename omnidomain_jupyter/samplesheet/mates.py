"""Pairs of reads that are none: the same file twice, which passes every schema.

The results of such a row look right and are wrong, so nobody finds out later.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from operator import eq

from . import messages
from .issues import Issue
from .notices import Notices
from .table import UNSET_FORMS

_LAST_ONE = re.compile(r"1(?=\D*$)")
_READ = re.compile(r"(?:[_.-]|^)(?:r|read_?)?([12])(?:_\d{3})?(?=\.|$)", re.IGNORECASE)
_MARKS = (("_R1", "_R2"), ("_1.", "_2."), ("_r1", "_r2"), (".1.", ".2."))


def mate_columns(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of columns whose names say read 1 and read 2 of the same reads."""
    pairs = ((name, _LAST_ONE.sub("2", name)) for name in columns)
    return [(first, second) for first, second in pairs if first != second and second in columns]


def read_of(name: str) -> int | None:
    """Return 1 or 2 where a file's name says which reads of a pair it has."""
    marks = _READ.findall(name)
    return int(marks[-1]) if marks else None


def same_mates(
    pairs: Sequence[tuple[str, str]], table: Mapping[str, Sequence[str]], lines: Sequence[int]
) -> Iterator[Issue]:
    """Yield an error for every row that gives one file as both reads of a pair."""
    for first, second in pairs:
        ones, twos = table.get(first, ()), table.get(second, ())
        same = min(len(ones), len(twos))
        for index in compress(range(same), map(eq, ones, twos)):
            one = two = ones[index]
            if one not in UNSET_FORMS:
                message = (
                    f"{second} names the same file as {first}: {messages.shown(one, 120)}. The "
                    "two reads of a pair are in two files."
                )
                at = (lines[index] or None, index + 1, second, two, _mate(one))
                yield Issue(message, "same_file", *at)


def repeated_reads(
    pairs: Sequence[tuple[str, str]], table: Mapping[str, Sequence[str]], lines: Sequence[int]
) -> tuple[Issue, ...]:
    """Return a warning for every row whose read 1 is that of an earlier row."""
    notices = Notices()
    for name, _ in pairs:
        cells = table.get(name, ())
        distinct = set(cells)
        unset = distinct & UNSET_FORMS
        if len(distinct) - len(unset) == len(cells) - sum(map(cells.count, unset)):
            continue
        several = {cell for cell, count in Counter(cells).items() if count > 1} - UNSET_FORMS
        first: dict[str, int] = {}
        for index in compress(range(len(cells)), map(several.__contains__, cells)):
            cell = cells[index]
            before = first.setdefault(cell, index)
            if before != index:
                place = f"line {lines[before]}" if lines[before] else f"row {before + 1}"
                message = f"The file {messages.shown(cell, 120)} is in {place} already."
                at = (lines[index] or None, index + 1, name, cell)
                notices.add(Issue(message, "repeated_file", *at))
    return notices.all()


def _mate(name: str) -> str | None:
    """Return what the file of read 2 is called, going by that of read 1."""
    folder, slash, file = name.rpartition("/")
    for one, two in _MARKS:
        if one in file:
            return folder + slash + two.join(file.rsplit(one, 1))
    return None
