"""What a run asks of the compute backend."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..compute.base import JobSpec
from ..compute.stage import S3, staged
from ..errors import InvalidInputError
from ..pipelines.command import build_command
from ..pipelines.definition import PipelineDefinition
from ..pipelines.parameters import checked_parameters, how_to_set, missing_parameters
from ..pipelines.registry import PipelineRegistry
from ..samplesheet.files import resolve_path
from .locations import output_directory, work_directory
from .whole_sheets import FILE, stored_sheet

if TYPE_CHECKING:
    from ..store.models import Run


class JobPlanner:
    """Makes the job of a run from what is stored of it, today or after a restart.

    Parameters
    ----------
    pipelines : what can be run
    root : the server's root directory, from which relative paths may start
    parameters : Nextflow parameters by the name of the pipeline, from the configuration; None
        where nobody knows it, and then none is missed

    remote : whether jobs run elsewhere, where they read S3 by themselves

    Raises
    ------
    ValueError : one of the parameters cannot be passed as one
    """

    def __init__(
        self,
        pipelines: PipelineRegistry,
        root: Path,
        parameters: Mapping[str, object] | None = None,
        *,
        remote: bool = False,
    ) -> None:
        self._parameters = None if parameters is None else checked_parameters(parameters)
        self.remote = remote
        self._pipelines = pipelines
        self._root = root

    def spec(self, run: Run, uploaded: Mapping[str, str] = MappingProxyType({})) -> JobSpec:
        """Return the job for the run.

        Parameters
        ----------
        uploaded : the addresses of files that were brought to S3, by what the row calls them

        Raises
        ------
        NotFoundError : the run's pipeline is no longer there
        InvalidInputError : a cell cannot be passed on safely, or a parameter that the pipeline
            needs is set no longer
        """
        pipeline = self._pipelines.get(run.pipeline)
        lacks = self.lacks(pipeline)
        if lacks is not None:
            raise InvalidInputError(lacks)
        directory, work = output_directory(run), work_directory(run)
        whole = pipeline.granularity == "sheet"
        sheet = f"{directory}/{FILE}" if whole else None
        cells = {} if whole else self._with_absolute_paths(run, pipeline, uploaded)
        fetched = self._fetched(cells, pipeline)
        command = build_command(
            pipeline,
            {**cells, **{column: path for column, (_, path) in fetched.items()}},
            sample_id=run.sample_id,
            run_id=str(run.run_id),
            output_directory=directory,
            work_directory=work,
            resume=run.resume,
            sheet=sheet,
            backend=run.backend,
            parameters=(self._parameters or {}).get(run.pipeline),
        )
        return JobSpec(
            name=run.job_name,
            command=staged(command, list(fetched.values())) if fetched else command,
            output_directory=directory,
            work_directory=work,
            tags={
                "pipeline": run.pipeline,
                "sample_id": run.sample_id,
                "run_id": str(run.run_id),
                "submission_id": str(run.submission_id or ""),
                "user": str(run.user_id),
            },
            files={sheet: _with_addresses(run, pipeline, uploaded)} if sheet is not None else {},
            environment=_environment(pipeline, work),
            cpus=pipeline.resources.cpus,
            memory_mb=pipeline.resources.memory_mb,
        )

    def _fetched(
        self, cells: Mapping[str, str], pipeline: PipelineDefinition
    ) -> dict[str, tuple[str, str]]:
        """Return what a job on this machine has to fetch from S3 first: URI and path by column."""
        if self.remote or pipeline.engine == "nextflow":
            return {}
        uris = {
            column: cells[column]
            for column in sorted(pipeline.file_columns)
            if cells.get(column, "").startswith(S3)
        }
        return {
            column: (uri, f"inputs/{column}/{PurePosixPath(uri).name}")
            for column, uri in uris.items()
        }

    def lacks(self, pipeline: PipelineDefinition) -> str | None:
        """Return what a pipeline needs of the configuration and does not get, or None."""
        if self._parameters is None:
            return None
        given = self._parameters.get(pipeline.name, {})
        missing = missing_parameters(pipeline, given, os.environ)
        return how_to_set(pipeline, missing) if missing else None

    def absolute(self, value: str, sheet_directory: str | None) -> str:
        """Return the absolute path of a file that a cell names; a URI as it is."""
        return str(resolve_path(value, self.base_directories(sheet_directory)) or value)

    def base_directories(self, sheet_directory: str | None) -> list[Path]:
        """Return where relative paths in a row may start: the sheet's folder, then the root."""
        directories = [Path(sheet_directory)] if sheet_directory else []
        return [*directories, self._root]

    def input_files(self, run: Run) -> Iterator[tuple[str, str, Path | None]]:
        """Yield the files that a run names and its job, elsewhere, is to read.

        Each once: its column, what the row calls it, and its path on this machine; None for an
        address. What is neither here nor an address may be there.

        Raises
        ------
        NotFoundError : the run's pipeline is no longer there
        """
        if not self.remote:
            return
        pipeline = self._pipelines.get(run.pipeline)
        whole = pipeline.granularity == "sheet"
        rows = csv.DictReader(io.StringIO(stored_sheet(run))) if whole else [run.tsv_row]
        bases = self.base_directories(run.sheet_directory)
        seen: set[str] = set()
        for row in rows:
            for column in sorted(pipeline.file_columns.intersection(row)):
                named = row[column]
                if not named or named in seen:
                    continue
                seen.add(named)
                path = None if "://" in named else resolve_path(named, bases)
                if path is not None or "://" in named:
                    yield column, named, path

    def _with_absolute_paths(
        self, run: Run, pipeline: PipelineDefinition, uploaded: Mapping[str, str]
    ) -> dict[str, str]:
        cells = dict(run.tsv_row)
        for column in pipeline.columns:
            value = cells.get(column.name)
            if value and column.is_file:
                cells[column.name] = uploaded.get(value) or self.absolute(
                    value, run.sheet_directory
                )
        return cells


def _with_addresses(run: Run, pipeline: PipelineDefinition, uploaded: Mapping[str, str]) -> str:
    """Return the sheet for the job of a run, with the addresses of what was uploaded."""
    sheet = stored_sheet(run)
    if not uploaded:
        return sheet
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header: list[str] = []
    for row in csv.reader(io.StringIO(sheet)):
        header = header or row
        writer.writerow(
            uploaded.get(cell, cell) if name in pipeline.file_columns else cell
            for name, cell in zip(header, row, strict=True)
        )
    return text.getvalue()


def _environment(pipeline: PipelineDefinition, work_directory: str) -> dict[str, str]:
    if pipeline.engine != "nextflow":
        return {}
    found = {
        "NXF_ANSI_LOG": "false",
        # Otherwise a sample that is called 001 becomes 1, and 1e5 becomes 100000.
        "NXF_DISABLE_PARAMS_TYPE_DETECTION": "true",
    }
    if work_directory.startswith("s3://"):
        # What `-resume` goes by, which would be gone with the machine that the job ran on.
        found["NXF_CLOUDCACHE_PATH"] = f"{work_directory}/.cache"
    return found
