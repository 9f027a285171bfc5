"""Runs: one row submitted, its history, its log; and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from ..compute.base import ComputeBackend
from ..compute.local_worker import without_escapes
from ..compute.log_tails import TailsLogs
from ..errors import ConflictError, InvalidInputError, NotFoundError
from ..pipelines.definition import PipelineDefinition
from ..samplesheet.issues import Issue
from ..samplesheet.table import Row
from ..schemas import (
    LogLines,
    RunCreate,
    RunDetail,
    RunPage,
    RunQuery,
    StatusChange,
    Upload,
    UploadList,
)
from ..schemas import Run as RunResponse
from ..status import TERMINAL, RunStatus
from ..store.database import Database
from ..store.models import Run, User
from ..store.runs import RunFilter
from .cursors import decode_cursor, encode_cursor
from .jobs import JobPlanner
from .locations import RootDirectory, base_output_directory, job_name, output_directory
from .notices import Notices, RunChanged
from .sheets import SheetService
from .submitter import Submitter
from .whole_sheets import label, samples_in, sheet_file, sheet_row, shown_row


class RunService:
    """What a user can do with runs. Somebody else's run is not found.

    Parameters
    ----------
    root : the server's
    base_outdir : where outputs go unless a request says otherwise
    """

    def __init__(
        self,
        database: Database,
        backend: ComputeBackend,
        sheets: SheetService,
        planner: JobPlanner,
        submitter: Submitter,
        notices: Notices,
        root: RootDirectory,
        base_outdir: str,
    ) -> None:
        self._database = database
        self._backend = backend
        self._sheets = sheets
        self._planner = planner
        self._submitter = submitter
        self._notices = notices
        self._root = root
        self._base_outdir = base_outdir

    def create(self, user: User, request: RunCreate) -> RunResponse:
        """Validate a row, store it, submit it; return the run, which then has a job.

        Raises
        ------
        InvalidInputError : the row, or anything else in the request; nothing was stored
        BackendRefusedError, BackendThrottledError : no job was made; the run was removed
        """
        pipeline = self._sheets.pipeline(request.pipeline)
        _require_same_sample(request, pipeline)
        outdir = self.base_outdir(request.base_outdir)
        row = self._sheets.check_row(pipeline, request.tsv_row)
        if pipeline.granularity == "sheet":
            columns = list(request.tsv_row)
            run = self.sheet_intent(
                user, pipeline, columns, [row], base_outdir=outdir, resume=request.resume
            )
        else:
            run = self.intent(user, pipeline, row, base_outdir=outdir, resume=request.resume)
        run.row_number = run.line = None
        if request.cost_estimate is not None:
            run.cost_estimate = request.cost_estimate
        self._submitter.submit(run)
        with self._database.reading() as transaction:
            return self.present(_found(transaction.runs.get(run.run_id, user.user_id)))

    def base_outdir(self, requested: str | None) -> str:
        """Return the absolute base directory of a request's outputs."""
        remote = self._backend.remote
        return base_output_directory(requested, self._base_outdir, self._root.path, remote=remote)

    def below_root(self, directory: str) -> str | None:
        """Return a directory as a path below the server's root; None if it is not there."""
        return self._root.below(directory)

    def present(self, run: Run) -> RunResponse:
        """Return what clients see of a run."""
        outdir = output_directory(run)
        made = {"outdir": outdir, "output_folder": self.below_root(outdir)}
        stored = RunResponse.model_fields.keys() - made.keys()
        fields = {name: getattr(run, name) for name in stored}
        return RunResponse.model_validate({**fields, **made})

    def intent(
        self,
        user: User,
        pipeline: PipelineDefinition,
        row: Row,
        *,
        base_outdir: str,
        resume: bool,
        sheet_directory: Path | None = None,
    ) -> Run:
        """Return a run in ``CREATED`` for a row; the caller stores it."""
        run_id, now = uuid4(), datetime.now(UTC)
        sample_id = row.cells.get(pipeline.sample_column, pipeline.name)
        cost = pipeline.cost_range(row.cells)
        return Run(
            run_id=run_id,
            user_id=user.user_id,
            row_number=row.row,
            line=row.line,
            pipeline=pipeline.name,
            pipeline_revision=pipeline.revision,
            sample_id=sample_id,
            tsv_row=dict(row.cells),
            sheet_directory=str(sheet_directory) if sheet_directory else None,
            base_outdir=base_outdir,
            resume=resume,
            cost_estimate=sum(cost) / 2 if cost else None,
            backend=self._backend.name,
            status=RunStatus.CREATED.value,
            job_name=job_name(pipeline.name, sample_id, run_id),
            created_at=now,
            updated_at=now,
        )

    def sheet_intent(
        self,
        user: User,
        pipeline: PipelineDefinition,
        columns: Sequence[str],
        rows: Sequence[Row],
        *,
        base_outdir: str,
        resume: bool,
        sheet_directory: Path | None = None,
        name: str | None = None,
    ) -> Run:
        """Return one run in ``CREATED`` for all rows together; the caller stores it.

        Parameters
        ----------
        columns : of the sheet, in its order
        name : of the sheet, for people
        """
        run = self.intent(
            user,
            pipeline,
            rows[0],
            base_outdir=base_outdir,
            resume=resume,
            sheet_directory=sheet_directory,
        )
        directory = run.sheet_directory
        text = sheet_file(
            pipeline, columns, rows, lambda path: self._planner.absolute(path, directory)
        )
        samples = samples_in(pipeline, rows)
        costs = [cost for row in rows if (cost := pipeline.cost_range(row.cells))]
        run.sample_id = label(samples)
        run.job_name = job_name(pipeline.name, run.sample_id, run.run_id)
        run.tsv_row = sheet_row(rows[0] if len(rows) == 1 else None, name, samples, text)
        run.row_number = run.line = None
        run.cost_estimate = sum(map(sum, costs)) / 2 if costs else None
        return run

    def page(self, user: User, query: RunQuery) -> RunPage:
        """Return a user's runs, newest first.

        Raises
        ------
        InvalidInputError : the cursor is not one of ours
        """
        after = decode_cursor(query.cursor) if query.cursor else None
        where = RunFilter(
            query.status, query.pipeline, query.q, query.submission_id, query.since, query.until
        )
        with self._database.reading() as transaction:
            runs = transaction.runs.page(user.user_id, where, after=after, limit=query.limit + 1)
        more = len(runs) > query.limit
        runs = runs[: query.limit]
        return RunPage(
            runs=[self.present(run) for run in runs],
            next_cursor=encode_cursor(runs[-1].created_at, runs[-1].run_id) if more else None,
        )

    def detail(self, user: User, run_id: UUID) -> RunDetail:
        """Return a run with its row and its history."""
        with self._database.reading() as transaction:
            run = _found(transaction.runs.get(run_id, user.user_id))
            history = transaction.runs.history(run_id)
        return RunDetail(
            **self.present(run).model_dump(),
            tsv_row=shown_row(run),
            status_history=[StatusChange.model_validate(change) for change in history],
        )

    def find(self, user: User, run_id: UUID) -> Run:
        """Return what is stored of a run."""
        with self._database.reading() as transaction:
            return _found(transaction.runs.get(run_id, user.user_id))

    def cancel(self, user: User, run_id: UUID) -> RunResponse:
        """End a run that has not ended; return it. Its status follows when its job has ended.

        Raises
        ------
        ConflictError : the run has ended by itself
        """
        run = self.find(user, run_id)
        reason = f"Cancelled by {user.email}."
        if run.status == RunStatus.CREATED and self._cancelled_before_its_job(run, reason):
            return self.present(self.find(user, run_id))
        run = self.find(user, run_id)
        if RunStatus(run.status) in TERMINAL and run.status != RunStatus.CANCELLED:
            raise ConflictError(f"This run is {run.status} already and cannot be cancelled.")
        if run.job_id is not None and run.status != RunStatus.CANCELLED:
            self._backend.cancel(run.job_id, reason)
            self._notices.jobs_waiting()
        return self.present(run)

    def logs(
        self,
        user: User,
        run_id: UUID,
        cursor: str | None,
        limit: int = 1000,
        *,
        tail: int | None = None,
    ) -> LogLines:
        """Return what the run's job has printed, from the cursor on.

        Parameters
        ----------
        tail : so many last lines are wanted, if there is no cursor

        Raises
        ------
        InvalidInputError : the cursor is not one of ours
        """
        run = self.find(user, run_id)
        if run.job_id is None:
            return LogLines(lines=[], next_cursor="", at_end=True)
        # Only backends that name a stream know what to do with it.
        known = {"log_stream": run.log_stream} if run.log_stream else {}
        if tail and not cursor and isinstance(self._backend, TailsLogs):
            page = self._backend.tail(run.job_id, tail, log_stream=run.log_stream)
        else:
            page = self._backend.logs(run.job_id, cursor or None, limit, **known)
        lines = [without_escapes(line) for line in page.lines]
        return LogLines(lines=lines, next_cursor=page.next_cursor, at_end=page.at_end)

    def uploads(self, user: User, run_id: UUID) -> UploadList:
        """Return the files that were uploaded for a run."""
        with self._database.reading() as transaction:
            _found(transaction.runs.get(run_id, user.user_id))
            uploads = transaction.runs.uploads(run_id)
        return UploadList(
            run_id=run_id, files=[Upload.model_validate(upload) for upload in uploads]
        )

    def _cancelled_before_its_job(self, run: Run, reason: str) -> bool:
        now = datetime.now(UTC)
        with self._database.writing() as transaction:
            if transaction.runs.status(run.run_id) is not RunStatus.CREATED:
                return False
            moved = transaction.runs.move(
                run.run_id,
                RunStatus.CANCELLED,
                at=now,
                now=now,
                message=reason,
                values={"completed_at": now},
            )
        if moved:
            self._notices.run_changed(RunChanged(run.run_id, RunStatus.CANCELLED, now))
        return moved


def _require_same_sample(request: RunCreate, pipeline: PipelineDefinition) -> None:
    in_row = request.tsv_row.get(pipeline.sample_column)
    if in_row is not None and in_row.strip() != request.sample_id:
        message = (
            f"sample_id is {request.sample_id!r}, but the row's {pipeline.sample_column} is "
            f"{in_row!r}. They must be the same."
        )
        issue = Issue(message, "sample_mismatch", column="sample_id", value=request.sample_id)
        raise InvalidInputError(message, [issue])


def _found(run: Run | None) -> Run:
    if run is None:
        raise NotFoundError("There is no such run.")
    return run
