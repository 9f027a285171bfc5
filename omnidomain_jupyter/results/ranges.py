"""The part of a file that a request asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII)


class Part(NamedTuple):
    """So many bytes from an offset on."""

    start: int
    length: int


class UnsatisfiableRangeError(Exception):
    """None of the wanted bytes is there."""


def wanted_part(header: str | None, size: int) -> Part | None:
    """Return the part of a file of `size` bytes, or None for the whole.

    Several parts, and what is no range of bytes, ask for the whole.

    Raises
    ------
    UnsatisfiableRangeError : the part begins behind the end
    """
    found = _RANGE.fullmatch(header or "")
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if not length:
            raise UnsatisfiableRangeError
        return Part(size - length, length)
    start, last = int(found[1]), int(found[2] or size - 1)
    if found[2] and last < start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError
    return Part(start, min(last, size - 1) - start + 1)
