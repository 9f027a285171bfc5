"""What a pipeline's sample-sheet schema says about its columns.

The schema is JSON Schema with nf-schema's keywords, as nf-core pipelines ship it: an array
(the sheet) of objects (the rows). Judging sheets by it is `omnidomain_jupyter.samplesheet`'s
work; here it is only checked to be a schema, and read for the names of its columns.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import PipelineDefinitionError

SCHEMA_FILE = "schema_input.json"

FILE_FORMATS = frozenset({"file-path", "directory-path", "path", "file-path-pattern"})
"""nf-schema's formats for cells that name files."""

_MERGED = ("allOf", "anyOf", "oneOf")
_DEPTH = 8


@dataclass(frozen=True)
class Column:
    """One column of a pipeline's sample sheet."""

    name: str
    required: bool
    description: str | None = None
    is_file: bool = False
    allowed_values: list[str] | None = None


def read_schema(path: Path) -> dict[str, Any]:
    """Return the schema in the file.

    Raises
    ------
    PipelineDefinitionError : it is not there, not JSON, or not a schema of a sheet
    """
    try:
        schema = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise PipelineDefinitionError(f"{path}: the file is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PipelineDefinitionError(f"{path}: the file cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise PipelineDefinitionError(f"{path}: this is not JSON: {error}") from error
    _check(path, schema)
    checked: dict[str, Any] = schema
    return checked


def schema_sha256(schema: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a schema's JSON with sorted keys, as Python's `json` writes it."""
    return hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()


def columns_of(schema: Mapping[str, Any]) -> list[Column]:
    """Return the columns in the schema's own order."""
    items = _resolve(schema, schema.get("items", {}))
    required = {name for part in _parts(schema, items, ("allOf",)) for name in _names(part)}
    return [
        _column(schema, name, about, required=name in required)
        for name, about in properties_of(schema).items()
    ]


def properties_of(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what the schema says of each column's cells, by the column's name."""
    properties: dict[str, Mapping[str, Any]] = {}
    items = _resolve(schema, schema.get("items", {}))
    for part in _parts(schema, items, _MERGED):
        named = part.get("properties")
        for name, about in named.items() if isinstance(named, dict) else ():
            properties.setdefault(name, _resolve(schema, about))
    return properties


def _check(path: Path, schema: object) -> None:
    """Refuse what is not a JSON Schema of an array of objects with named columns."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for

    if not isinstance(schema, dict):
        raise PipelineDefinitionError(f"{path}: a schema is a JSON object")
    kind: Any = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        where = "/".join(str(step) for step in error.absolute_path) or "the schema"
        fault = error.message
        if error.validator == "format" and error.validator_value == "regex":
            fault = f"{error.instance!r} is not a regular expression that Python reads"
        raise PipelineDefinitionError(f"{path}: {where}: {fault}") from error
    except (OverflowError, RecursionError) as error:  # a regular expression beyond all measure
        raise PipelineDefinitionError(f"{path}: {error}") from error
    _check_references(path, schema, kind)
    if not columns_of(schema):
        raise PipelineDefinitionError(
            f"{path}: items/properties: the schema names no columns; it must describe an "
            "array (the sheet) of objects (the rows)"
        )


def _check_references(path: Path, schema: Mapping[str, Any], kind: Any) -> None:
    """Refuse references that lead nowhere, or round and round: no cell can be judged by them."""
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import EMPTY_REGISTRY, specification_with

    whole = specification_with(kind.ID_OF(kind.META_SCHEMA)).create_resource(schema)
    resolver = EMPTY_REGISTRY.resolver_with_root(whole)
    for where, reference in _references(schema):
        try:
            resolver.lookup(reference)
        except Unresolvable:
            raise PipelineDefinitionError(
                f"{path}: {where}: there is no {reference!r} in this file; references to other "
                "files are not followed"
            ) from None
    row = {column.name: "x" for column in columns_of(schema)}
    try:
        kind(schema, registry=EMPTY_REGISTRY).is_valid([row])
    except RecursionError:
        raise PipelineDefinitionError(f"{path}: $ref: a reference leads back to itself") from None


def _references(node: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield the references of a schema, each with its place."""
    if isinstance(node, dict):
        for key, value in node.items():
            place = f"{where}/{key}" if where else key
            if key in ("$ref", "$dynamicRef") and isinstance(value, str):
                yield place, value
            else:
                yield from _references(value, place)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _references(value, f"{where}/{number}")


def _parts(
    schema: Mapping[str, Any], node: Mapping[str, Any], keywords: tuple[str, ...], depth: int = 0
) -> Iterator[Mapping[str, Any]]:
    """Yield the row's schema and the schemas that it is combined of."""
    yield node
    if depth == _DEPTH:
        return
    for keyword in keywords:
        combined = node.get(keyword)
        for part in combined if isinstance(combined, list) else ():
            yield from _parts(schema, _resolve(schema, part), keywords, depth + 1)


def _names(part: Mapping[str, Any]) -> list[str]:
    required = part.get("required")
    return (
        [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    )


def _resolve(schema: Mapping[str, Any], node: object) -> Mapping[str, Any]:
    """Follow references inside the file; anything else is taken as it is."""
    for _ in range(_DEPTH):
        if not isinstance(node, dict):
            return {}
        reference = node.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#"):
            return node
        target: object = schema
        for step in filter(None, reference[1:].split("/")):
            name = step.replace("~1", "/").replace("~0", "~")
            target = target.get(name) if isinstance(target, dict) else None
        node = target
    return {}


def _column(
    schema: Mapping[str, Any], name: str, about: Mapping[str, Any], *, required: bool
) -> Column:
    parts = list(_parts(schema, about, _MERGED))
    allowed = next((part["enum"] for part in parts if isinstance(part.get("enum"), list)), None)
    description = about.get("description") or about.get("help_text") or about.get("errorMessage")
    return Column(
        name=name,
        required=required,
        description=description if isinstance(description, str) else None,
        is_file=any(part.get("format") in FILE_FORMATS for part in parts),
        allowed_values=None if allowed is None else [str(value) for value in allowed],
    )
