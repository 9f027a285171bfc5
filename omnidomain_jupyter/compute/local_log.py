"""Reading a log that may still be growing, piece by piece, without losing or repeating a line."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InvalidInputError
from ..samplesheet.issues import Issue
from .base import LogPage

CHUNK = 1024 * 1024


def read_log(file: Path, cursor: str | None, limit: int, *, complete: bool) -> LogPage:
    """Return up to `limit` lines from the cursor on.

    Parameters
    ----------
    cursor : what an earlier page gave, or None for the beginning: an offset in bytes
    complete : whether nothing more will be written; until then an unfinished last line waits

    Raises
    ------
    InvalidInputError : the cursor is not one of ours
    """
    offset = _offset(cursor)
    try:
        with file.open("rb") as stream:
            if offset > os.fstat(stream.fileno()).st_size:
                raise _foreign_cursor()
            stream.seek(offset)
            data = stream.read(CHUNK + 1)
    except FileNotFoundError:
        if offset:
            raise _foreign_cursor() from None
        data = b""
    whole = len(data) <= CHUNK  # nothing follows
    pieces = data.split(b"\n")
    rest = pieces.pop()
    lines = pieces[:limit]
    used = sum(len(piece) + 1 for piece in lines)
    if rest and not pieces and not whole:
        lines = [_part(rest[:CHUNK])]
        used = len(lines[0])
    elif rest and len(pieces) < limit and whole and complete:
        lines.append(rest)
        used += len(rest)
    waits = 0 if complete else len(rest)  # for its own end
    at_end = whole and used + waits == len(data)
    return LogPage([_shown(line) for line in lines], str(offset + used), at_end)


def read_tail(file: Path, lines: int, *, complete: bool) -> LogPage:
    """Return the last lines, of at most 1 MiB, and the cursor from which to follow.

    Parameters
    ----------
    complete : as for `read_log`
    """
    try:
        with file.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            start = max(0, size - CHUNK)
            stream.seek(start)
            data = stream.read(size - start)
    except FileNotFoundError:
        return LogPage([], "0", at_end=True)
    end = start + len(data)
    pieces = data.split(b"\n")
    rest = pieces.pop()
    if start and pieces:
        pieces.pop(0)  # the end of a line
    if rest and complete:
        pieces.append(rest)
    else:
        end -= len(rest)
    return LogPage([_shown(line) for line in pieces[-lines:]], str(end), at_end=True)


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise _foreign_cursor()
    return int(cursor)


def _foreign_cursor() -> InvalidInputError:
    message = "This cursor is not one that the log gave; start again without it."
    return InvalidInputError(message, [Issue(message, "cursor", column="cursor")])


def _part(data: bytes) -> bytes:
    """Return what can be shown of a line that is longer than a page.

    A progress bar is cut between two of its states, other text between two characters.
    """
    state = data.rstrip(b"\r").rfind(b"\r") + 1
    return data[: state or _whole_characters(data)]


def _whole_characters(data: bytes) -> int:
    """Return the length without a UTF-8 character that is cut at the end."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] & 0xC0 != 0x80:
            needed = 4 if data[-back] >= 0xF0 else 3 if data[-back] >= 0xE0 else 2
            cut = data[-back] >= 0xC0 and needed > back
            return len(data) - back if cut else len(data)
    return len(data)


def _shown(line: bytes) -> str:
    """Return a line as a terminal would show it: what follows a carriage return overwrites."""
    return line.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace")
