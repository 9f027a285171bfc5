"""Whether the files that rows name are there, and can be brought to where the runs read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..compute.s3 import S3Files
from ..pipelines.definition import PipelineDefinition
from ..samplesheet.files import check_files
from ..samplesheet.issues import Issue
from ..samplesheet.table import Rows
from ..schemas import UploadNeed
from .jobs import JobPlanner
from .remote_files import RemoteLook, look_at
from .sheet_inputs import space_warning, upload_need

Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class CheckedInputs:
    """What was found of the files of a sheet. `uploads` is None where runs read them here."""

    errors: list[Issue]
    warnings: list[Issue]
    uploads: UploadNeed | None


class InputChecks:
    """Looks at files here and on S3.

    Parameters
    ----------
    output : where runs on this machine write; None when they run elsewhere
    """

    def __init__(self, planner: JobPlanner, s3: S3Files, output: Path | None) -> None:
        self._planner = planner
        self._s3 = s3
        self._output = output

    def sheet(
        self,
        pipeline: PipelineDefinition,
        columns: Mapping[str, str],
        rows: Rows,
        directory: Path | None,
        cancelled: Cancelled,
    ) -> CheckedInputs:
        """Look at all files of a sheet.

        Parameters
        ----------
        columns : those whose cells name files, with nf-schema's format of each
        directory : the sheet's own, where relative paths start

        Raises
        ------
        CheckCancelledError : `cancelled` said so
        """
        bases = self._planner.base_directories(str(directory) if directory else None)
        look = self._look_at_s3(pipeline, columns, rows, cancelled)
        errors = check_files(
            rows, columns, base_directories=bases, remote=look, cancelled=cancelled
        )
        uploads = None
        if self._planner.remote:
            files = sorted(pipeline.file_columns)
            uploads, impossible = upload_need(rows, files, bases, cancelled=cancelled)
            known = {(issue.row, issue.column) for issue in errors}
            errors += [each for each in impossible if (each.row, each.column) not in known]
        warning = None
        if self._output is not None:
            warning = space_warning(pipeline, rows, bases, look, self._output, cancelled=cancelled)
        return CheckedInputs(errors, [warning] if warning is not None else [], uploads)

    def row(
        self, pipeline: PipelineDefinition, columns: Mapping[str, str], rows: Rows
    ) -> list[Issue]:
        """Return the files of a single row that are not there.

        It is answered as fast as its job can be submitted: a job that runs on AWS says itself
        what it does not find there.
        """
        asked: Mapping[str, str] = {} if self._planner.remote else columns
        look = self._look_at_s3(pipeline, asked, rows, lambda: False)
        bases = self._planner.base_directories(None)
        return check_files(rows, columns, base_directories=bases, remote=look)

    def _look_at_s3(
        self,
        pipeline: PipelineDefinition,
        columns: Mapping[str, str],
        rows: Rows,
        cancelled: Cancelled,
    ) -> RemoteLook:
        table = rows.by_name()
        cells = (cell for column in columns for cell in table.get(column, ()))
        only_s3 = pipeline.engine == "command"
        return look_at(self._s3, cells, only_s3=only_s3, cancelled=cancelled)
