"""What failed jobs have printed last: asked for at once, and again, since it may come late."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from ..compute.base import ComputeBackend, JobStatus
from ..errors import OmniDomainError
from ..status import RunStatus
from ..store.database import Database
from .failures import lines_of, reason_of
from .notices import Notices, RunChanged

AT_ONCE = 4
ASK_AGAIN_S = (5.0, 15.0, 60.0)
"""So long after its end the log of a job elsewhere is asked again: CloudWatch takes its time."""

WITHIN_S = 5.0
"""So long one round takes: whoever is left is asked in the next."""

GIVE_UP_S = 600.0
_PAGE = 100


@dataclass
class _Failed:
    """A failed run. `reason` is the one that is stored."""

    run_id: UUID
    job: JobStatus
    reason: str | None
    since: float
    asked: int = 0

    @property
    def due(self) -> float:
        return self.since + ASK_AGAIN_S[self.asked]

    def answered(self, reason: str | None) -> bool:
        """Note an answer; return whether there will be no other."""
        self.asked += 1
        has_words = self.reason != self.job.reason
        same = has_words and reason == self.reason
        self.reason = reason
        return same or self.asked == len(ASK_AGAIN_S)


class LastWords:
    """Finds the reasons of failed jobs in their logs. What is still to be asked is in memory."""

    def __init__(self, database: Database, backend: ComputeBackend, notices: Notices) -> None:
        self._database = database
        self._backend = backend
        self._notices = notices
        self._lock = threading.Lock()
        self._waiting: dict[UUID, _Failed] = {}

    @property
    def waiting(self) -> int:
        """Of how many runs more may become known."""
        return len(self._waiting)

    def at_once(self, jobs: Sequence[JobStatus]) -> Mapping[str, str | None]:
        """Return the reasons of jobs that have just failed, as far as there is time, by job id."""
        return {
            job.job_id: reason_of(job, lines)
            for job, lines in zip(jobs, self._asked(jobs), strict=True)
            if lines is not None
        }

    def expect(self, run_id: UUID, job: JobStatus, reason: str | None) -> None:
        """Ask again later for the words of a job that runs elsewhere.

        Parameters
        ----------
        reason : what is stored now
        """
        if self._backend.remote:
            with self._lock:
                self._waiting[run_id] = _Failed(run_id, job, reason, time.monotonic())

    def ask(self) -> int:
        """Ask for the words that are due, and store what is new; return how many runs that is.

        Raises
        ------
        StoreUnavailableError : the database is away; they are asked for again
        """
        now = time.monotonic()
        with self._lock:
            due = [each for each in self._waiting.values() if each.due <= now]
        found = self._asked([each.job for each in due])
        news = {
            each.run_id: reason
            for each, lines in zip(due, found, strict=True)
            if lines and (reason := reason_of(each.job, lines)) != each.reason
        }
        self._store(news)
        with self._lock:
            for each, lines in zip(due, found, strict=True):
                over = time.monotonic() > each.since + GIVE_UP_S
                if lines is not None:
                    over = each.answered(news.get(each.run_id, each.reason))
                if over:
                    self._waiting.pop(each.run_id, None)
        return len(news)

    def _asked(self, jobs: Sequence[JobStatus]) -> list[Sequence[str] | None]:
        """Return the last lines of each job; None where they could not be had in time."""
        if not jobs:
            return []
        until = time.monotonic() + WITHIN_S

        def lines(job: JobStatus) -> Sequence[str] | None:
            if time.monotonic() > until:
                return None
            try:
                return lines_of(self._backend, job)
            except OmniDomainError:
                return None

        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="omnidomain-last-words") as pool:
            return list(pool.map(lines, jobs))

    def _store(self, news: Mapping[UUID, str | None]) -> None:
        now, reasons = datetime.now(UTC), list(news.items())
        for start in range(0, len(reasons), _PAGE):
            with self._database.writing() as transaction:
                told = [
                    run_id
                    for run_id, reason in reasons[start : start + _PAGE]
                    if transaction.runs.explain(run_id, reason, now=now)
                ]
            for run_id in told:
                self._notices.run_changed(RunChanged(run_id, RunStatus.FAILED, now))
