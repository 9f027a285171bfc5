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
)
from .jobs import JobPlanner
from .lease import Lease
from .notices import Notices, RunChanged

PATIENCE_S = 40.0
"""How long the request for a single run waits for certainty."""

THROTTLED_PATIENCE_S = 10.0

_log = logging.getLogger(__name__)


class Submitter:
    """Turns intents into jobs and records what became of them.

    Parameters
    ----------
    lease : of this server, which all runs given to it belong to
    """

    def __init__(
        self,
        database: Database,
        backend: ComputeBackend,
        planner: JobPlanner,
        notices: Notices,
        lease: Lease,
    ) -> None:
        self.lease = lease
        self.left_behind: deque[Attempt] = deque()
        self.backend = backend
        self._database = database
        self._planner = planner
        self._notices = notices

    def submit(self, run: Run, *, guard: Callable[[Transaction], None] | None = None) -> str:
        """Store one run, submit it and return its job's id.

        Parameters
        ----------
        guard : raises what speaks against it, in the transaction that stores the run

        Raises
        ------
        BackendRefusedError, BackendThrottledError : no job exists, and the run was removed
        BackendUnknownError : not even the look-ups got an answer; recovery will settle it
        NotFoundError, InvalidInputError : there is no command for it, and the run was removed
        StoreUnavailableError : the database is away; recovery settles what was stored
        """
        run.lease_owner = self.lease.server_id
        with self._database.writing() as transaction:
            if guard is not None:
                guard(transaction)
            self.lease.renew(transaction)
            transaction.runs.add([run])
        attempt = Attempt(run)
        try:
            outcome = self._outcome(attempt)
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

        Raises
        ------
        BackendUnknownError : it is not settled
        StoreUnavailableError : the database is away
        """
        started = time.monotonic()
        # Its run was stored a moment ago, under a lease: nobody else can have it.
        outcome: Outcome | None = attempt.advance(self.backend, self._planner)
        while isinstance(outcome, Later):
            waited = attempt.due - started
            throttled = isinstance(outcome.error, BackendThrottledError)
            if throttled and not attempt.look_ups and waited > THROTTLED_PATIENCE_S:
                return Refused(outcome.error)
            if waited > PATIENCE_S:
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
            # A lease that holds, and a run that is still ours: nobody else can be asking now.
            if not self.lease.holds():
                return attempt.postponed()
            with self._database.reading() as transaction:
                mine = transaction.runs.is_intent_of(attempt.run.run_id, self.lease.server_id)
            if not mine:
                return None
        return attempt.advance(self.backend, self._planner)

    def record(self, outcomes: Sequence[tuple[Attempt, Outcome]]) -> None:
        """Store what became of attempts, in one transaction; then tell whoever is to know."""
        now = datetime.now(UTC)
        changes, unwanted = [], []
        with self._database.writing() as transaction:
            for attempt, outcome in outcomes:
                run = attempt.run
                if isinstance(outcome, Accepted):
                    if self._submitted(transaction, run, outcome.job_id, now):
                        changes.append(RunChanged(run.run_id, RunStatus.SUBMITTED, now))
                    elif transaction.runs.status(run.run_id) in (None, RunStatus.CANCELLED):
                        unwanted.append(outcome.job_id)
                elif isinstance(outcome, Refused):
                    _refuse(transaction, run, outcome, now)
                elif isinstance(outcome, Abandoned):
                    transaction.runs.remove_intent(run.run_id)
        for change in changes:
            self._notices.run_changed(change)
        if changes:
            self._notices.jobs_waiting()
        for job_id in unwanted:
            # Cancelled while the backend was being asked: nobody wants this job.
            self.backend.cancel(job_id, "The run was cancelled before it had a job.")

    def _submitted(self, transaction: Transaction, run: Run, job_id: str, now: datetime) -> bool:
        return transaction.runs.move(
            run.run_id,
            RunStatus.SUBMITTED,
            at=now,
            now=now,
            values={"job_id": job_id, "submitted_at": now, "lease_owner": self.lease.server_id},
        )

    def _leave(self, attempt: Attempt) -> None:
        """Leave an attempt to the drain of this server, which goes on with it."""
        if attempt.job_id is None and not attempt.look_ups:
            attempt.look_ups = len(LOOK_UP_DELAYS_S)
        attempt.orphan = True  # whoever asked for it gets no answer
        self.left_behind.append(attempt)
        self._notices.intents_waiting()


def _refuse(transaction: Transaction, run: Run, outcome: Refused, now: datetime) -> None:
    _log.info("Run %s was refused: %s", run.run_id, outcome.error)
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
