"""What may not be in a sheet twice. Hashed, since `jsonschema` compares every pair of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from . import messages
from .issues import Issue
from .rules import conjunction
from .table import UNSET_FORMS, Row, Rows


def not_unique(
    schema: Mapping[str, Any],
    combinations: Iterable[tuple[str, ...]],
    rows: Rows,
    table: Mapping[str, Sequence[str]],
    sample_column: str,
) -> Iterator[Issue]:
    """Yield an error for each row that repeats another where the schema forbids it."""
    for names in combinations:
        columns = [_present(table.get(name), len(rows)) for name in names]
        # No tuples where there is but one column: they would take most of the time.
        keys = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
        for index, known in _repetitions(keys):
            yield _repeated(names, rows[index], rows[known])
    if any(_asks(part, "uniqueItems") is True for part in conjunction(schema, schema)):
        columns = [_present(cells, len(rows)) for cells in table.values()]
        for index, known in _repetitions(list(zip(*columns, strict=True)), empty_counts=True):
            yield _same_rows(rows[index], rows[known], sample_column)


def _present(cells: Sequence[str] | None, count: int) -> Sequence[str | None]:
    """Return a column's cells with None for those that are not set."""
    if cells is None:
        return [None] * count
    if UNSET_FORMS.isdisjoint(cells):
        return cells
    return [None if cell in UNSET_FORMS else cell for cell in cells]


def _repetitions(
    keys: Sequence[str | tuple[str | None, ...] | None], *, empty_counts: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield the index of each key that was there before, and where it was first."""
    if len(set(keys)) == len(keys):
        return
    first: dict[str | tuple[str | None, ...] | None, int] = {}
    for index, key in enumerate(keys):
        known = first.setdefault(key, index)
        if known != index and (empty_counts or (key is not None and any(key))):
            yield index, known


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


def _same_rows(row: Row, known: Row, sample_column: str) -> Issue:
    message = f"This row is the same as the one in {_place(known)}."
    column = sample_column if sample_column in row.cells else next(iter(row.cells), None)
    value = row.cells.get(column) if column else None
    return Issue(message, "not_unique", row.line or None, row.row, column, value)


def _place(row: Row) -> str:
    return f"line {row.line}" if row.line else f"row {row.row}"
