"""Judges sheets by a pipeline's schema: every error, at its cell.

The schema is JSON Schema (draft 2020-12 or 7) with nf-schema's keywords: an array of rows.
`jsonschema` decides about each row; uniqueness over rows is hashed here, since `jsonschema`
compares every pair.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..pipelines.schema import Column, columns_of, properties_of
from . import messages
from .issues import Issue
from .reader import UNSET, Row, Sheet
from .suggestions import near, near_header, repaired

MAX_ERRORS = 1000
_TRUE, _FALSE = frozenset({"true"}), frozenset({"false"})


@dataclass(frozen=True)
class Report:
    """What is wrong in a sheet. `errors` may be cut; `error_count` counts all of them."""

    valid: bool
    errors: tuple[Issue, ...]
    error_count: int
    warnings: tuple[Issue, ...]
    rows: tuple[Row, ...]


class SheetValidator:
    """A schema, ready to judge sheets and rows. May be used by several threads.

    Parameters
    ----------
    schema : JSON Schema of the whole sheet
    sample_column : the column that names the sample, for the messages
    """

    def __init__(self, schema: dict[str, Any], *, sample_column: str = "sample_id") -> None:
        from jsonschema import Draft202012Validator
        from jsonschema.validators import validator_for

        self._schema = schema
        self._sample_column = sample_column
        self._properties = properties_of(schema)
        self.columns: list[Column] = columns_of(schema)
        kind = validator_for(schema, default=Draft202012Validator)
        shared = ("$defs", "definitions", "$schema")
        items: dict[str, Any] = {key: schema[key] for key in shared if key in schema}
        self._row_schema = {**items, **_without_reference(schema)}
        self._validator = kind(self._row_schema)

    @property
    def file_columns(self) -> tuple[str, ...]:
        """The columns whose cells name files."""
        return tuple(column.name for column in self.columns if column.is_file)

    def validate(self, sheet: Sheet, *, max_errors: int = MAX_ERRORS) -> Report:
        """Return everything that is wrong in a sheet, in the order of its lines."""
        rows = list(sheet.rows())
        missing, errors = self._missing_columns(sheet)
        errors += sheet.errors
        for row in rows:
            errors.extend(self._row_errors(row, missing))
        errors.extend(self._not_unique(rows))
        position = {column: index for index, column in enumerate(sheet.columns)}
        errors.sort(key=lambda issue: (issue.line or 0, position.get(issue.column or "", -1)))
        warnings = [*sheet.warnings, *self._header_warnings(sheet)]
        return Report(
            not errors, tuple(errors[:max_errors]), len(errors), tuple(warnings), tuple(rows)
        )

    def validate_row(self, cells: Mapping[str, str | None]) -> Report:
        """Return everything that is wrong in one row without a file."""
        found = {
            name.strip(): value.strip()
            for name, value in cells.items()
            if value is not None and value.strip().lower() not in UNSET
        }
        row = Row(0, 1, found)
        errors = [_without_line(issue) for issue in self._row_errors(row, frozenset())]
        unknown = [
            Issue(f"This pipeline has no column {name}.", "unknown_column", row=1, column=name)
            for name in found
            if name not in self._properties
        ]
        return Report(not errors, tuple(errors), len(errors), tuple(unknown), (row,))

    def _missing_columns(self, sheet: Sheet) -> tuple[frozenset[str], list[Issue]]:
        missing, errors = set(), []
        for column in self.columns:
            if column.required and column.name not in sheet.columns:
                missing.add(column.name)
                found = near_header(column.name, sheet.columns, self._properties)
                message = f"The column {column.name} is missing."
                if found:
                    message += f" Is it the one that is called {found}?"
                errors.append(
                    Issue(
                        message,
                        "missing_column",
                        line=sheet.header_line,
                        column=found or column.name,
                        value=found,
                        suggestion=column.name if found else None,
                    )
                )
        return frozenset(missing), errors

    def _header_warnings(self, sheet: Sheet) -> Iterator[Issue]:
        for name in sheet.columns:
            line = sheet.header_line
            if not name:
                continue
            if name not in self._properties:
                suggestion = near(
                    name, [each for each in self._properties if each not in sheet.columns]
                )
                message = f"This pipeline has no column {name}; it is left alone."
                yield Issue(message, "unknown_column", line, None, name, name, suggestion)
            elif self._properties[name].get("deprecated") is True:
                message = f"The column {name} is outdated and may go away."
                yield Issue(message, "deprecated", line, None, name, name)

    def _row_errors(self, row: Row, missing: frozenset[str]) -> Iterator[Issue]:
        instance = {name: self._typed(name, cell) for name, cell in row.cells.items()}
        seen: set[tuple[str | None, str, str]] = set()
        for error in self._validator.iter_errors(instance):
            for issue in self._issues(error, row, missing):
                key = (issue.column, issue.code, issue.message)
                if key not in seen:
                    seen.add(key)
                    yield issue

    def _typed(self, name: str, cell: str) -> Any:
        """Return the cell as the schema's type if it can be read as one; else the text."""
        kinds = self._properties.get(name, {}).get("type", "string")
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind == "string":
                return cell
            if kind == "boolean" and cell.lower() in _TRUE | _FALSE:
                return cell.lower() in _TRUE
            if kind in {"integer", "number"} and (number := _number(cell, kind)) is not None:
                return number
        return cell

    def _issues(self, error: Any, row: Row, missing: frozenset[str]) -> Iterator[Issue]:
        column = str(error.absolute_path[0]) if error.absolute_path else None
        own = messages.own_message(error.schema) if isinstance(error.schema, Mapping) else None
        keyword = error.validator
        if column is not None:
            yield self._cell_issue(column, own, error, row)
        elif keyword == "required":
            for name in error.validator_value:
                if name not in error.instance and name not in missing:
                    message = messages.about_required(name, row.cells.get(self._sample_column))
                    yield Issue(message, "required", row.line, row.row, name)
        elif keyword in {"dependentRequired", "dependencies"}:
            yield from self._dependency_issues(error, row)
        elif keyword in {"anyOf", "oneOf"}:
            alternatives = [list(each.get("required", ())) for each in error.validator_value]
            message = own or messages.about_choice(alternatives) or "This row is not complete."
            names = [name for names in alternatives for name in names]
            at = next((name for name in names if name not in row.cells), None)
            yield Issue(message, "any_of", row.line, row.row, at)
        else:
            message = own or "This row is not accepted by this pipeline."
            yield Issue(message, _code(keyword), row.line, row.row)

    def _cell_issue(self, column: str, own: str | None, error: Any, row: Row) -> Issue:
        value = row.cells.get(column, "")
        message = messages.about_cell(error.validator, error.validator_value, column, value)
        allowed = error.validator_value if error.validator == "enum" else ()
        suggestion = near(value, [str(each) for each in allowed]) if allowed else None
        if suggestion is None:
            suggestion = repaired(value, lambda text: self._accepts(column, text))
        message = f"{shown_own(own, column, value)}" if own else message
        return Issue(message, _code(error.validator), row.line, row.row, column, value, suggestion)

    def _dependency_issues(self, error: Any, row: Row) -> Iterator[Issue]:
        for present, needed in error.validator_value.items():
            if present not in error.instance or not isinstance(needed, list):
                continue
            for name in needed:
                if name not in error.instance:
                    message = messages.about_dependency(present, name)
                    yield Issue(message, "dependent_required", row.line, row.row, name)

    def _accepts(self, column: str, text: str) -> bool:
        part = self._validator.evolve(schema=dict(self._properties[column]))
        return text.lower() not in UNSET and part.is_valid(self._typed(column, text))

    def _not_unique(self, rows: Iterable[Row]) -> Iterator[Issue]:
        for names in _unique_rules(self._schema):
            first: dict[tuple[str, ...], Row] = {}
            for row in rows:
                values = tuple(row.cells.get(name, "") for name in names)
                if not any(values):
                    continue
                known = first.setdefault(values, row)
                if known is not row:
                    yield _repeated(names, values, row, known)
        if self._schema.get("uniqueItems") is True:
            yield from _same_rows(rows)


