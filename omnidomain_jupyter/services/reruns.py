"""What can be done with runs that did not go well: resume one, or send a sheet's rows again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from ..compute.base import ComputeBackend
from ..errors import ConflictError, InvalidInputError, NotFoundError
from ..samplesheet.reader import SheetError, read_sheet
from ..samplesheet.source import SheetFile
from ..schemas import Run as RunResponse
from ..schemas import Submission as SubmissionResponse
from ..schemas import SubmissionCreate
from ..status import RESUMABLE, RunStatus
from ..store.database import Database, Transaction
from ..store.models import Run, Submission, User
from .locations import job_name
from .runs import RunService
from .submissions import SubmissionService
from .submitter import Submitter


class RerunService:
    """Makes new runs from earlier ones. What was before stays as it is."""

    def __init__(
        self,
        database: Database,
        backend: ComputeBackend,
        runs: RunService,
        submissions: SubmissionService,
        submitter: Submitter,
    ) -> None:
        self._database = database
        self._backend = backend
        self._runs = runs
        self._submissions = submissions
        self._submitter = submitter

    def resume(self, user: User, run_id: UUID) -> RunResponse:
        """Run a row again in the work directory of its earlier run; return the new run.

        Raises
        ------
        ConflictError : the run has not ended, has succeeded, is being resumed already, or was
            made for another compute backend
        BackendRefusedError, BackendThrottledError : no job was made; there is no new run
        """
        parent = self._runs.find(user, run_id)
        status = RunStatus(parent.status)
        if status not in RESUMABLE:
            why = "has succeeded" if status is RunStatus.COMPLETED else f"is still {status}"
            raise ConflictError(f"This run {why}; there is nothing to resume.")
        if parent.backend != self._backend.name:
            raise ConflictError(
                f"This run was made for the compute backend {parent.backend!r}, and its files are "
                f"there. This server uses {self._backend.name!r}."
            )
        run = _child(parent)
        self._submitter.submit(run, guard=lambda transaction: _require_idle(transaction, parent))
        return self._runs.present(self._runs.find(user, run.run_id))

    def resubmit(self, user: User, submission_id: UUID, key: str | None) -> SubmissionResponse:
        """Submit again what was refused, failed, was cancelled or got lost, as a new sheet.

        Raises
        ------
        ConflictError : there is no such row
        InvalidInputError : the rows are no longer valid; nothing was stored
        """
        with self._database.reading() as transaction:
            submission = transaction.submissions.get(submission_id, user.user_id)
            if submission is None:
                raise NotFoundError("There is no such submission.")
            refused = {row.row_number for row in transaction.submissions.rejected(submission_id)}
            ended = transaction.runs.of_submission(submission_id, RESUMABLE)
            first = transaction.runs.any_of_submission(submission_id)
        # A run of the whole sheet has no row of its own; its number counts as 0.
        wanted = refused | {run.row_number or 0 for run in ended}
        if not wanted:
            raise ConflictError("No row of this sheet was refused, has failed or was cancelled.")
        directory = Path(first.sheet_directory) if first and first.sheet_directory else None
        request = SubmissionCreate(
            pipeline=submission.pipeline,
            content=submission.sheet if 0 in wanted else _sheet_of(submission, wanted),
            base_outdir=first.base_outdir if first else None,
            # Jobs that run elsewhere may see files that this server does not. They were looked at
            # when the sheet came, if that was wanted.
            check_files=not self._backend.remote,
        )
        file = SheetFile(request.content or "", submission.filename, directory)
        return self._submissions.create(user, request, file, key)


def _child(parent: Run) -> Run:
    run_id, now = uuid4(), datetime.now(UTC)
    return Run(
        run_id=run_id,
        user_id=parent.user_id,
        parent_run_id=parent.run_id,
        root_run_id=parent.root_run_id or parent.run_id,
        row_number=parent.row_number,
        line=parent.line,
        pipeline=parent.pipeline,
        pipeline_revision=parent.pipeline_revision,
        sample_id=parent.sample_id,
        tsv_row=parent.tsv_row,
        sheet_directory=parent.sheet_directory,
        base_outdir=parent.base_outdir,
        resume=True,
        cost_estimate=parent.cost_estimate,
        backend=parent.backend,
        status=RunStatus.CREATED.value,
        job_name=job_name(parent.pipeline, parent.sample_id, run_id),
        created_at=now,
        updated_at=now,
    )


def _require_idle(transaction: Transaction, parent: Run) -> None:
    # Two jobs in one work directory would destroy each other's files.
    busy = transaction.runs.active_of_root(parent.root_run_id or parent.run_id)
    if busy is not None:
        raise ConflictError(f"This run is being resumed already, by run {busy}.")


def _sheet_of(submission: Submission, row_numbers: set[int]) -> str:
    """Return the sheet with only some of its rows, tab-separated."""
    try:
        sheet = read_sheet(submission.sheet, filename=submission.filename)
    except SheetError as error:
        raise InvalidInputError(str(error), error.issues) from error
    text = io.StringIO()
    writer = csv.writer(text, dialect="excel-tab", lineterminator="\n")
    writer.writerow(sheet.columns)
    for row in sheet.rows():
        if row.row in row_numbers:
            writer.writerow([row.cells.get(column, "") for column in sheet.columns])
    return text.getvalue()
