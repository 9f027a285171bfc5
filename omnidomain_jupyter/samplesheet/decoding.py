"""From a file's bytes to text, whatever program saved it."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> tuple[str, str]:
    """Return a sheet's text, and the encoding that it was saved in.

    A byte order mark decides. Without one it is UTF-8; UTF-16 if every other byte is NUL (as
    in Latin letters); and Windows' Western encoding as the last resort, which reads anything.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    for encoding in (*_utf16_without_mark(data[:4096]), "utf-8"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace"), "cp1252"


def _utf16_without_mark(head: bytes) -> tuple[str, ...]:
    half = len(head) // 2
    if half and head[1::2].count(0) > 0.8 * half:
        return ("utf-16-le",)
    if half and head[0::2].count(0) > 0.8 * half:
        return ("utf-16-be",)
    return ()
