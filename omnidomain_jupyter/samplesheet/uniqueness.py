"""What may not be in a sheet twice. Hashed, since `jsonschema` compares every pair of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import messages
from .issues import Issue
from .reader import Row
from .rules import conjunction


def not_unique(
    schema: Mapping[str, Any],
    combinations: Iterable[tuple[str, ...]],
    rows: Iterable[Row],
    sample_column: str,
) -> Iterator[Issue]:
    """Yield an error for each row that repeats another where the schema forbids it."""
    for names in combinations:
        first: dict[tuple[str | None, ...], Row] = {}
        for row in rows:
            values = tuple(map(row.cells.get, names))
            known = first.setdefault(values, row)
            if known is not row and any(values):
                yield _repeated(names, row, known)
    if any(_asks(part, "uniqueItems") is True for part in conjunction(schema, schema)):
        yield from _same_rows(rows, sample_column)


def unique_combinations(
    schema: Mapping[str, Any], properties: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, ...]]:
    """Return the combinations of columns that must be unique.

    Newer schemas say so of the whole sheet; older ones (draft 7, nf-validation) of a column.
    """
    found: list[tuple[str, ...]] = []
    for part in conjunction(schema, schema):
        names = _asks(part, "uniqueEntries")
        if isinstance(names, list) and names:
            found.append(tuple(str(name) for name in names))
    if is_old(schema):
        for name, about in properties.items():
            others = about.get("unique")
            if others is True:
                found.append((name,))
            elif isinstance(others, list):
                found.append((*(str(other) for other in others if other != name), name))
    return list(dict.fromkeys(found))


def is_old(schema: Mapping[str, Any]) -> bool:
    """Tell whether the schema is of the time before nf-schema."""
    return "draft-0" in str(schema.get("$schema"))


def _asks(part: Any, keyword: str) -> Any:
    return part.get(keyword) if isinstance(part, Mapping) else None


def _repeated(names: tuple[str, ...], row: Row, known: Row) -> Issue:
    column = next((name for name in reversed(names) if name in row.cells), names[0])
    if len(names) == 1:
        value = messages.shown(row.cells[column])
        message = f"{column} {value} is in {_place(known)} already; it must be unique."
    else:
        message = (
            f"The combination of {messages.listed(list(names), 'and')} is the same as in "
            f"{_place(known)}; it must be unique."
        )
    return Issue(message, "not_unique", row.line or None, row.row, column, row.cells.get(column))


def _same_rows(rows: Iterable[Row], sample_column: str) -> Iterator[Issue]:
    first: dict[frozenset[tuple[str, str]], Row] = {}
    for row in rows:
        known = first.setdefault(frozenset(row.cells.items()), row)
        if known is not row:
            message = f"This row is the same as the one in {_place(known)}."
            column = sample_column if sample_column in row.cells else next(iter(row.cells), None)
            value = row.cells.get(column) if column else None
            yield Issue(message, "not_unique", row.line or None, row.row, column, value)


def _place(row: Row) -> str:
    return f"line {row.line}" if row.line else f"row {row.row}"
