"""What a schema demands of a row, taken apart: of each cell, and of which cells are filled.

`jsonschema` has the last word on every row. What is compiled here only tells, soundly, that a
row is right, so that `jsonschema` need not look at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import filterfalse
from typing import Any

_Test = Callable[[str], object]
"""Tells by the truth of what it returns."""

_DEPTH = 8
_MOST_REMEMBERED = 10_000
_ABOUT_PRESENCE = frozenset(
    {"required", "minProperties", "maxProperties", "propertyNames", "dependentRequired", "format"}
)
_NO_TEST = frozenset({"format"})
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
    casts : how the text of a cell becomes what the schema judges, where it is not the text
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        validator: Any,
        casts: Mapping[str, Callable[[str], Any]],
    ) -> None:
        self._keywords = frozenset(validator.VALIDATORS)
        self._validator = validator
        parts = list(conjunction(schema, validator.schema))
        self.cells: dict[str, list[Any]] = {}
        for part in parts:
            for name, about in _mapping(part, "properties").items():
                self.cells.setdefault(name, []).append(about)
        self.separable = all(self._is_separable(part) for part in parts)
        self._tests = {
            name: [test for about in abouts for test in self._tests_for(about, casts.get(name))]
            for name, abouts in self.cells.items()
        }
        self._right: set[frozenset[str]] = set()

    def wrong(self, name: str, texts: Iterable[str]) -> set[str]:
        """Return those of the texts that may be wrong in a column, where rows separate."""
        return {text for test in self._tests.get(name, ()) for text in filterfalse(test, texts)}

    def is_right(self, name: str, text: str) -> bool:
        """Tell whether a text is surely right in a column, where rows separate."""
        return all(test(text) for test in self._tests.get(name, ()))

    def may_be_filled(self, names: frozenset[str]) -> bool:
        """Tell whether these columns, and no others, are known to be filled rightly."""
        return names in self._right

    def learn(self, instance: Mapping[str, Any]) -> None:
        """Remember that these cells may be filled together: `jsonschema` found no fault."""
        if self.separable and len(self._right) < _MOST_REMEMBERED:
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

    def _tests_for(self, about: Any, cast: Callable[[str], Any] | None) -> list[_Test]:
        """Return what a text must pass for the schema of a cell; nothing if any text will do."""
        if isinstance(about, Mapping) and cast is None:
            found = [
                _text_tests(key, value)
                for key, value in about.items()
                if key in self._keywords and key not in _NO_TEST
            ]
            if None not in found:
                return [test for tests in found for test in tests or ()]
        return [self._remembering(about, cast or str)]

    def _remembering(self, about: Any, cast: Callable[[str], Any]) -> _Test:
        part = self._validator.evolve(schema=about)
        known: dict[str, bool] = {}

        def accepts(text: str) -> bool:
            verdict = known.get(text)
            if verdict is None:
                verdict = bool(part.is_valid(cast(text)))
                if len(known) < _MOST_REMEMBERED:
                    known[text] = verdict
            return verdict

        return accepts


def _mapping(node: Any, key: str) -> Mapping[str, Any]:
    found = node.get(key) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text_tests(key: str, value: Any) -> list[_Test] | None:
    """Return what a keyword means for a text, or None if that is not plain."""
    make = _TEXT_TESTS.get(key)
    return None if make is None else make(value)


def _type_tests(value: Any) -> list[_Test]:
    return [] if "string" in (value if isinstance(value, list) else [value]) else [_never]


def _never(_text: str) -> bool:
    return False


# Built-in functions where there is one: they are called for every cell of a sheet.
_TEXT_TESTS: dict[str, Callable[[Any], list[_Test]]] = {
    "type": _type_tests,
    "pattern": lambda value: [re.compile(value).search],
    "enum": lambda value: [frozenset(each for each in value if type(each) is str).__contains__],
    "const": lambda value: [lambda text: text == value],
    "minLength": lambda value: [lambda text: len(text) >= value],
    "maxLength": lambda value: [lambda text: len(text) <= value],
}
