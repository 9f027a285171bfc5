"""What the scientist probably meant. A suggestion is only made when it would be accepted."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u200b\ufeff\u00ad\u200e\u200f"),
    }
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_TRUTH = {
    **dict.fromkeys(("yes", "y", "1", "t", "x"), "true"),
    **dict.fromkeys(("no", "n", "0", "f"), "false"),
}
_LONGEST = 200


def near(value: str, choices: Iterable[str]) -> str | None:
    """Return the one of the choices that was probably meant."""
    known: dict[str, str] = {}
    for choice in choices:
        known.setdefault(folded(choice), choice)
    wanted = folded(value[:_LONGEST])
    found = known.get(wanted)
    if found is None:
        matches = difflib.get_close_matches(wanted, known, n=1, cutoff=0.75)
        found = known[matches[0]] if matches else None
    return None if found == value else found


def repaired(value: str, accepted: Callable[[str], bool], *, is_path: bool = False) -> str | None:
    """Return the value with a usual slip mended, if that makes it acceptable.

    The name of a file is never changed, only how it is written.
    """
    for candidate in _repairs(value, is_path=is_path):
        if candidate and candidate != value and accepted(candidate):
            return candidate
    return None


def truth(value: str) -> str | None:
    """Return what was probably meant where true or false is asked for."""
    return _TRUTH.get(value.translate(_PLAIN).strip(" \"'.").lower())


def folded(text: str) -> str:
    """Return a text without what people write in one way or another: case, blanks, `_`."""
    return re.sub(r"[\s_.\-\"']+", "", text.translate(_PLAIN).casefold())


def _repairs(value: str, *, is_path: bool) -> Iterator[str]:
    plain = value.translate(_PLAIN).strip().strip("\"'").strip()
    yield plain
    path = re.sub(r"^(file://(?=/))?([A-Za-z]:(?=[/\\]))?", "", plain).replace("\\", "/")
    yield path
    yield path.rstrip(".,; ")
    if is_path:
        return
    yield from _numbers(plain)
    for text in (plain, path.rstrip(".,; ")):
        yield re.sub(r"\s+", "_", text)
    yield re.sub(r"\s+", "", plain)
    yield re.sub(r"_*[^A-Za-z0-9._-]+_*", "_", plain).strip("._-")
    yield re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")


def _numbers(plain: str) -> Iterator[str]:
    if _THOUSANDS.fullmatch(plain):
        yield plain.replace(",", "")
    elif re.fullmatch(r"[+-]?[0-9]+,[0-9]+", plain):
        yield plain.replace(",", ".")
    if re.fullmatch(r"[+-]?[0-9]+\.0+", plain):
        yield plain.partition(".")[0]
