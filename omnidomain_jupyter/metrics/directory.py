"""The numbers on reads in a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .reads import ReadFileMetrics
from .reports import MOST_BYTES, is_report, parse_report

_MOST_FILES = 1000


def parse_metrics(name: str, content: bytes) -> list[ReadFileMetrics]:
    """Return the numbers on reads in a file's bytes; nothing if it is of another kind."""
    return list(parse_report(name, content).reads)


def read_metrics(directory: Path) -> list[ReadFileMetrics]:
    """Return the numbers on reads in an output directory, file by file in the order of names.

    A directory that is not there, and files that are broken or of unknown kind, hold none.
    """
    return [found for path in _reports(directory) for found in _read(path)]


def _reports(directory: Path) -> Iterator[Path]:
    """Yield files of fitting names, a bounded number of them."""
    left = _MOST_FILES
    for folder, subfolders, names in os.walk(directory):
        subfolders.sort()
        for name in filter(is_report, sorted(names)):
            if not left:
                return
            left -= 1
            yield Path(folder, name)


def _read(path: Path) -> list[ReadFileMetrics]:
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return []
        return parse_metrics(path.name, path.read_bytes())
    except OSError:
        return []
