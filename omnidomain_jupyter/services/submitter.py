"""From a committed intent to exactly one job.

A run is committed in ``CREATED``, leased by this server and with a job name that contains its
id, before its backend is asked. Whatever happens after that, the job can be found again by its
name, by this server or by the one that takes over its lease:

- accepted: the run becomes ``SUBMITTED`` with the job's id;
- refused: the run is removed and the caller, or the submission, is told why;
- nobody knows (the answer was lost, this process died): see `attempt`.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ..compute.base import ComputeBackend
from ..errors import (
    BackendThrottledError,
    BackendUnknownError,
    InvalidInputError,
    NotFoundError,
    StoreUnavailableError,
)
from ..status import RunStatus
from ..store.database import Database, Transaction
from ..store.models import RejectedRow, Run
from .attempt import (
    LOOK_UP_DELAYS_S,
    Abandoned,
    Accepted,
    Attempt,
    Later,
    Outcome,
    Refused,
    Uploading,
)
from .jobs import JobPlanner
from .lease import Lease
from .notices import Notices, RunChanged
from .uploads import UploadService

PATIENCE_S = 40.0
"""How long the request for a single run waits for certainty."""

THROTTLED_PATIENCE_S = 10.0
UPLOAD_PATIENCE_S = 20.0
"""How long the request for a single run waits for its files; then they go on without it."""

BEING_UPLOADED = "Its files are being uploaded to S3."

_log = logging.getLogger(__name__)


class Submitter:
    """Turns intents into jobs and records what became of them.

    Parameters
    ----------
    lease : of this server, which all runs given to it belong to
    uploads : brings files of this machine to where jobs can read them, if those run elsewhere
    """

    def __init__(
        self,
        database: Database,
        backend: ComputeBackend,
        planner: JobPlanner,
        notices: Notices,
        lease: Lease,
        uploads: UploadService | None = None,
    ) -> None:
        self.lease = lease
        self.uploads = uploads
        self.left_behind: deque[Attempt] = deque()
        self.backend = backend
        self._database = database
        self._planner = planner
        self._notices = notices

    def submit(self, run: Run, *, guard: Callable[[Transaction], None] | None = None) -> str | None:
        """Store one run, submit it and return its job's id; None if its files take long.

        Parameters
        ----------
        guard : raises what speaks against it, in the transaction that stores the run

        Raises
        ------
        BackendRefusedError, BackendThrottledError : no job exists, and the run was removed
        BackendUnknownError : not even the look-ups got an answer; recovery will settle it
        NotFoundError, InvalidInputError : there is no command for it, and the run was removed;
            or a file that it names cannot be uploaded
        StoreUnavailableError : the database is away; recovery settles what was stored
        """
        run.lease_owner = self.lease.server_id
        files = self.uploads.planned([run]) if self.uploads is not None else []
        with self._database.writing() as transaction:
            if guard is not None:
                guard(transaction)
            self.lease.renew(transaction)
            transaction.runs.add([run])
            transaction.runs.files.add(files)
        attempt = Attempt(run, files=None if files else {})
        try:
            outcome = self._outcome(attempt)
            if isinstance(outcome, Uploading):
                self._leave_uploading(attempt)
                return None
            self.record([(attempt, outcome)])
        except (StoreUnavailableError, BackendUnknownError):
            self._leave(attempt)
            raise
        if isinstance(outcome, Refused):
            if isinstance(outcome.error, NotFoundError):
                raise InvalidInputError(str(outcome.error)) from outcome.error
            raise outcome.error
        if attempt.job_id is None:
            raise BackendUnknownError("Nobody knows whether this run has a job.")
        return attempt.job_id

    def _outcome(self, attempt: Attempt) -> Outcome:
        """Go on with an attempt until it is settled, for as long as a request may wait.

        Files that take longer are no fault: the outcome is then that they are on their way.

        Raises
        ------
        BackendUnknownError : it is not settled
        StoreUnavailableError : the database is away
        """
        started = time.monotonic()
        # Its run was stored a moment ago, under a lease: nobody else can have it.
        outcome: Outcome | None = self._step(attempt)
        while isinstance(outcome, Later):
            waited = attempt.due - started
            if isinstance(outcome, Uploading) and waited > UPLOAD_PATIENCE_S:
                return outcome
            throttled = isinstance(outcome.error, BackendThrottledError)
            if throttled and not attempt.look_ups and waited > THROTTLED_PATIENCE_S:
                return Refused(outcome.error)
            if waited > PATIENCE_S and not isinstance(outcome, Uploading):
                raise BackendUnknownError(str(outcome.error)) from outcome.error
            time.sleep(max(0.0, attempt.due - time.monotonic()))
            self.lease.ensure()
            outcome = self.advance(attempt)
        if outcome is None:
            raise BackendUnknownError("This run was taken over by another server.")
        return outcome

    def advance(self, attempt: Attempt) -> Outcome | None:
        """Take an attempt one step further; None when the run is no longer ours to submit."""
        if attempt.job_id is None:
            pause = self._pause(attempt)
            if pause is not None:
                return attempt.uploading(pause)
            # A lease that holds, and a run that is still ours: nobody else can be asking now.
            if not self.lease.holds():
                return attempt.postponed()
            with self._database.reading() as transaction:
                mine = transaction.runs.is_intent_of(attempt.run.run_id, self.lease.server_id)
            if not mine:
                if self.uploads is not None:
                    self.uploads.forget(attempt.run.run_id)
                return None
        return self._step(attempt)

    def _step(self, attempt: Attempt) -> Outcome:
        outcome = attempt.advance(self.backend, self._planner, self.uploads)
        removed = isinstance(outcome, Refused | Abandoned)
        if removed and self.uploads is not None and attempt.files is None:
            # Not all of its files are on S3, and what is there of them is not to stay.
            pause = self.uploads.give_up(attempt.run)
            if pause is not None:
                return attempt.uploading(pause)
        return outcome

    def record(self, outcomes: Sequence[tuple[Attempt, Outcome]]) -> None:
        """Store what became of attempts, in one transaction; then tell whoever is to know."""
        now = datetime.now(UTC)
        changes, unwanted = [], []
        with self._database.writing() as transaction:
            for attempt, outcome in outcomes:
                run_id = attempt.run.run_id
                status = self._recorded(transaction, attempt, outcome, now)
                if status is not None:
                    changes.append(RunChanged(run_id, status, now))
                elif isinstance(outcome, Accepted) and transaction.runs.status(run_id) in (
                    None,
                    RunStatus.CANCELLED,
                ):
                    unwanted.append(outcome.job_id)
        if self.uploads is not None:
            for attempt, _ in outcomes:
                self.uploads.forget(attempt.run.run_id)
        for change in changes:
            self._notices.run_changed(change)
        if changes:
            self._notices.jobs_waiting()
        for job_id in unwanted:
            # Cancelled while the backend was being asked: nobody wants this job.
            self.backend.cancel(job_id, "The run was cancelled before it had a job.")

    def _pause(self, attempt: Attempt) -> float | None:
        return None if self.uploads is None else self.uploads.pause(attempt.run.run_id)

    def _recorded(
        self, transaction: Transaction, attempt: Attempt, outcome: Outcome, now: datetime
    ) -> RunStatus | None:
        """Store what became of one attempt; return the run's new status, if it has one."""
        run = attempt.run
        if isinstance(outcome, Accepted) and self._submitted(transaction, run, outcome.job_id, now):
            return RunStatus.SUBMITTED
        if isinstance(outcome, Refused) and _refuse(transaction, run, outcome, now):
            return RunStatus.FAILED
        if isinstance(outcome, Abandoned):
            transaction.runs.remove_intent(run.run_id)
        return None

    def _submitted(self, transaction: Transaction, run: Run, job_id: str, now: datetime) -> bool:
        return transaction.runs.move(
            run.run_id,
            RunStatus.SUBMITTED,
            at=now,
            now=now,
            values={"job_id": job_id, "submitted_at": now, "lease_owner": self.lease.server_id},
        )

    def _leave_uploading(self, attempt: Attempt) -> None:
        """Leave a run whose files take long to the drain: it is submitted when they are there."""
        now = datetime.now(UTC)
        with self._database.writing() as transaction:
            transaction.runs.explain_intent(attempt.run.run_id, BEING_UPLOADED, now=now)
        attempt.run.status_reason = BEING_UPLOADED
        self.left_behind.append(attempt)
        self._notices.run_changed(RunChanged(attempt.run.run_id, RunStatus.CREATED, now))
        self._notices.intents_waiting()

    def _leave(self, attempt: Attempt) -> None:
        """Leave an attempt to the drain of this server, which goes on with it."""
        if attempt.job_id is None and not attempt.look_ups:
            attempt.look_ups = len(LOOK_UP_DELAYS_S)
        attempt.orphan = True  # whoever asked for it gets no answer
        self.left_behind.append(attempt)
        self._notices.intents_waiting()


def _refuse(transaction: Transaction, run: Run, outcome: Refused, now: datetime) -> bool:
    """Remove a refused run and keep the reason; return whether it had to stay, as failed."""
    _log.info("Run %s was refused: %s", run.run_id, outcome.error)
    if run.submission_id is None and run.status_reason is not None:
        # Whoever asked for it has got its id, and looks for the reason there.
        return transaction.runs.move(
            run.run_id,
            RunStatus.FAILED,
            at=now,
            now=now,
            message=str(outcome.error),
            values={"completed_at": now},
        )
    transaction.runs.remove_intent(run.run_id)
    if run.submission_id is not None:
        transaction.submissions.reject(
            RejectedRow(
                submission_id=run.submission_id,
                row_number=run.row_number or 0,
                line=run.line,
                sample_id=run.sample_id,
                reason=str(outcome.error),
                at=now,
            )
        )
    return False
