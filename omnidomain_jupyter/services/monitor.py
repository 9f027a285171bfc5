"""Knowing the status: asks the backend about jobs and records what has changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ..compute.base import ComputeBackend, JobState, JobStatus
from ..status import RunStatus
from ..store.database import Database
from ..store.runs import WatchedRun
from .last_words import LastWords
from .lease import Lease
from .notices import Notices, RunChanged

PAGE = 100
FORGOTTEN_AFTER_S = 300.0
STUCK_AFTER_S = 15 * 60.0
SLACK = 1.2

_ENDED = {
    JobState.SUCCEEDED: RunStatus.COMPLETED,
    JobState.FAILED: RunStatus.FAILED,
    JobState.CANCELLED: RunStatus.CANCELLED,
}


@dataclass(frozen=True)
class _News:
    """What a backend tells of a run: that it moved to `status`, or only `values`."""

    run_id: UUID
    status: RunStatus
    at: datetime
    message: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    moves: bool = True


class Monitor:
    """Compares what is stored of runs with what their backend knows of their jobs.

    Servers on one database share the runs: each watches what it has leased, takes its part of
    what nobody has, and gives back what is more than its part.

    Parameters
    ----------
    lease : of this server
    forgotten_after_s : how long a job may be missing before its run becomes ``UNKNOWN``
    stuck_after_s : how long a job may wait for a machine before the user is told why it may be
    """

    def __init__(
        self,
        database: Database,
        backend: ComputeBackend,
        notices: Notices,
        lease: Lease,
        *,
        forgotten_after_s: float = FORGOTTEN_AFTER_S,
        stuck_after_s: float = STUCK_AFTER_S,
    ) -> None:
        self._database = database
        self._backend = backend
        self._notices = notices
        self._lease = lease
        self._forgotten_after_s = forgotten_after_s
        self._stuck_after = timedelta(seconds=stuck_after_s)
        self._missing_since: dict[UUID, float] = {}
        self.last_words = LastWords(database, backend, notices)

    def share(self) -> int:
        """Take or give back runs, so that every server has its part; return how many are ours.

        Asks the database alone, and writes only when the parts change.
        """
        with self._database.reading() as transaction:
            total, mine = transaction.runs.watched_counts(self._lease.server_id, self._backend.name)
            servers = len({*transaction.servers.alive(), self._lease.server_id})
        part = -(-total // servers)
        if not total or part <= mine <= part * SLACK + PAGE:
            return mine
        with self._database.writing() as transaction:
            if mine > part:
                transaction.runs.release_watched(self._lease.server_id, limit=mine - part)
                return part
            self._lease.renew(transaction)
            return mine + transaction.runs.claim_watched(
                self._lease.server_id, self._backend.name, limit=part - mine
            )

    def cycle(self) -> int:
        """Look at every run of ours once; return how many are still active.

        Only changes are written, in one transaction for every 100 runs; news goes out after
        the commit.
        """
        if not self.share():
            self._missing_since.clear()
            return 0
        active, after = 0, None
        while True:
            self._lease.ensure()
            with self._database.reading() as transaction:
                runs = transaction.runs.watched(
                    self._lease.server_id, self._backend.name, after=after, limit=PAGE
                )
            active += len(runs) - self._looked_at(runs)
            if len(runs) < PAGE:
                return active
            after = runs[-1].run_id

    def stop(self) -> None:
        """Give all runs back, for other servers to watch."""
        with self._database.reading() as transaction:
            _, mine = transaction.runs.watched_counts(self._lease.server_id, self._backend.name)
        if mine:
            with self._database.writing() as transaction:
                transaction.runs.release_watched(self._lease.server_id)

    def _looked_at(self, runs: Sequence[WatchedRun]) -> int:
        """Record the news of these runs; return how many of them have ended."""
        jobs = self._backend.describe([run.job_id for run in runs if run.job_id])
        failed = [job for job in jobs.values() if job.state is JobState.FAILED]
        reasons = self.last_words.at_once(failed)
        news = [
            item for run in runs for item in self._news(run, jobs.get(run.job_id or ""), reasons)
        ]
        if not news:
            return 0
        now = datetime.now(UTC)
        with self._database.writing() as transaction:
            done = [
                item
                for item in news
                if (
                    transaction.runs.move(
                        item.run_id,
                        item.status,
                        at=item.at,
                        now=now,
                        message=item.message,
                        values=item.values,
                    )
                    if item.moves
                    else transaction.runs.note(item.run_id, now=now, values=item.values)
                )
            ]
        job_ids = {run.run_id: run.job_id or "" for run in runs}
        for item in done:
            self._notices.run_changed(RunChanged(item.run_id, item.status, now))
            if item.status is RunStatus.FAILED:
                self.last_words.expect(item.run_id, jobs[job_ids[item.run_id]], item.message)
        return sum(item.moves and item.status is not RunStatus.RUNNING for item in done)

    def _news(
        self, run: WatchedRun, job: JobStatus | None, reasons: Mapping[str, str | None]
    ) -> Iterator[_News]:
        if job is None:
            yield from self._forgotten(run)
            return
        self._missing_since.pop(run.run_id, None)
        values: dict[str, Any] = {}
        if job.log_stream and job.log_stream != run.log_stream:
            values["log_stream"] = job.log_stream
        started = job.started_at or job.stopped_at or datetime.now(UTC)
        ran = job.state is JobState.RUNNING or job.started_at is not None
        if run.status == RunStatus.SUBMITTED and ran and job.state is not JobState.QUEUED:
            # Also for a job that has started and ended between two looks: the history has both.
            values["started_at"] = started
            # What is told of a job that has ended is why it ended.
            reason = job.reason if job.state is JobState.RUNNING else None
            yield _News(run.run_id, RunStatus.RUNNING, started, reason, values)
        elif job.state in (JobState.QUEUED, JobState.RUNNING):
            reason = job.reason or self._stuck(run, job)
            if reason != run.status_reason:
                values["status_reason"] = reason
            if values:
                yield _News(run.run_id, RunStatus(run.status), started, None, values, moves=False)
        if job.state in _ENDED:
            stopped = job.stopped_at or datetime.now(UTC)
            values = {**values, "completed_at": stopped, "exit_code": job.exit_code}
            reason = reasons.get(job.job_id, job.reason)
            yield _News(run.run_id, _ENDED[job.state], stopped, reason, values)

    def _stuck(self, run: WatchedRun, job: JobStatus) -> str | None:
        """Return what to tell of a job that waits for longer than is usual."""
        if job.waiting_for is None or run.submitted_at is None:
            return None
        waited = datetime.now(UTC) - run.submitted_at
        return job.waiting_for if waited > self._stuck_after else None

    def _forgotten(self, run: WatchedRun) -> Iterator[_News]:
        since = self._missing_since.setdefault(run.run_id, time.monotonic())
        if time.monotonic() - since < self._forgotten_after_s:
            return
        del self._missing_since[run.run_id]
        yield _News(
            run.run_id,
            RunStatus.UNKNOWN,
            datetime.now(UTC),
            "The compute backend no longer knows this job, so how it ended cannot be told. "
            "Its results, if it made any, are in the output directory.",
        )
