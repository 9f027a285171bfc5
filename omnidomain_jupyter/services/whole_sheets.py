"""Sheets for pipelines that take a whole one as one job: the file that such a job reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from ..pipelines.definition import PipelineDefinition
from ..samplesheet.table import Row
from ..store.models import Run

FILE = "samplesheet.csv"
"""Name of the file in the output directory, and of what is stored of it with the run."""


def sheet_file(
    pipeline: PipelineDefinition, rows: Sequence[Row], absolute: Callable[[str], str]
) -> str:
    """Return rows as nf-core's pipelines read them: comma-separated, unset cells empty.

    Parameters
    ----------
    absolute : makes the path of a file absolute; the job runs in another folder
    """
    filled = {name for row in rows for name in row.cells}
    known = [column.name for column in pipeline.columns if column.name in filled]
    columns = [*known, *sorted(filled.difference(known))]
    files = pipeline.file_columns
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            absolute(cell) if name in files and cell else cell
            for name in columns
            for cell in (row.cells.get(name, ""),)
        )
    return text.getvalue()


def label(pipeline: PipelineDefinition, rows: Sequence[Row]) -> str:
    """Return what a run of several samples is called in lists."""
    first = rows[0].cells.get(pipeline.sample_column, pipeline.name)
    return first if len(rows) == 1 else f"{first} and {len(rows) - 1:,} more"


def stored_sheet(run: Run) -> str:
    """Return the file for the job of a run."""
    return str(run.tsv_row.get(FILE, ""))
