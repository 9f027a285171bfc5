"""How large a widget's message is, in the bytes that go over the wire."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeVar

PIECE = 100_000  # bytes of what is sent piece by piece

_Value = TypeVar("_Value")


def size(value: Any) -> int:
    """Return the bytes of a value as JSON, in which a letter may have four."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def fitting(values: Iterable[_Value], most: int = PIECE) -> list[_Value]:
    """Return the first values that have at most so many bytes together; at least one."""
    found: list[_Value] = []
    left = most
    for value in values:
        left -= size(value) + 2
        if found and left < 0:
            break
        found.append(value)
    return found
