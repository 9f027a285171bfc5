"""Sheets for pipelines that take a whole one as one job: the file that such a job reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ..pipelines.definition import PipelineDefinition
from ..samplesheet.table import Row

if TYPE_CHECKING:
    from ..store.models import Run

LONGEST_SAMPLE = 255
"""Characters in a sample's name, or in what stands for several: what the database keeps."""

FILE = "samplesheet.csv"
"""Name of the file in the output directory, and of what is stored of it with the run."""


def sheet_file(
    pipeline: PipelineDefinition,
    columns: Iterable[str],
    rows: Iterable[Row],
    absolute: Callable[[str], str],
) -> str:
    """Return rows as nf-core's pipelines read them: comma-separated, unset cells empty.

    Parameters
    ----------
    columns : those of the sheet, in its order; those without a name are left out. Columns with
        no cell set are kept: some pipelines insist on their whole header
    absolute : makes the path of a file absolute; the job runs in another folder
    """
    columns = list(dict.fromkeys(name for name in columns if name))
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


def samples_in(pipeline: PipelineDefinition, rows: Iterable[Row]) -> list[str]:
    """Return the samples of a sheet, each once: one may have several rows, as a run of each lane.

    A sheet whose rows name none is counted as one sample, called as the pipeline is.
    """
    named = (row.cells.get(pipeline.sample_column) for row in rows)
    return list(dict.fromkeys(sample for sample in named if sample)) or [pipeline.name]


def label(samples: Sequence[str]) -> str:
    """Return what a run of several samples is called in lists, in at most 255 characters."""
    first = samples[0]
    if len(samples) == 1:
        return first
    more = f" and {len(samples) - 1:,} more"
    return first[: LONGEST_SAMPLE - len(more)] + more


def sheet_row(
    row: Row | None, name: str | None, samples: Sequence[str], text: str
) -> dict[str, str]:
    """Return what is stored of a whole sheet with its run: the file, and what it is for people.

    Parameters
    ----------
    row : the only one of the sheet, if it has one; then that is what people see
    name : of the sheet that was submitted
    """
    shown = row.cells if row is not None else {"input": name or FILE, "samples": str(len(samples))}
    return {**shown, FILE: text}


def shown_row(run: Run) -> dict[str, str]:
    """Return the row of a run as clients see it: without the file of a whole sheet."""
    return {name: cell for name, cell in run.tsv_row.items() if name != FILE}


def stored_sheet(run: Run) -> str:
    """Return the file for the job of a run."""
    return str(run.tsv_row.get(FILE, ""))
