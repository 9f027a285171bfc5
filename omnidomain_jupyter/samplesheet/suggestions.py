"""What the scientist probably meant. A suggestion is only made when it would be accepted."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "})


def near(value: str, choices: Iterable[str]) -> str | None:
    """Return the one of the choices that was probably meant."""
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(_folded(choice), choice)
    found = folded.get(_folded(value))
    if found is None:
        matches = difflib.get_close_matches(_folded(value), folded, n=1, cutoff=0.75)
        found = folded[matches[0]] if matches else None
    return None if found == value else found


def repaired(value: str, accepted: Callable[[str], bool]) -> str | None:
    """Return the value with a usual slip mended, if that makes it acceptable."""
    for candidate in _repairs(value):
        if candidate and candidate != value and accepted(candidate):
            return candidate
    return None


def near_header(name: str, columns: Sequence[str], known: Iterable[str]) -> str | None:
    """Return the sheet's own column that is probably the missing one under another name."""
    taken = set(known)
    return near(name, [column for column in columns if column and column not in taken])


def _folded(text: str) -> str:
    return re.sub(r"[\s_.-]+", "", text.casefold())


def _repairs(value: str) -> Iterator[str]:
    plain = value.translate(_QUOTES).strip().strip("\"'").strip()
    yield plain
    path = re.sub(r"^[A-Za-z]:", "", plain.replace("\\", "/"))
    yield path.rstrip(".,; ")
    yield re.sub(r"\s+", "_", plain)
    yield re.sub(r"\s+", "_", path.rstrip(".,; "))
    yield re.sub(r"\s+", "", plain)
    yield re.sub(r"[^A-Za-z0-9._-]+", "_", plain).strip("._-")
