"""From a file's bytes to text, whatever program saved it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding that it was saved in, and where the damage in it begins, if any."""

    text: str
    encoding: str
    damaged_at: int | None = None


def decode(data: bytes) -> Decoded:
    """Return the text in a sheet's bytes.

    A byte order mark decides. Without one it is UTF-8; UTF-16 if every other byte is NUL (as
    in Latin letters); and Windows' Western encoding, or else Latin-1, as the last resort,
    which reads anything.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    for encoding in (*_utf16_without_mark(data[:4096]), "utf-8", "cp1252"):
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return Decoded(data.decode("latin-1"), "latin-1")


def _marked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        return Decoded(data.decode(encoding, "replace"), encoding, len(before))


def _utf16_without_mark(head: bytes) -> tuple[str, ...]:
    half = len(head) // 2
    if half and head[1::2].count(0) > 0.8 * half:
        return ("utf-16-le",)
    if half and head[0::2].count(0) > 0.8 * half:
        return ("utf-16-be",)
    return ()
