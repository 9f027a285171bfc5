"""What a schema demands of a row, taken apart: of each cell, and of which cells are filled.

`jsonschema` has the last word on every row. What is compiled here only tells, soundly, that a
row is right, so that `jsonschema` need not look at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_DEPTH = 8
_MOST_REMEMBERED = 10_000
_ABOUT_PRESENCE = frozenset(
    {"required", "minProperties", "maxProperties", "propertyNames", "dependentRequired", "format"}
)
_BRANCHES = ("allOf", "anyOf", "oneOf")


def resolved(schema: Mapping[str, Any], reference: str) -> Any:
    """Return what a reference inside the schema's own file points to; else an empty schema."""
    if not reference.startswith("#"):
        return {}
    target: Any = schema
    for step in filter(None, reference[1:].split("/")):
        name = step.replace("~1", "/").replace("~0", "~")
        target = target.get(name) if isinstance(target, Mapping) else None
    return {} if target is None else target


def conjunction(schema: Mapping[str, Any], node: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the schemas that must all hold: the node, what it refers to, and its ``allOf``.

    What is too deep comes as None.
    """
    if depth == _DEPTH:
        yield None
        return
    yield node
    if not isinstance(node, Mapping):
        return
    if isinstance(node.get("$ref"), str):
        yield from conjunction(schema, resolved(schema, node["$ref"]), depth + 1)
    for part in node.get("allOf", ()):
        yield from conjunction(schema, part, depth + 1)


class RowRules:
    """A row's schema, taken apart.

    Parameters
    ----------
    schema : the whole file, for its definitions
    validator : `jsonschema`'s for a row
    """

    def __init__(self, schema: Mapping[str, Any], validator: Any) -> None:
        self._keywords = frozenset(validator.VALIDATORS)
        self._validator = validator
        parts = list(conjunction(schema, validator.schema))
        self.cells: dict[str, list[Any]] = {}
        for part in parts:
            for name, about in _mapping(part, "properties").items():
                self.cells.setdefault(name, []).append(about)
        self._separable = all(self._is_separable(part) for part in parts)
        self._accepts = {name: self._predicate(abouts) for name, abouts in self.cells.items()}
        self._right: set[frozenset[str]] = set()

    def surely_right(self, instance: Mapping[str, Any]) -> bool:
        """Tell whether the row is known to be right, without asking `jsonschema`."""
        if frozenset(instance) not in self._right:
            return False
        accepts = self._accepts
        return all(
            name not in accepts or (type(value) is str and accepts[name](value))
            for name, value in instance.items()
        )

    def learn(self, instance: Mapping[str, Any]) -> None:
        """Remember that these cells may be filled together: `jsonschema` found no fault."""
        if self._separable and len(self._right) < _MOST_REMEMBERED:
            self._right.add(frozenset(instance))

    def _is_separable(self, part: Any) -> bool:
        """Tell whether cells are judged one by one, beside the question which are filled."""
        if not isinstance(part, Mapping):
            return False
        return all(
            key in {"properties", "allOf"}
            or (key == "$ref" and str(part[key]).startswith("#/"))
            or self._is_about_presence({key: part[key]})
            for key in part
        )

    def _is_about_presence(self, node: Any) -> bool:
        if not isinstance(node, Mapping):
            return isinstance(node, bool)
        return all(self._keyword_is_about_presence(key, value) for key, value in node.items())

    def _keyword_is_about_presence(self, key: str, value: Any) -> bool:
        if key in {"then", "else", "not", "if"}:
            return self._is_about_presence(value)
        if key in _BRANCHES:
            return all(self._is_about_presence(each) for each in value)
        if key == "dependencies" and key in self._keywords:
            return all(isinstance(each, list) for each in value.values())
        return (
            key not in self._keywords
            or key in _ABOUT_PRESENCE
            or (key == "type" and value == "object")
            or (key == "additionalProperties" and isinstance(value, bool))
        )

    def _predicate(self, abouts: list[Any]) -> Callable[[str], bool]:
        checks = [check for about in abouts for check in self._checks(about)]
        if len(checks) == 1:
            return checks[0]
        return lambda text: all(check(text) for check in checks)

    def _checks(self, about: Any) -> list[Callable[[str], bool]]:
        """Return the checks that a text must pass for the schema of a cell."""
        if isinstance(about, Mapping):
            found = [
                _text_check(key, value)
                for key, value in about.items()
                if key in self._keywords and key != "format"
            ]
            if None not in found:
                return [check for check in found if check is not None]
        return [self._remembering(about)]

    def _remembering(self, about: Any) -> Callable[[str], bool]:
        part = self._validator.evolve(schema=about)
        known: dict[str, bool] = {}

        def accepts(text: str) -> bool:
            verdict = known.get(text)
            if verdict is None:
                verdict = bool(part.is_valid(text))
                if len(known) < _MOST_REMEMBERED:
                    known[text] = verdict
            return verdict

        return accepts


def _mapping(node: Any, key: str) -> Mapping[str, Any]:
    found = node.get(key) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text_check(key: str, value: Any) -> Callable[[str], bool] | None:
    """Return what a keyword means for a text, or None if that is not plain."""
    make = _TEXT_CHECKS.get(key)
    return None if make is None else make(value)


def _type_check(value: Any) -> Callable[[str], bool]:
    is_text = "string" in (value if isinstance(value, list) else [value])
    return lambda _text: is_text


def _pattern_check(value: str) -> Callable[[str], bool]:
    search = re.compile(value).search
    return lambda text: search(text) is not None


def _enum_check(value: list[Any]) -> Callable[[str], bool]:
    allowed = frozenset(each for each in value if isinstance(each, str))
    return lambda text: text in allowed


_TEXT_CHECKS: dict[str, Callable[[Any], Callable[[str], bool]]] = {
    "type": _type_check,
    "pattern": _pattern_check,
    "enum": _enum_check,
    "const": lambda value: lambda text: bool(text == value),
    "minLength": lambda value: lambda text: bool(len(text) >= value),
    "maxLength": lambda value: lambda text: bool(len(text) <= value),
}
