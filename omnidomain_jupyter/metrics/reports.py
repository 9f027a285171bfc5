"""Which output files hold numbers that we can read, and what reads them.

A parser takes a file's bytes and returns what it found, or nothing when the file is of another
kind. Another tool's report is another line in `PARSERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from . import busco, multiqc, quast
from .numbers import Number
from .profiles import Profile
from .reads import ReadFileMetrics
from .sequali import is_sequali, numbers_of_reads, parse_sequali

MOST_BYTES = 8 * 1024 * 1024
"""A report of more is not read: taking it apart would take too much of the server's memory."""

MOST_NUMBERS = 10_000
"""Of a report, and of a run."""

PARSERS: tuple[tuple[str, Callable[[bytes], list[Number]]], ...] = (
    (multiqc.TABLE, multiqc.parse_general_stats),
    (multiqc.JSON, multiqc.parse_multiqc_json),
    (quast.TABLE, quast.parse_report),
    (quast.TRANSPOSED, quast.parse_transposed_report),
    ("short_summary*.txt", busco.parse_short_summary),
    ("short_summary*.json", busco.parse_short_summary),
)
"""The names of files that a parser knows, and the parser."""

_READS = "*.json"

# Of two files in one folder that say the same, the smaller or older kind is enough.
_SAID_BY = {multiqc.JSON: multiqc.TABLE, quast.TRANSPOSED: quast.TABLE}


@dataclass(frozen=True)
class Report:
    """What was found in one file."""

    reads: tuple[ReadFileMetrics, ...] = ()
    numbers: tuple[Number, ...] = ()
    profiles: tuple[Profile, ...] = ()


def is_report(path: str) -> bool:
    """Return whether a file's name is one that a parser knows."""
    return fnmatchcase(PurePosixPath(path).name, _READS) or is_named(path)


def is_named(path: str) -> bool:
    """Return whether a file's name is that of one tool's reports, and not only ``*.json``."""
    name = PurePosixPath(path).name
    return any(fnmatchcase(name, pattern) for pattern, _ in PARSERS)


def may_be_report(path: str, beginning: bytes) -> bool:
    """Return whether a file that begins so can hold numbers. 1,024 bytes tell."""
    return is_named(path) or is_sequali(beginning)


def without_doubles(paths: Collection[str]) -> list[str]:
    """Return the paths without those whose numbers stand in another one as well."""
    there = set(paths)
    return [path for path in paths if _twin(path) not in there]


def parse_report(path: str, content: bytes) -> Report:
    """Return what a file's bytes hold; nothing if it is broken or of unknown kind.

    Of more numbers than `MOST_NUMBERS`, one more is returned, which tells that there are.
    """
    name = PurePosixPath(path).name
    reads, profiles = parse_sequali(content) if fnmatchcase(name, _READS) else ([], [])
    numbers = [number for each in reads for number in numbers_of_reads(each)]
    for pattern, parser in PARSERS:
        if fnmatchcase(name, pattern):
            numbers += parser(content)
    return Report(
        tuple(replace(each, file=_sendable(each.file)) for each in reads),
        tuple(
            each._replace(sample=_sendable(each.sample), name=_sendable(each.name))
            for each in numbers[: MOST_NUMBERS + 1]
        ),
        tuple(replace(each, file=_sendable(each.file)) for each in profiles),
    )


def _sendable(text: str) -> str:
    """Return a text without halves of characters: JSON's escapes can name them, UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def _twin(path: str) -> str | None:
    name = PurePosixPath(path).name
    return path.removesuffix(name) + _SAID_BY[name] if name in _SAID_BY else None
