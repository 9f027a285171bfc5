"""MultiQC's general statistics (https://docs.seqera.io/multiqc), one row for each sample.

They are in ``multiqc_data/`` as a small table, and once more inside a large JSON file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping

from .numbers import Number, number_in

TABLE = "multiqc_general_stats.txt"
JSON = "multiqc_data.json"

_TOOL = "multiqc"
_PREFIX = "mqc-generalstats-"  # of columns, behind the module's title, up to version 1.2x


def parse_general_stats(content: bytes) -> list[Number]:
    """Return what the table says; nothing if it is none."""
    rows = csv.reader(content.decode("utf-8-sig", "replace").splitlines(), delimiter="\t")
    try:
        header = next(rows, [])
        if not header or header[0].strip() != "Sample":
            return []
        names = [name.rpartition(_PREFIX)[2].strip() for name in header]
        return [
            Number(_TOOL, row[0], name, value)
            for row in rows
            if row and row[0]
            for name, cell in zip(names[1:], row[1:], strict=False)
            if name and (value := number_in(cell)) is not None
        ]
    except csv.Error:
        return []


def parse_multiqc_json(content: bytes) -> list[Number]:
    """Return what the JSON file says; nothing if it is none."""
    try:
        modules = json.loads(content)["report_general_stats_data"]
        # A list up to version 1.2x; later by the name of the module.
        named = modules.items() if isinstance(modules, dict) else (("", each) for each in modules)
        return [number for module, samples in named for number in _of_module(module, samples)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []


def _of_module(module: str, samples: Mapping[str, Mapping[str, object]]) -> Iterator[Number]:
    prefix = f"{module.lower()}-" if module else ""
    for sample, values in samples.items():
        for name, cell in values.items():
            value = number_in(cell)
            if value is not None:
                yield Number(_TOOL, str(sample), f"{prefix}{name}", value)
