"""The files of a run in a folder of this machine.

What counts is where the bytes are. A path is resolved, and then opened folder by folder from
the output directory down, without following any link: a link that appears between the two
steps opens nothing.
"""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from .results import (
    MOST_AT_ONCE,
    PHASES_S,
    TOP,
    Content,
    LeftOut,
    Phases,
    StoredFile,
    is_safe,
    sort_key,
)

_SORTED_AT_ONCE = 2_000
MOST_DEPTH = 200
"""Folders inside each other. What lies deeper is left out: no pipeline needs as many."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe would keep us waiting for its other end.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class LocalResults:
    """The files below a folder.

    Parameters
    ----------
    directory : the output directory of one run. It may lie behind links; it may not be one
    """

    def __init__(self, directory: Path) -> None:
        self._root = Path(os.path.realpath(directory.parent), directory.name)

    def files(
        self,
        *,
        phase: str | None = None,
        after: str = "",
        at_once: int = MOST_AT_ONCE,  # noqa: ARG002 - a folder does not answer in pages
        left_out: LeftOut | None = None,
    ) -> Iterator[StoredFile]:
        """Yield the files behind the path `after`, in the order of their paths' bytes."""
        if self._root.is_symlink() or (phase is not None and not _is_phase(phase)):
            return
        start = () if phase in (None, TOP) else (str(phase),)
        deepest = len(start) if phase == TOP else MOST_DEPTH
        yield from self._below(start, sort_key(after), deepest, left_out or LeftOut())

    def phases(self, *, within_s: float = PHASES_S) -> Phases:  # noqa: ARG002
        """Return the first folders, all of them."""
        if self._root.is_symlink():
            return Phases([])
        folders, top = [], False
        with suppress(OSError), os.scandir(self._root) as entries:
            for entry in entries:
                if not is_safe(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif not top:
                    top = self.find(entry.name) is not None
        return Phases([TOP] * top + sorted(folders, key=sort_key))

    def find(self, path: str) -> StoredFile | None:
        """Return a file; None when there is none of that path."""
        descriptor = self._descriptor(path)
        if descriptor is None:
            return None
        try:
            return _described(path, os.fstat(descriptor))
        finally:
            os.close(descriptor)

    def open(self, path: str, start: int = 0, length: int | None = None) -> Content | None:
        """Return the bytes of a file from `start` on; None when there is no such file."""
        descriptor = self._descriptor(path)
        if descriptor is None:
            return None
        stream = os.fdopen(descriptor, "rb", buffering=0)
        stream.seek(start)
        return _Part(stream, length)

    def link(self, path: str, *, media_type: str, disposition: str, expires_s: int) -> str | None:  # noqa: ARG002
        """Return None: a file on a disk has no address of its own."""
        return None

    def _below(
        self, start: tuple[str, ...], after: bytes, deepest: int, left_out: LeftOut
    ) -> Iterator[StoredFile]:
        """Yield the files in a folder and its folders, in order."""
        # The folders on the way to where we are, each with what is still to come in it.
        way: list[tuple[tuple[str, ...], Iterator[tuple[str, bool]] | None]] = [(start, None)]
        while way:
            folder, entries = way.pop()
            with suppress(OSError), _open_folder(self._root, folder) as descriptor:
                if entries is None:
                    path = "".join(f"{each}/" for each in folder)
                    entries = _entries(descriptor, path, after)
                for name, is_folder in entries:
                    if not is_folder:
                        yield from self._listed(descriptor, (*folder, name), left_out)
                    elif len(folder) < deepest:
                        way += [(folder, entries), ((*folder, name), None)]
                        break
                    elif deepest == MOST_DEPTH:
                        left_out.folders += 1

    def _listed(
        self, folder: int, parts: tuple[str, ...], left_out: LeftOut
    ) -> Iterator[StoredFile]:
        """Yield a file, if it is one."""
        try:
            found = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
        except OSError:
            return
        path = "/".join(parts)
        if stat.S_ISREG(found.st_mode):
            yield _described(path, found)
        elif stat.S_ISLNK(found.st_mode):
            inside = self.find(path)
            if inside is not None:
                yield inside
            elif not Path(os.path.realpath(self._root / path)).is_relative_to(self._root):
                left_out.links += 1

    def _descriptor(self, path: str) -> int | None:
        """Return an open regular file, or None when the path names none in here."""
        if not is_safe(path):
            return None
        try:
            real = os.path.realpath(self._root / path, strict=True)
            inside = Path(real).relative_to(self._root).parts
            return _opened(self._root, inside)
        except (OSError, ValueError):
            return None


class _Part:
    """The next bytes of a file, at most so many."""

    def __init__(self, stream: BinaryIO, length: int | None) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end."""
        if self._left is not None:
            size = min(size, self._left)
        data = self._stream.read(size) if size else b""
        if self._left is not None:
            self._left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _opened_folder(root: Path, parts: tuple[str, ...]) -> int:
    folder = os.open(root, _FOLDER)
    for part in parts:
        try:
            inner = os.open(part, _FOLDER, dir_fd=folder)
        finally:
            os.close(folder)
        folder = inner
    return folder


@contextmanager
def _open_folder(root: Path, parts: tuple[str, ...]) -> Iterator[int]:
    descriptor = _opened_folder(root, parts)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _opened(root: Path, parts: tuple[str, ...]) -> int | None:
    if not parts:
        return None
    folder = _opened_folder(root, parts[:-1])
    try:
        file = os.open(parts[-1], _FILE, dir_fd=folder)
    finally:
        os.close(folder)
    if stat.S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    return None


def _entries(folder: int, path: str, after: bytes) -> Iterator[tuple[str, bool]]:
    """Return what lies in a folder behind a place: names, and whether they are folders.

    Put in order in small parts: nothing else runs in this process while one is sorted.
    """
    parts: list[list[tuple[bytes, str, bool]]] = [[]]
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_safe(entry.name):
                is_folder = entry.is_dir(follow_symlinks=False)
                key = sort_key(f"{path}{entry.name}" + "/" * is_folder)
                # Of the folder that the place is in, a part is still to come.
                if key > after or (is_folder and after.startswith(key)):
                    parts[-1].append((key, entry.name, is_folder))
                    if len(parts[-1]) == _SORTED_AT_ONCE:
                        parts[-1].sort()
                        parts.append([])
    parts[-1].sort()
    return ((name, is_folder) for _, name, is_folder in heapq.merge(*parts))


def _is_phase(phase: str) -> bool:
    return phase == TOP or (is_safe(phase) and "/" not in phase)


def _described(path: str, found: os.stat_result) -> StoredFile:
    return StoredFile(
        path=path,
        size_bytes=found.st_size,
        modified_at=datetime.fromtimestamp(found.st_mtime, UTC),
        etag=f'"{found.st_mtime_ns:x}-{found.st_size:x}"',
    )
