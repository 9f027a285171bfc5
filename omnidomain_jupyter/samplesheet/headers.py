"""Columns under other names: which of a sheet's columns is probably the one that is wanted.

Every pipeline calls its columns otherwise (`sample`, `sample_id`; `fastq_1`, `reads_1`,
`shortreads_r1`), and sheets are made from those of other pipelines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .suggestions import folded, near

_READS = r"(fastq|fq|file|path|(short|raw|illumina)?(read|reads)?|illumina|short)"
_MEANINGS = {
    "sample": re.compile(r"(samples?|isolate|strain|specimen)?(id|name)?|samples?|isolate|strain"),
    "read 1": re.compile(rf"{_READS}r?(1|f|fwd|forward)(reads?|fastq|fq)?|r1{_READS}"),
    "read 2": re.compile(rf"{_READS}r?(2|rev|reverse)(reads?|fastq|fq)?|r2{_READS}"),
    "long reads": re.compile(
        r"(ont|nanopore|minion|promethion|long)(reads?|fastq|fq)?|(fastq|fq)long"
    ),
    "hifi reads": re.compile(r"(hifi|ccs|pacbio)(reads?|fastq|fq)?"),
}

_SEPARATORS = {r"\|": "“|”", ";": "semicolons", ",": "commas", ":": "“:”", r"\s+": "blanks"}


def meaning(name: str) -> str | None:
    """Return what a column of that name holds in most pipelines, or None."""
    plain = folded(name)
    return next(
        (what for what, names in _MEANINGS.items() if plain and names.fullmatch(plain)), None
    )


def joined_names(columns: Sequence[str], known: Iterable[str]) -> tuple[str, str] | None:
    """Return the column that is several names in one, and what stands between them, or None.

    So it is with a sheet whose columns are separated by something that no sheet is read by.
    """
    names = {folded(name) for name in known}
    for column in columns:
        if folded(column) in names or meaning(column):
            continue  # one name of several words
        for separator, spelt in _SEPARATORS.items():
            parts = [folded(part) for part in re.split(separator, column) if part.strip()]
            meant = {meaning(part) or part for part in parts if part in names or meaning(part)}
            alone = len(columns) == 1 and separator == r"\|"
            if len(parts) > 1 and (len(meant) > 1 or alone):
                return column, spelt
    return None


def near_headers(wanted: Iterable[str], columns: Sequence[str]) -> dict[str, str]:
    """Return, by the columns that are wanted, those that probably are them, each at most once.

    First those that differ in nothing but how they are written, then those that mean the same,
    then those that are misspelt.
    """
    missing, free = list(wanted), [column for column in columns if column]
    found: dict[str, str] = {}
    for match in (_same, _synonym, _misspelt):
        for name in missing:
            chosen = match(name, free) if name not in found else None
            if chosen is not None:
                found[name] = chosen
                free.remove(chosen)
    return found


def renamings(columns: Sequence[str], free: Iterable[str]) -> dict[str, str]:
    """Return, by a sheet's unknown columns, what each is probably called, no name twice."""
    return {column: name for name, column in near_headers(free, columns).items()}


def _same(name: str, columns: Sequence[str]) -> str | None:
    return next((each for each in columns if folded(each) == folded(name)), None)


def _synonym(name: str, columns: Sequence[str]) -> str | None:
    what = meaning(name)
    same = [each for each in columns if what is not None and meaning(each) == what]
    return same[0] if len(same) == 1 else None


def _misspelt(name: str, columns: Sequence[str]) -> str | None:
    what = meaning(name)
    # `reads_2` looks like `reads_1`, and is surely something else.
    return near(name, [each for each in columns if what is None or meaning(each) in (None, what)])
