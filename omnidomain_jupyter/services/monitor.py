"""Knowing the status: asks the backend about jobs and records what has changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ..compute.base import ComputeBackend, JobState, JobStatus
from ..status import RunStatus
from ..store.database import Database
from ..store.models import Run
from .notices import Notices, RunChanged

PAGE = 100
FORGOTTEN_AFTER_S = 300.0

_ENDED = {
    JobState.SUCCEEDED: RunStatus.COMPLETED,
    JobState.FAILED: RunStatus.FAILED,
    JobState.CANCELLED: RunStatus.CANCELLED,
}


@dataclass(frozen=True)
class _Move:
    """One step of a run, as its backend tells it."""

    run_id: UUID
    status: RunStatus
    at: datetime
    message: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


class Monitor:
    """Compares what is stored of runs with what their backend knows of their jobs.

    Parameters
    ----------
    forgotten_after_s : how long a job may be missing before its run becomes ``UNKNOWN``
    """

    def __init__(
        self,
        database: Database,
        backend: ComputeBackend,
        notices: Notices,
        *,
        forgotten_after_s: float = FORGOTTEN_AFTER_S,
    ) -> None:
        self._database = database
        self._backend = backend
        self._notices = notices
        self._forgotten_after_s = forgotten_after_s
        self._missing_since: dict[UUID, float] = {}

    def cycle(self) -> int:
        """Look at every active run once; return how many there still are.

        Only changes are written, in one transaction for every 100 runs; news goes out after
        the commit.
        """
        active, after = 0, None
        while True:
            with self._database.reading() as transaction:
                runs = transaction.runs.watched(self._backend.name, after=after, limit=PAGE)
            active += len(runs) - self._looked_at(runs)
            if len(runs) < PAGE:
                return active
            after = runs[-1].run_id

    def _looked_at(self, runs: Sequence[Run]) -> int:
        """Record the news of these runs; return how many of them have ended."""
        jobs = self._backend.describe([run.job_id for run in runs if run.job_id])
        moves = [move for run in runs for move in self._moves(run, jobs.get(run.job_id or ""))]
        if not moves:
            return 0
        now = datetime.now(UTC)
        with self._database.writing() as transaction:
            done = [
                move
                for move in moves
                if transaction.runs.move(
                    move.run_id,
                    move.status,
                    at=move.at,
                    now=now,
                    message=move.message,
                    values=move.values,
                )
            ]
        for move in done:
            self._notices.run_changed(RunChanged(move.run_id, move.status, now))
        return sum(move.status is not RunStatus.RUNNING for move in done)

    def _moves(self, run: Run, job: JobStatus | None) -> Iterator[_Move]:
        if job is None:
            yield from self._forgotten(run)
            return
        self._missing_since.pop(run.run_id, None)
        if job.state is JobState.QUEUED:
            return
        started = job.started_at or job.stopped_at or datetime.now(UTC)
        ran = job.state is JobState.RUNNING or job.started_at is not None
        if run.status == RunStatus.SUBMITTED and ran:
            # Also for a job that has started and ended between two looks: the history has both.
            yield _Move(run.run_id, RunStatus.RUNNING, started, None, {"started_at": started})
        if job.state is not JobState.RUNNING:
            stopped = job.stopped_at or datetime.now(UTC)
            values = {"completed_at": stopped, "exit_code": job.exit_code}
            yield _Move(run.run_id, _ENDED[job.state], stopped, job.reason, values)

    def _forgotten(self, run: Run) -> Iterator[_Move]:
        since = self._missing_since.setdefault(run.run_id, time.monotonic())
        if time.monotonic() - since < self._forgotten_after_s:
            return
        del self._missing_since[run.run_id]
        yield _Move(
            run.run_id,
            RunStatus.UNKNOWN,
            datetime.now(UTC),
            "The compute backend no longer knows this job, so how it ended cannot be told. "
            "Its results, if it made any, are in the output directory.",
        )
