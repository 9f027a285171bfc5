"""Reading a definition's TOML so that every fault is said with its key."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from .errors import PipelineDefinitionError

_MISSING: Any = object()
_KINDS = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


class TomlTable:
    """A table of a TOML file, from which typed values are taken by key."""

    def __init__(self, path: Path, values: dict[str, Any], prefix: str = "") -> None:
        self._path = path
        self._values = values
        self._prefix = prefix

    @classmethod
    def read(cls, path: Path) -> TomlTable:
        """Return the file's top table.

        Raises
        ------
        PipelineDefinitionError : the file is not there or not TOML
        """
        try:
            return cls(path, tomllib.loads(path.read_text("utf-8-sig")))
        except FileNotFoundError:
            raise PipelineDefinitionError(f"{path}: the file is missing") from None
        except (OSError, UnicodeDecodeError) as error:
            raise PipelineDefinitionError(f"{path}: the file cannot be read: {error}") from error
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise PipelineDefinitionError(f"{path}: this is not TOML: {error}") from error

    def fail(self, key: str, fault: str) -> NoReturn:
        """Raise the error that names file, key and fault."""
        raise PipelineDefinitionError(f"{self._path}: {self._prefix}{key}: {fault}")

    def allow(self, names: Iterable[str]) -> None:
        """Refuse keys that mean nothing, and say which one was perhaps meant."""
        known = list(names)
        for key in self._values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
                self.fail(key, f"there is no such key{hint}")

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in the file's order."""
        return iter(self._values)

    def text(self, key: str, default: str | None = _MISSING) -> Any:
        """Return a text that is not empty; `default` where the key is not there."""
        value = self._get(key, default, str)
        if value is not default and (not value.strip() or "\0" in value):
            self.fail(key, "may not be empty")
        return value

    def number(self, key: str, minimum: float, default: float | None = _MISSING) -> Any:
        """Return a finite number of at least `minimum`."""
        value = self._get(key, default, int, float)
        if value is not default and not minimum <= value < 1e12:
            self.fail(key, f"must be a number of at least {minimum}, and is {value}")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = _MISSING) -> str:
        """Return one of the texts."""
        value: str = self.text(key, default)
        if value not in choices:
            near = difflib.get_close_matches(value, choices, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            self.fail(key, f"{value!r} is not one of {', '.join(choices)}{hint}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is not there."""
        values = self._get(key, [], list)
        for value in values:
            if not isinstance(value, str) or not value:
                self.fail(key, f"{value!r} is not a text in quotes")
        return tuple(values)

    def raw(self, key: str, *kinds: type) -> Any:
        """Return a value of one of the kinds, or None where the key is not there."""
        return self._get(key, None, *kinds)

    def table(self, key: str) -> TomlTable:
        """Return the table inside; an empty one where the key is not there."""
        return TomlTable(self._path, self._get(key, {}, dict), f"{self._prefix}{key}.")

    def tables(self, key: str) -> list[TomlTable]:
        """Return an array of tables (`[[key]]`)."""
        values = self._get(key, [], list)
        for value in values:
            if not isinstance(value, dict):
                self.fail(key, f"must be written as [[{key}]] tables")
        return [
            TomlTable(self._path, value, f"{self._prefix}{key}[{number}].")
            for number, value in enumerate(values, 1)
        ]

    def _get(self, key: str, default: Any, *kinds: type) -> Any:
        value = self._values.get(key, default)
        if value is _MISSING:
            self.fail(key, "is missing")
        if value is default:
            return value
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            expected = " or ".join(_KINDS[kind] for kind in kinds)
            self.fail(key, f"must be {expected}, and is {value!r}")
        return value
