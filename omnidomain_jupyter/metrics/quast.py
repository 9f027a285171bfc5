"""QUAST's report on assemblies (https://quast.sourceforge.net), 4 and 5."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from .numbers import Number, number_in

TABLE = "report.tsv"
TRANSPOSED = "transposed_report.tsv"


def parse_report(content: bytes) -> list[Number]:
    """Return what a report says that has a column for each assembly; nothing if it is none."""
    return [Number("quast", column, row, value) for row, column, value in _numbers(content)]


def parse_transposed_report(content: bytes) -> list[Number]:
    """Return what a report says that has a row for each assembly; nothing if it is none."""
    return [Number("quast", row, column, value) for row, column, value in _numbers(content)]


def _numbers(content: bytes) -> Iterator[tuple[str, str, float]]:
    """Yield the numbers of a table, with the names of their row and column in front."""
    cells = _cells(content)
    if not cells or cells[0][0] != "Assembly":
        return
    columns = [name.strip() for name in cells[0]]
    for row in cells[1:]:
        for column, cell in zip(columns[1:], row[1:], strict=False):
            value = number_in(cell)
            if row[0] and column and value is not None:
                yield row[0].strip(), column, value


def _cells(content: bytes) -> list[list[str]]:
    lines = content.decode("utf-8-sig", "replace").splitlines()
    try:
        # Names of assemblies may have quotes in them; nothing is quoted.
        return [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    except csv.Error:
        return []