def shown_own(own: str, column: str, value: str) -> str:
    """Return a schema author's message with the cell that it is about."""
    return f"{column}, {messages.shown(value)}: {own}"


def _without_reference(schema: Mapping[str, Any]) -> dict[str, Any]:
    items = schema.get("items", {})
    return dict(items) if isinstance(items, Mapping) else {}


def _unique_rules(schema: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the combinations of columns that must be unique, wherever the array says so."""
    for part in (schema, *schema.get("allOf", ())):
        names = part.get("uniqueEntries")
        if isinstance(names, list) and names:
            yield tuple(str(name) for name in names)


def _repeated(names: tuple[str, ...], values: tuple[str, ...], row: Row, known: Row) -> Issue:
    if len(names) == 1:
        message = (
            f"{names[0]} {messages.shown(values[0])} is in line {known.line} already; it must be "
            "unique."
        )
    else:
        message = (
            f"The combination of {messages.listed(list(names), 'and')} is the same as in line "
            f"{known.line}; it must be unique."
        )
    column = next((name for name in reversed(names) if name in row.cells), names[0])
    return Issue(message, "not_unique", row.line, row.row, column, row.cells.get(column))


def _same_rows(rows: Iterable[Row]) -> Iterator[Issue]:
    first: dict[str, Row] = {}
    for row in rows:
        known = first.setdefault(json.dumps(row.cells, sort_keys=True), row)
        if known is not row:
            message = f"This row is the same as the one in line {known.line}."
            yield Issue(message, "not_unique", row.line, row.row)


def _number(cell: str, kind: str) -> int | float | None:
    try:
        return int(cell) if kind == "integer" else float(cell)
    except ValueError:
        return None


def _code(keyword: object) -> str:
    return {"uniqueItems": "not_unique", "additionalProperties": "unknown_column"}.get(
        str(keyword), str(keyword)
    )


def _without_line(issue: Issue) -> Issue:
    return Issue(
        issue.message, issue.code, None, issue.row, issue.column, issue.value, issue.suggestion
    )
