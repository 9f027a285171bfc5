"""Whether the files that a sheet names are there."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ..errors import OmniDomainError
from . import messages
from .issues import Issue
from .mates import mate_columns
from .near_files import NearFiles, is_of_windows
from .reader import Row

_REMOTE = ("s3://", "http://", "https://", "ftp://", "gs://", "az://")
_PATTERN = frozenset("*?[")
_PLAIN = (".fastq", ".fq", ".fasta", ".fa")
_GZIP = b"\x1f\x8b"


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
    for candidate in _candidates(value, base_directories):
        try:
            candidate.stat()
        except (OSError, ValueError):
            continue
        return candidate.absolute()
    return None


def check_files(
    rows: Collection[Row],
    columns: Sequence[str] | Mapping[str, str],
    *,
    base_directories: Sequence[Path],
    remote: RemoteFiles | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Issue]:
    """Return an error for every cell that names a file which cannot be read.

    Parameters
    ----------
    columns : those whose cells name files; with nf-schema's format of each, or ``file-path``
    base_directories : where relative paths start
    remote : asked about URIs; without it they are not checked
    cancelled : asked before each look at a file whether to give up

    Raises
    ------
    CheckCancelledError : `cancelled` said so
    """
    kinds = columns if isinstance(columns, Mapping) else dict.fromkeys(columns, "file-path")
    near = NearFiles(
        lambda value: _candidates(value, base_directories),
        lambda value: resolve_path(value, base_directories) is not None,
        lambda: (cell for row in rows for name in kinds if (cell := row.cells.get(name))),
        {name: read for pair in mate_columns(list(kinds)) for read, name in enumerate(pair, 1)},
    )
    look = _Look(base_directories, remote, near)
    known: dict[tuple[str, str], _Fault | None] = {}
    issues = []
    for row in rows:
        for column, kind in kinds.items():
            value = row.cells.get(column)
            if value is None:
                continue
            if (value, column) not in known:
                if cancelled():
                    raise CheckCancelledError("The check was cancelled.")
                known[value, column] = look.fault(value, kind, column)
            fault = known[value, column]
            if fault is not None:
                code, message, suggestion = fault
                line = row.line or None
                issues.append(Issue(message, code, line, row.row, column, value, suggestion))
    return issues


_Fault = tuple[str, str, str | None]


class _Look:
    """Looks at files."""

    def __init__(self, bases: Sequence[Path], remote: RemoteFiles | None, near: NearFiles) -> None:
        self._bases = bases
        self._remote = remote
        self._near = near

    def fault(self, value: str, kind: str, column: str) -> _Fault | None:
        """Return what is wrong with a file: a code, a message, and a suggestion or None."""
        if value.lower().startswith(_REMOTE):
            found = self._remote.fault(value) if self._remote is not None else None
            return (*found, None) if found else None
        if kind == "file-path-pattern" and _PATTERN & set(value):
            return self._pattern_fault(value)
        word = "folder" if kind == "directory-path" else "file"
        what = f"The {word} {messages.shown(value, 120)}"
        forbidden = False
        for candidate in _candidates(value, self._bases):
            try:
                status = candidate.stat()
            except PermissionError:
                forbidden = True
            except (OSError, ValueError):
                continue
            else:
                return _existing_fault(candidate, status, what, kind)
        if forbidden:
            return "not_readable", f"{what} may not be read.", None
        message = f"{what} was not found."
        if is_of_windows(value):
            message += " It looks like a path of Windows; here folders are separated by “/”."
        return "not_found", message, self._near.suggestion(value, column)

    def _pattern_fault(self, value: str) -> _Fault | None:
        for base in self._bases or [Path()]:
            root = glob.escape(str(base.absolute()))
            found = glob.iglob(os.path.join(root, value), recursive=True)  # noqa: PTH118, PTH207
            if next(found, None) is not None:
                return None
        return "not_found", f"No file fits {messages.shown(value, 120)}.", None


def _candidates(value: str, bases: Sequence[Path]) -> list[Path]:
    path = Path(value)
    if value.startswith("~"):
        with contextlib.suppress(RuntimeError):  # nobody of that name
            path = path.expanduser()
    return [base / path for base in bases or [Path()]]


def _existing_fault(path: Path, status: os.stat_result, what: str, kind: str) -> _Fault | None:
    is_folder = stat.S_ISDIR(status.st_mode)
    if is_folder and kind in {"file-path", "file-path-pattern"}:
        return "is_directory", f"{what} is a folder; a file is needed.", None
    if not is_folder and kind == "directory-path":
        return "not_directory", f"{what} is a file; a folder is needed.", None
    if not os.access(path, os.R_OK):
        return "not_readable", f"{what} is there, but may not be read.", None
    if status.st_size == 0 and not is_folder:
        return "empty_file", f"{what} is empty.", None
    return None if is_folder else _compression_fault(path, what)


def _compression_fault(path: Path, what: str) -> _Fault | None:
    """Return what is wrong when a file's name and its content do not fit together.

    Such a file fails minutes later, in a program that says nothing of it.
    """
    name = path.name.lower()
    if not name.endswith((".gz", *_PLAIN)):
        return None
    try:
        with path.open("rb") as stream:
            compressed = stream.read(2) == _GZIP
    except OSError as error:
        return "not_readable", f"{what} is there, but cannot be read: {error.strerror}.", None
    if name.endswith(".gz") and not compressed:
        return "not_gzip", f"{what} is not compressed by gzip, although its name ends in .gz.", None
    if compressed and not name.endswith(".gz"):
        return "gzip", f"{what} is compressed by gzip; its name must end in .gz.", None
    return None
