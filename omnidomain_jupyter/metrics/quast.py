"""QUAST's report on assemblies (https://quast.sourceforge.net), 4 and 5."""

from __future__ import annotations

import csv
from itertools import zip_longest

from .numbers import Number, number_in

TABLE = "report.tsv"
TRANSPOSED = "transposed_report.tsv"


def parse_report(content: bytes) -> list[Number]:
    """Return what a report says that has a column for each assembly; nothing if it is none."""
    return _numbers(_cells(content))


def parse_transposed_report(content: bytes) -> list[Number]:
    """Return what a report says that has a row for each assembly; nothing if it is none."""
    return _numbers([list(column) for column in zip_longest(*_cells(content), fillvalue="")])


def _numbers(cells: list[list[str]]) -> list[Number]:
    if not cells or cells[0][0] != "Assembly":
        return []
    assemblies = cells[0]
    return [
        Number("quast", assembly.strip(), row[0].strip(), value)
        for row in cells[1:]
        for assembly, cell in zip(assemblies[1:], row[1:], strict=False)
        if row[0] and assembly and (value := number_in(cell)) is not None
    ]


def _cells(content: bytes) -> list[list[str]]:
    lines = content.decode("utf-8-sig", "replace").splitlines()
    try:
        # Names of assemblies may have quotes in them; nothing is quoted.
        return [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    except csv.Error:
        return []
