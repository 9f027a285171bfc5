"""Which of a run's output files hold numbers that we can read.

A parser takes a file's bytes and returns what it found, or nothing when the file is of
another kind. Another tool's report is another parser in `PARSERS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from .reads import ReadFileMetrics
from .sequali import parse_sequali

Parser = Callable[[bytes], list[ReadFileMetrics]]

PARSERS: tuple[tuple[str, Parser], ...] = (("*.json", parse_sequali),)
"""The names of files that a parser knows, and the parser."""

_MAX_BYTES = 64 * 1024 * 1024
_MAX_FILES = 1000


def parse_metrics(name: str, content: bytes) -> list[ReadFileMetrics]:
    """Return the numbers in a file's bytes; nothing if it is broken or of unknown kind."""
    return [
        found
        for pattern, parser in PARSERS
        if fnmatchcase(name, pattern)
        for found in parser(content)
    ]


def read_metrics(directory: Path) -> list[ReadFileMetrics]:
    """Return the numbers in a run's output directory, file by file in the order of names.

    A directory that is not there, and files that are broken or of unknown kind, hold none.
    """
    return [found for path in _reports(directory) for found in _read(path)]


def _reports(directory: Path) -> Iterator[Path]:
    """Yield files of fitting names, a bounded number of them."""
    left = _MAX_FILES
    for folder, subfolders, names in os.walk(directory):
        subfolders.sort()
        for name in sorted(names):
            if any(fnmatchcase(name, pattern) for pattern, _ in PARSERS):
                if not left:
                    return
                left -= 1
                yield Path(folder, name)


def _read(path: Path) -> list[ReadFileMetrics]:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return []
        return parse_metrics(path.name, path.read_bytes())
    except OSError:
        return []
