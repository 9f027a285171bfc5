"""From a cell's text to the number or truth value that the schema asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .rules import resolved

_INTEGER = re.compile(r"[+-]?[0-9]{1,300}\Z")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\Z")
_TRUTH = {"true": True, "false": False}
_DEPTH = 8


class Casting:
    """How one column's cells are read.

    Parameters
    ----------
    schema : the whole file, for its definitions
    about : what it says of the column
    accepts : tells whether the column's schema accepts a value
    """

    def __init__(
        self, schema: Mapping[str, Any], about: Any, accepts: Callable[[Any], bool]
    ) -> None:
        self.kinds = list(dict.fromkeys(_kinds(schema, about))) or ["string"]
        self._accepts = accepts
        declared = about.get("type") if isinstance(about, Mapping) else None
        self._declared = declared is not None
        self.is_text = set(self.kinds) <= {"string", "null"}

    def value(self, text: str) -> Any:
        """Return the cell as the schema's type if it can be read as one; else the text."""
        if self.is_text:
            return text
        found = [value for kind in self.kinds if (value := _read_as(kind, text)) is not None] or [
            text
        ]
        if self._declared or len(found) == 1:
            return found[0]
        return next((value for value in found if self._accepts(value)), found[0])


def _kinds(schema: Mapping[str, Any], about: Any, depth: int = 0) -> Iterator[str]:
    if not isinstance(about, Mapping) or depth == _DEPTH:
        return
    declared = about.get("type", [])
    yield from [declared] if isinstance(declared, str) else declared
    if not declared:
        yield from (_kind(value) for value in about.get("enum", ()))
        if "const" in about:
            yield _kind(about["const"])
    if isinstance(about.get("$ref"), str):
        yield from _kinds(schema, resolved(schema, about["$ref"]), depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in about.get(keyword, ()):
            yield from _kinds(schema, part, depth + 1)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string"


def _read_as(kind: str, text: str) -> Any:
    if kind == "string":
        return text
    if kind == "boolean":
        return _TRUTH.get(text.lower())
    if kind in {"integer", "number"} and _INTEGER.match(text):
        return int(text)
    if kind == "number" and _NUMBER.match(text):
        number = float(text)
        return number if math.isfinite(number) else None
    return None
