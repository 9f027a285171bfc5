"""Judges sheets by a pipeline's schema: every error, at its cell.

The schema is JSON Schema (draft 2020-12 or 7) with nf-schema's keywords: an array of rows.
`jsonschema` decides about each row, unless the row is surely right (see `rules`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..pipelines.errors import PipelineDefinitionError
from ..pipelines.schema import FILE_FORMATS, Column, columns_of, properties_of
from . import messages
from .casting import Casting
from .explain import Explainer
from .headers import joined_names, renamings
from .issues import Issue
from .mates import mate_columns, repeated_reads, same_mates
from .notices import Notices
from .reader import Sheet
from .row_faults import RowFaults, cells_alone
from .rules import RowRules, conjunction
from .suggestions import repaired
from .suspects import suspects
from .table import UNSET, Row, Rows
from .uniqueness import is_old, not_unique, unique_combinations

MAX_ERRORS = 1000


@dataclass(frozen=True)
class Report:
    """What is wrong in a sheet. `errors` may be cut; `error_count` counts all of them."""

    valid: bool
    errors: tuple[Issue, ...]
    error_count: int
    warnings: tuple[Issue, ...]
    rows: Sequence[Row]


class SheetValidator:
    """A schema, ready to judge sheets and rows. May be used by several threads.

    Parameters
    ----------
    schema : JSON Schema of the whole sheet
    sample_column : the column that names the sample, for the messages

    Raises
    ------
    PipelineDefinitionError : the schema refers to something that is not in it
    """

    def __init__(self, schema: dict[str, Any], *, sample_column: str = "sample_id") -> None:
        self._schema = schema = _named_refusals(schema)
        self._sample_column = sample_column
        self._properties = properties_of(schema)
        self.columns: list[Column] = columns_of(schema)
        items = schema.get("items")
        self._validator = _row_validator(schema, items if isinstance(items, Mapping) else {})
        self._castings = {
            name: Casting(schema, about, partial(self._is_valid, about))
            for name, about in self._properties.items()
        }
        casts = {name: each.value for name, each in self._castings.items() if not each.is_text}
        self._rules = RowRules(schema, self._validator, casts)
        self._cells_alone = cells_alone(self._validator)
        self._unique = unique_combinations(schema, self._properties)
        self._own = {
            name: message
            for name, abouts in self._rules.cells.items()
            for about in abouts
            if (message := messages.own_message(about))
        }
        self._file_columns = self._kinds_of_files()
        self._mates = mate_columns([column.name for column in self.columns if column.is_file])
        self._outdated = {
            name
            for name, abouts in self._rules.cells.items()
            if any(isinstance(each, Mapping) and each.get("deprecated") is True for each in abouts)
        }
        self._companions = _companions(self._properties) if is_old(schema) else {}

    @property
    def file_columns(self) -> Mapping[str, str]:
        """The columns whose cells name files, and of which kind (nf-schema's formats)."""
        return self._file_columns

    def _kinds_of_files(self) -> dict[str, str]:
        found = {}
        for column in self.columns:
            if column.is_file:
                parts = [
                    part
                    for about in self._rules.cells.get(column.name, ())
                    for part in conjunction(self._schema, about)
                    if isinstance(part, Mapping)
                ]
                formats = [part["format"] for part in parts if part.get("format") in FILE_FORMATS]
                if not any(part.get("exists") is False for part in parts):
                    found[column.name] = formats[0] if formats else "file-path"
        return found

    def validate(self, sheet: Sheet, *, max_errors: int = MAX_ERRORS) -> Report:
        """Return everything that is wrong in a sheet, in the order of its lines."""
        rows = sheet.rows()
        table = rows.by_name()
        explainer = self._explainer((sheet.columns, sheet.header_line or None))
        required = [column.name for column in self.columns if column.required]
        missing = [name for name in required if name not in sheet.columns]
        joined = joined_names(sheet.columns, self._properties) if missing else None
        if joined is not None:
            message = messages.about_joined(*joined, len(sheet.columns), sheet.delimiter)
            issue = Issue(message, "separator", sheet.header_line or None)
            return Report(
                valid=False, errors=(issue,), error_count=1, warnings=sheet.warnings, rows=rows
            )
        errors = [*sheet.errors, *explainer.missing_columns(missing), *self._size_errors(sheet)]
        may_be_filled = partial(self._may_be_filled, rows)
        faults = RowFaults(self._validator, self._cells_alone, self._rules)
        for index in suspects(table, len(rows), self._rules, may_be_filled):
            explainer.suggesting = len(errors) < max_errors
            errors.extend(self._row_errors(rows[index], faults, explainer))
        errors.extend(not_unique(self._schema, self._unique, rows, table, self._sample_column))
        errors.extend(same_mates(self._mates, table, sheet.lines))
        position = {column: index for index, column in enumerate(sheet.columns)}
        errors.sort(
            key=lambda issue: (
                issue.line or 0,
                issue.row or 0,
                position.get(issue.column or "", -1),
            )
        )
        warnings = (*sheet.warnings, *self._warnings(sheet, table, explainer.renamed))
        return Report(not errors, tuple(errors[:max_errors]), len(errors), warnings, rows)

    def validate_row(self, cells: Mapping[str, str | None]) -> Report:
        """Return everything that is wrong in one row without a file."""
        found = {
            name.strip(): value.strip()
            for name, value in cells.items()
            if value is not None and value.strip().lower() not in UNSET
        }
        row = Row(0, 1, found)
        faults = RowFaults(self._validator, self._cells_alone, self._rules)
        alone = {name: [cell] for name, cell in found.items()}
        errors = (
            *self._row_errors(row, faults, self._explainer(None)),
            *same_mates(self._mates, alone, [0]),
        )
        refused = {issue.column for issue in errors if issue.code == "unknown_column"}
        unknown = [
            Issue(f"This pipeline has no column {name}.", "unknown_column", row=1, column=name)
            for name in found
            if name not in self._properties and name not in refused
        ]
        return Report(not errors, errors, len(errors), tuple(unknown), (row,))

    def _explainer(self, header: tuple[tuple[str, ...], int | None] | None) -> Explainer:
        return Explainer(
            self._accepts,
            self._properties,
            own=self._own,
            files=self._file_columns,
            sample_column=self._sample_column,
            header=header,
        )

    def _size_errors(self, sheet: Sheet) -> Iterator[Issue]:
        line, count = sheet.header_line or None, len(sheet)
        least, most = self._schema.get("minItems", 1), self._schema.get("maxItems")
        if count == 0:
            yield Issue("The sheet has a header, but no rows.", "no_rows", line)
        elif count < least:
            message = f"The sheet has too few rows: {count} where {least} are needed."
            yield Issue(message, "too_few_rows", line)
        elif most is not None and count > most:
            message = f"The sheet has too many rows: {count} where {most} are allowed."
            yield Issue(message, "too_many_rows", line)

    def _warnings(
        self, sheet: Sheet, table: Mapping[str, Sequence[str]], renamed: set[str]
    ) -> Iterator[Issue]:
        line = sheet.header_line or None
        free = [name for name in self._properties if name not in sheet.columns]
        unknown = [
            name for name in sheet.columns if name not in self._properties and name not in renamed
        ]
        meant = renamings(unknown, free)
        for name in sheet.columns:
            if name in self._outdated:
                message = f"The column {name} is outdated; leave it out."
                yield Issue(message, "deprecated", line, None, name, name)
            elif name and name in unknown:
                message = f"This pipeline has no column {name}; it is left alone."
                yield Issue(message, "unknown_column", line, None, name, name, meant.get(name))
        yield from self._windows_paths(sheet, table)
        yield from repeated_reads(self._mates, table, sheet.lines)

    def _windows_paths(self, sheet: Sheet, table: Mapping[str, Sequence[str]]) -> tuple[Issue, ...]:
        notices = Notices()
        for column in self._file_columns if sheet.has_backslashes else ():
            accepted = partial(self._accepts, column)
            cells = table.get(column, ())
            for index, value in enumerate(cells):
                if "\\" not in value:
                    continue
                message = (
                    f"{messages.shown(value, 120)} in column {column} looks like a path of "
                    "Windows; here folders are separated by “/”."
                )
                suggestion = repaired(value, accepted, is_path=True)
                at = (sheet.lines[index] or None, index + 1, column, value, suggestion)
                notices.add(Issue(message, "windows_path", *at))
        return notices.all()

    def _row_errors(self, row: Row, faults: RowFaults, explainer: Explainer) -> Iterator[Issue]:
        yield from self._old_rules(row, explainer)
        seen: set[tuple[str | None, str, str]] = set()
        for error in faults.of(row, self._instance(row)):
            for issue in explainer.issues(error, row):
                key = (issue.column, issue.code, issue.message)
                if key not in seen:
                    seen.add(key)
                    yield issue

    def _may_be_filled(self, rows: Rows, names: frozenset[str], index: int) -> bool:
        """Tell whether rows may fill just these columns, as the row at `index` does."""
        if not names.isdisjoint(self._outdated) or any(
            present in names and not names.issuperset(needed)
            for present, needed in self._companions.items()
        ):
            return False
        if not self._rules.may_be_filled(names):
            instance = self._instance(rows[index])
            if next(self._validator.iter_errors(instance), None) is not None:
                return False
            self._rules.learn(instance)
        return True

    def _instance(self, row: Row) -> dict[str, Any]:
        castings = self._castings
        return {
            name: castings[name].value(cell) if name in castings else cell
            for name, cell in row.cells.items()
        }

    def _old_rules(self, row: Row, explainer: Explainer) -> Iterator[Issue]:
        for name in self._outdated:
            if name in row.cells:
                own = self._own.get(name)
                message = f"The column {name} is outdated and may not be filled."
                yield Issue(
                    f"{message} {own}" if own else message,
                    "deprecated",
                    row.line or None,
                    row.row,
                    name,
                    row.cells[name],
                )
        for present, needed in self._companions.items():
            for name in needed if present in row.cells else ():
                if name not in row.cells:
                    yield from explainer.dependency(present, name, row)

    def _accepts(self, column: str, text: str, *more: Any) -> bool:
        casting = self._castings.get(column)
        value = casting.value(text) if casting else text
        abouts = self._rules.cells.get(column) or [self._properties.get(column, {})]
        return all(self._is_valid(about, value) for about in (*abouts, *more))

    def _is_valid(self, about: Any, value: Any) -> bool:
        return bool(self._validator.evolve(schema=about).is_valid(value))


def _row_validator(schema: Mapping[str, Any], items: Mapping[str, Any]) -> Any:
    """Return `jsonschema`'s validator of a row; it never asks the network for a schema."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import EMPTY_REGISTRY, specification_with

    kind: Any = validator_for(schema, default=Draft202012Validator)
    whole = specification_with(kind.ID_OF(kind.META_SCHEMA)).create_resource(schema)
    resolver = EMPTY_REGISTRY.resolver_with_root(whole)
    for reference in _references(schema):
        try:
            resolver.lookup(reference)
        except Unresolvable as error:
            raise PipelineDefinitionError(
                f"schema_input.json: $ref: {reference} is not in the file"
            ) from error
    return kind(schema, registry=EMPTY_REGISTRY).evolve(schema=items)


def _named_refusals(node: Any, *, is_names: bool = False) -> Any:
    """Return the schema with ``{"not": {}}`` for False below ``properties``.

    It means the same, but `jsonschema` does not say of which column a False is.
    """
    if isinstance(node, list):
        return [_named_refusals(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: {"not": {}}
        if is_names and value is False
        else _named_refusals(value, is_names=key == "properties" and not is_names)
        for key, value in node.items()
    }


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _companions(properties: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return which columns call for others, as nf-validation's schemas say it of a column."""
    return {
        name: [str(each) for each in about["dependentRequired"]]
        for name, about in properties.items()
        if isinstance(about.get("dependentRequired"), list)
    }
