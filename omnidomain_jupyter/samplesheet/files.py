"""Whether the files that a sheet names are there."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from ..errors import OmniDomainError
from . import messages
from .issues import Issue
from .reader import Row

_REMOTE = ("s3://", "http://", "https://", "ftp://", "gs://", "az://")


class CheckCancelledError(OmniDomainError):
    """Nobody wants the answer any more."""


class RemoteFiles(Protocol):
    """Tells which files of an object store are there."""

    def fault(self, uri: str) -> tuple[str, str] | None:
        """Return what is wrong with the file (a code and a message), or None."""
        ...


def resolve_path(value: str, base_directories: Sequence[Path]) -> Path | None:
    """Return the absolute path that a cell names: the first that exists, or None.

    A relative path is tried below each of the base directories in turn.
    """
    path = Path(value).expanduser() if value.startswith("~") else Path(value)
    for base in base_directories or [Path()]:
        candidate = base / path
        try:
            if candidate.exists():
                return candidate.absolute()
        except (OSError, ValueError):
            return None
    return None


def check_files(
    rows: Iterable[Row],
    columns: Sequence[str],
    *,
    base_directories: Sequence[Path],
    remote: RemoteFiles | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Issue]:
    """Return an error for every cell that names a file which cannot be read.

    Parameters
    ----------
    columns : those whose cells name files
    base_directories : where relative paths start
    remote : asked about URIs; without it they are not checked
    cancelled : asked from time to time whether to give up

    Raises
    ------
    CheckCancelledError : `cancelled` said so
    """
    known: dict[str, tuple[str, str, str | None] | None] = {}
    issues = []
    for row in rows:
        for column in columns:
            value = row.cells.get(column)
            if value is None:
                continue
            if value not in known:
                if cancelled():
                    raise CheckCancelledError("The check was cancelled.")
                known[value] = _fault(value, base_directories, remote)
            fault = known[value]
            if fault is not None:
                code, message, suggestion = fault
                line = row.line or None
                issues.append(Issue(message, code, line, row.row, column, value, suggestion))
    return issues


def _fault(
    value: str, bases: Sequence[Path], remote: RemoteFiles | None
) -> tuple[str, str, str | None] | None:
    if value.lower().startswith(_REMOTE):
        found = remote.fault(value) if remote is not None else None
        return (*found, None) if found else None
    what = f"The file {messages.shown(value, 120)}"
    path = resolve_path(value, bases)
    if path is None:
        near = _near(value, bases)
        return "not_found", f"{what} was not found.", near
    if path.is_dir():
        return "is_directory", f"{what} is a folder; a file is needed.", None
    if not os.access(path, os.R_OK):
        return "not_readable", f"{what} is there, but may not be read.", None
    if path.stat().st_size == 0:
        return "empty_file", f"{what} is empty.", None
    return None


def _near(value: str, bases: Sequence[Path]) -> str | None:
    """Return the path of a file beside the missing one whose name is nearly the same."""
    for base in bases:
        parent = (base / value).parent
        try:
            names = [entry.name for entry in os.scandir(parent) if entry.is_file()]
        except (OSError, ValueError):
            continue
        found = difflib.get_close_matches(Path(value).name, names, n=1, cutoff=0.8)
        if found:
            return str(Path(value).parent / found[0])
    return None
