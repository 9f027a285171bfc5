"""From a committed intent to exactly one job.

A run is committed in ``CREATED``, with a job name that contains its id, before its backend is
asked. Whatever happens after that, the job can be found again by its name:

- accepted: the run becomes ``SUBMITTED`` with the job's id;
- refused: the run is removed and the caller, or the submission, is told why;
- nobody knows (the answer was lost, this process died): the backend is asked for a job of
  that name before any second try.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from uuid import UUID

from ..compute.base import ComputeBackend, JobSpec
from ..errors import (
    BackendRefusedError,
    BackendThrottledError,
    BackendUnknownError,
    InvalidInputError,
    NotFoundError,
    OmniDomainError,
)
from ..status import RunStatus
from ..store.database import Database
from ..store.models import RejectedRow, Run
from .jobs import JobPlanner
from .notices import Notices, RunChanged

PAGE = 100
TRIES = 5
LOOK_UP_DELAYS_S = (0.5, 1, 2, 4)
ORPHAN_AGE = timedelta(seconds=60)

_log = logging.getLogger(__name__)


class Submitter:
    """Turns intents into jobs, for one request or for all that are waiting."""

    def __init__(
        self, database: Database, backend: ComputeBackend, planner: JobPlanner, notices: Notices
    ) -> None:
        self._database = database
        self._backend = backend
        self._planner = planner
        self._notices = notices
        self._lock = threading.Lock()
        self._in_flight: set[UUID] = set()

    def submit(self, run: Run) -> str:
        """Submit one run that was committed as an intent; return its job's id.

        Raises
        ------
        BackendRefusedError, BackendThrottledError : no job exists, and the run was removed
        BackendUnknownError : not even the look-up got an answer; recovery will settle it
        NotFoundError, InvalidInputError : there is no command for it, and the run was removed
        """
        with self._claimed(run.run_id) as mine:
            if not mine or not self._is_intent(run):
                raise BackendUnknownError("This run is being submitted already.")
            try:
                job_id = self._accepted(self._planner.spec(run))
            except BackendUnknownError:
                raise
            except OmniDomainError as error:
                self._reject(run, error)
            self._settle(run, job_id)
            return job_id

    def drain(self, *, starting: bool = False) -> int:
        """Submit all runs that wait for it; return how many were settled.

        Parameters
        ----------
        starting : this server has just started, and no request of its own is under way
        """
        settled, passed = 0, set[UUID]()
        while True:
            with self._database.reading() as transaction:
                waiting = transaction.runs.intents(
                    self._backend.name, before=datetime.now(UTC), limit=PAGE + len(passed)
                )
            todo = [run for run in waiting if run.run_id not in passed][:PAGE]
            if not todo:
                return settled
            for run in todo:
                passed.add(run.run_id)
                settled += self._recovered(run, starting=starting)

    def _recovered(self, run: Run, *, starting: bool) -> bool:
        if run.submission_id is None:
            # Its request may be under way in another server, or has died with its server.
            old = datetime.now(UTC) - run.created_at > ORPHAN_AGE
            return (old or starting) and self._orphan_settled(run)
        try:
            self.submit(run)
        except BackendUnknownError:
            return False
        except OmniDomainError as error:
            _log.info("Run %s was refused: %s", run.run_id, error)
        return True

    def _orphan_settled(self, run: Run) -> bool:
        """Settle a run whose request never got an answer: keep its job, or forget the run."""
        with self._claimed(run.run_id) as mine:
            if not mine or not self._is_intent(run):
                return False
            job = self._backend.find(run.job_name)
            if job is not None:
                self._settle(run, job.job_id)
                return True
            with self._database.writing() as transaction:
                return transaction.runs.remove_intent(run.run_id)

    def _accepted(self, spec: JobSpec) -> str:
        failure: OmniDomainError = BackendUnknownError("The backend was not asked.")
        for attempt in range(TRIES):
            try:
                return self._backend.submit(spec)
            except BackendThrottledError as error:
                failure = error
                time.sleep(min(0.1 * 2**attempt, 5))
            except BackendUnknownError as error:
                failure = error
                found = self._look_up(spec.name)
                if found is not None:
                    return found
        raise failure

    def _look_up(self, job_name: str) -> str | None:
        for delay in LOOK_UP_DELAYS_S:
            time.sleep(delay)
            job = self._backend.find(job_name)
            if job is not None:
                return job.job_id
        return None

    def _settle(self, run: Run, job_id: str) -> None:
        now = datetime.now(UTC)
        with self._database.writing() as transaction:
            moved = transaction.runs.move(
                run.run_id,
                RunStatus.SUBMITTED,
                at=now,
                now=now,
                values={"job_id": job_id, "submitted_at": now},
            )
            status = transaction.runs.status(run.run_id)
        if not moved:
            if status is None or status is RunStatus.CANCELLED:
                # Cancelled while the backend was being asked: nobody wants this job.
                self._backend.cancel(job_id, "The run was cancelled before it had a job.")
            return
        self._notices.run_changed(RunChanged(run.run_id, RunStatus.SUBMITTED, now))
        self._notices.jobs_waiting()

    def _is_intent(self, run: Run) -> bool:
        # Asked again under the claim: what was read before it may be out of date.
        with self._database.reading() as transaction:
            return transaction.runs.status(run.run_id) is RunStatus.CREATED

    def _reject(self, run: Run, error: OmniDomainError) -> NoReturn:
        with self._database.writing() as transaction:
            transaction.runs.remove_intent(run.run_id)
            if run.submission_id is not None:
                transaction.submissions.reject(
                    RejectedRow(
                        submission_id=run.submission_id,
                        row_number=run.row_number or 0,
                        line=run.line,
                        sample_id=run.sample_id,
                        reason=str(error),
                        at=datetime.now(UTC),
                    )
                )
        if isinstance(error, BackendRefusedError | BackendThrottledError | InvalidInputError):
            raise error
        if isinstance(error, NotFoundError):
            raise InvalidInputError(str(error)) from error
        raise error

    @contextmanager
    def _claimed(self, run_id: UUID) -> Iterator[bool]:
        """Give True to one thread at a time for the same run."""
        with self._lock:
            mine = run_id not in self._in_flight
            self._in_flight.add(run_id)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._in_flight.discard(run_id)
