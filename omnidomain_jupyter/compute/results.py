"""The files that a run has left, wherever they are: in a folder of this machine or on S3.

A store is rooted at one run's output directory and knows nothing beside it. A path is relative
to that directory and written with ``/``; what is listed can be read, and nothing else can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from ..errors import BackendRefusedError

PHASES_S = 0.3
"""How long somebody who waits for a page of files waits for the first folders."""

MOST_AT_ONCE = 1000
"""S3 gives no more in an answer."""

TOP = "."
"""The phase of files that lie directly in the output directory."""

_NO_SEGMENT = ("", ".", "..")
_NO_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class ResultsUnavailableError(BackendRefusedError):
    """The place of the results does not answer, or not to us; the text says why."""


@dataclass(frozen=True)
class StoredFile:
    """A regular file. `etag` changes with its content, and is quoted as in HTTP."""

    path: str
    size_bytes: int
    modified_at: datetime
    etag: str


class Phases(NamedTuple):
    """The first folders, by name, and `TOP` first if files lie beside them.

    Not `complete` when there were too many files to look between all of them.
    """

    names: list[str]
    complete: bool = True


@dataclass
class LeftOut:
    """Counts what lies among the files that were looked at and is not served.

    `links` lead out of the output directory; `folders` lie too deep.
    """

    links: int = 0
    folders: int = 0


class Content(Protocol):
    """The bytes of a file, or of a part of it, from front to back."""

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end.

        Raises
        ------
        ResultsUnavailableError : the connection broke
        """
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class ResultStore(Protocol):
    """The files of one run. All methods block and may be called from several threads."""

    def files(
        self,
        *,
        phase: str | None = None,
        after: str = "",
        at_once: int = MOST_AT_ONCE,
        left_out: LeftOut | None = None,
    ) -> Iterator[StoredFile]:
        """Yield the files behind the path `after`, in the order of their paths' UTF-8 bytes.

        Only as much is looked at as is taken. An output directory that is not there has none.

        Parameters
        ----------
        phase : only files in this first folder; `TOP` for those in none
        at_once : how many a store that answers in pages is asked for with one question
        left_out : counts on while files are taken

        Raises
        ------
        ResultsUnavailableError
        """
        ...

    def phases(self, *, within_s: float = PHASES_S) -> Phases:
        """Return the first folders.

        Parameters
        ----------
        within_s : after so many seconds, no further question is asked about them

        Raises
        ------
        ResultsUnavailableError
        """
        ...

    def find(self, path: str) -> StoredFile | None:
        """Return a file; None when there is none of that path.

        Raises
        ------
        ResultsUnavailableError
        """
        ...

    def open(self, path: str, start: int = 0, length: int | None = None) -> Content | None:
        """Return the bytes of a file from `start` on; None when there is no such file.

        Raises
        ------
        ResultsUnavailableError
        """
        ...

    def link(self, path: str, *, media_type: str, disposition: str, expires_s: int) -> str | None:
        """Return an address from which anybody can read the file for so long.

        None where files have no address of their own.

        Parameters
        ----------
        disposition : the value of Content-Disposition that goes with the file
        """
        ...


def is_safe(path: str) -> bool:
    """Return whether a path can name a file inside an output directory, and nothing else.

    Names that mean something to a file system, a browser or a terminal are none: an object on
    S3 that is called ``a/../b`` exists, and is not served.
    """
    return _NO_CHARACTER.search(path) is None and not any(
        segment in _NO_SEGMENT for segment in path.split("/")
    )


def phase_of(path: str) -> str:
    """Return the first folder of a path, or `TOP`."""
    folder, separator, _ = path.partition("/")
    return folder if separator else TOP


def sort_key(path: str) -> bytes:
    """Return what paths are ordered by: their bytes, as S3 does."""
    return path.encode()


def read_up_to(content: Content, size: int) -> bytes:
    """Return the next `size` bytes, or all that are left."""
    pieces = []
    while size and (piece := content.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
