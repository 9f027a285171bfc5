"""Submissions: a sheet accepted as a whole, and how far its rows have come."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from ..compute.base import ComputeBackend
from ..errors import ConflictError, InvalidInputError, NotFoundError, OmniDomainError
from ..pipelines.schema import schema_sha256
from ..samplesheet.issues import Issue
from ..samplesheet.reader import decode_sheet
from ..samplesheet.source import SheetFile
from ..schemas import RejectedRow as RejectedRowResponse
from ..schemas import Submission as SubmissionResponse
from ..schemas import SubmissionCreate, SubmissionSheet, UploadProgress
from ..status import WATCHED, RunStatus
from ..store.database import Database, Transaction
from ..store.models import Run, Submission, User
from ..store.runs import as_row
from .notices import Notices, RunChanged
from .runs import RunService
from .sheets import CheckedSheet, SheetService
from .uploads import UploadService

MAX_KEY_LENGTH = 255
ROWS_A_TURN = 20
TURN_S = 0.0002
"""After so many rows, other threads of the notebook server get so many seconds."""

_log = logging.getLogger(__name__)


class SubmissionService:
    """Accepts sheets and reports on them."""

    def __init__(
        self,
        database: Database,
        backend: ComputeBackend,
        sheets: SheetService,
        runs: RunService,
        notices: Notices,
        uploads: UploadService | None = None,
    ) -> None:
        self._uploads = uploads
        self._database = database
        self._backend = backend
        self._sheets = sheets
        self._runs = runs
        self._notices = notices

    def create(
        self, user: User, request: SubmissionCreate, file: SheetFile, key: str | None
    ) -> SubmissionResponse:
        """Accept a sheet: every row becomes a run, all committed at once or none.

        Parameters
        ----------
        request : as it came in
        file : the sheet that the request gives or names
        key : the ``Idempotency-Key``: the same key gives the same submission, however often

        Raises
        ------
        InvalidInputError : anything in the sheet; nothing was stored
        ConflictError : the key was used for another request
        """
        fingerprint = _fingerprint(request, file)
        known = self._known(user, _checked_key(key), fingerprint)
        if known is not None:
            return known
        checked = self._sheets.check(request.pipeline, file, check_files=request.check_files)
        _require_valid(checked)
        submission = _submission(user, request, file, checked, key, fingerprint)
        rows: list[dict[str, Any]] = []
        runs = _kept(self._intents(user, request, file, checked, submission), rows)
        files = self._uploads.planned(runs) if self._uploads is not None else []
        deque(runs, maxlen=0)  # if nobody has asked for them
        submission.rows = len(rows)
        with self._database.writing() as transaction:
            added = transaction.submissions.add(submission)
            if added:
                transaction.runs.add_rows(rows)
                transaction.runs.files.add(files)
        if not added:
            # Sent twice at the same time: the database let one of them in.
            known = self._known(user, key, fingerprint)
            if known is None:
                raise ConflictError("This submission could not be stored. Please try again.")
            return known
        # One hint for the whole sheet: who looks at a list fetches it again, and finds them all.
        first = rows[0]
        self._notices.run_changed(
            RunChanged(first["run_id"], RunStatus.CREATED, first["created_at"])
        )
        self._notices.intents_waiting()
        return self.get(user, submission.submission_id)

    def get(self, user: User, submission_id: UUID) -> SubmissionResponse:
        """Return a submission with its counts by state and its refused rows."""
        with self._database.reading() as transaction:
            submission = transaction.submissions.get(submission_id, user.user_id)
            if submission is None:
                raise NotFoundError("There is no such submission.")
            return self._present(transaction, submission)

    def sheet(self, user: User, submission_id: UUID) -> SubmissionSheet:
        """Return the sheet of a submission, as it was sent, and what it was run with."""
        with self._database.reading() as transaction:
            submission = transaction.submissions.get(submission_id, user.user_id)
            if submission is None:
                raise NotFoundError("There is no such submission.")
            run = transaction.runs.any_of_submission(submission_id)
        directory = run.sheet_directory if run is not None else None
        return SubmissionSheet(
            submission_id=submission_id,
            pipeline=submission.pipeline,
            filename=submission.filename,
            folder=self._runs.below_root(directory) if directory is not None else None,
            content=submission.sheet,
            sheet_sha256=submission.sheet_sha256,
            schema_sha256=submission.schema_sha256,
            schema=json.loads(submission.schema) if submission.schema is not None else None,
            pipeline_revision=run.pipeline_revision if run is not None else None,
            resume=run.resume if run is not None else None,
        )

    def cancel(
        self, user: User, submission_id: UUID
    ) -> tuple[SubmissionResponse, Sequence[tuple[str, str]]]:
        """Cancel the rows that have no job yet.

        Returns
        -------
        The submission, and the jobs that are still to be ended, each with the reason.
        """
        now, reason = datetime.now(UTC), f"Cancelled with its whole sheet by {user.email}."
        with self._database.writing() as transaction:
            submission = transaction.submissions.get(submission_id, user.user_id)
            if submission is None:
                raise NotFoundError("There is no such submission.")
            cancelled = transaction.runs.cancel_intents(submission_id, message=reason, now=now)
            active = transaction.runs.of_submission(submission_id, WATCHED)
            presented = self._present(transaction, submission)
        for run_id in cancelled:
            self._notices.run_changed(RunChanged(run_id, RunStatus.CANCELLED, now))
        return presented, [(run.job_id, reason) for run in active if run.job_id is not None]

    def cancel_jobs(self, jobs: Sequence[tuple[str, str]]) -> int:
        """End jobs, one after the other; return how many could not be ended."""
        failed = 0
        for job_id, reason in jobs:
            try:
                self._backend.cancel(job_id, reason)
            except OmniDomainError as error:
                _log.warning("Job %s could not be cancelled: %s", job_id, error)
                failed += 1
        if self._uploads is not None:
            self._uploads.take_back()
        self._notices.jobs_waiting()
        return failed

    def _present(self, transaction: Transaction, submission: Submission) -> SubmissionResponse:
        progress = None
        if self._uploads is not None:
            progress = self._uploads.progress(transaction, submission.submission_id)
        return _presented(transaction, submission, progress)

    def _known(self, user: User, key: str | None, fingerprint: str) -> SubmissionResponse | None:
        if key is None:
            return None
        with self._database.reading() as transaction:
            submission = transaction.submissions.by_idempotency_key(user.user_id, key)
            if submission is None:
                return None
            if submission.request_sha256 != fingerprint:
                raise ConflictError(
                    "This Idempotency-Key was used for another request. Use a new key."
                )
            return self._present(transaction, submission)

    def _intents(
        self,
        user: User,
        request: SubmissionCreate,
        file: SheetFile,
        checked: CheckedSheet,
        submission: Submission,
    ) -> Iterator[Run]:
        outdir = self._runs.base_outdir(request.base_outdir)
        if checked.pipeline.granularity == "sheet":
            run = self._runs.sheet_intent(
                user,
                checked.pipeline,
                checked.columns,
                checked.rows,
                base_outdir=outdir,
                resume=request.resume,
                sheet_directory=file.directory,
                name=file.name,
            )
            run.submission_id = submission.submission_id
            run.created_at = submission.created_at
            yield run
            return
        for number, row in enumerate(checked.rows):
            if number % ROWS_A_TURN == 0:
                # The event loop answers a request in many small steps, and waits up to 5 ms for
                # Python's lock before each of them while a thread computes without a pause.
                time.sleep(TURN_S)
            run = self._runs.intent(
                user,
                checked.pipeline,
                row,
                base_outdir=outdir,
                resume=request.resume,
                sheet_directory=file.directory,
            )
            run.submission_id = submission.submission_id
            # Newest first is the order of every list: the sheet's first row is to be on top.
            run.created_at = submission.created_at - timedelta(microseconds=number)
            yield run


def _kept(runs: Iterable[Run], rows: list[dict[str, Any]]) -> Iterator[Run]:
    """Yield runs, and keep of each what is stored of it; see `add_rows`."""
    for run in runs:
        rows.append(as_row(run))
        yield run


def _submission(
    user: User,
    request: SubmissionCreate,
    file: SheetFile,
    checked: CheckedSheet,
    key: str | None,
    fingerprint: str,
) -> Submission:
    schema = dict(checked.pipeline.schema)
    return Submission(
        submission_id=uuid4(),
        user_id=user.user_id,
        pipeline=checked.pipeline.name,
        filename=request.path,
        sheet_sha256=hashlib.sha256(_bytes(file)).hexdigest(),
        sheet=_text(file),
        schema_sha256=schema_sha256(schema),
        schema=json.dumps(schema),
        rows=len(checked.rows),
        idempotency_key=key,
        request_sha256=fingerprint,
        created_at=datetime.now(UTC),
    )


def _require_valid(checked: CheckedSheet) -> None:
    if checked.error_count == 1:
        raise InvalidInputError(checked.errors[0].message, checked.errors)
    if checked.error_count:
        message = f"The sheet has {checked.error_count:,} errors. Nothing was submitted."
        raise InvalidInputError(message, checked.errors, checked.error_count)
    if not checked.rows:
        message = "The sheet has no rows below its header. Nothing was submitted."
        raise InvalidInputError(message, [Issue(message, "empty", line=1)])


def _checked_key(key: str | None) -> str | None:
    if key is not None and not (0 < len(key) <= MAX_KEY_LENGTH and key.isprintable()):
        message = f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable characters."
        raise InvalidInputError(message, [Issue(message, "key", column="Idempotency-Key")])
    return key


def _fingerprint(request: SubmissionCreate, file: SheetFile) -> str:
    rest = request.model_copy(update={"content": None}).model_dump_json()
    return hashlib.sha256(rest.encode() + b"\0" + _bytes(file)).hexdigest()


def _bytes(file: SheetFile) -> bytes:
    data = file.data
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data


def _text(file: SheetFile) -> str:
    if isinstance(file.data, str):
        return file.data
    # A file that is no UTF-8 (Excel writes UTF-16) is kept as the text that was read from it.
    return decode_sheet(file.data)


def _presented(
    transaction: Transaction, submission: Submission, uploads: UploadProgress | None
) -> SubmissionResponse:
    return SubmissionResponse(
        submission_id=submission.submission_id,
        pipeline=submission.pipeline,
        filename=submission.filename,
        sheet_sha256=submission.sheet_sha256,
        schema_sha256=submission.schema_sha256,
        total=submission.rows,
        counts=transaction.submissions.counts(submission.submission_id),
        rejected=[
            RejectedRowResponse(
                row=row.row_number, line=row.line, sample_id=row.sample_id, reason=row.reason
            )
            for row in transaction.submissions.rejected(submission.submission_id)
        ],
        created_at=submission.created_at,
        uploads=uploads,
    )
