"""Runs, their status and its history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from ..status import WATCHED, RunStatus, predecessors
from .models import Run, RunStatusHistory, Upload


@dataclass(frozen=True)
class RunFilter:
    """Which of a user's runs are wanted; what is empty does not filter."""

    statuses: Collection[RunStatus] = ()
    pipeline: str | None = None
    text: str | None = None
    submission_id: UUID | None = None


class RunRepository:
    """Stores and finds runs, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, runs: Sequence[Run]) -> None:
        """Store new runs and the first entry of each one's history."""
        self._session.add_all(runs)
        self._session.flush()
        self._session.execute(
            insert(RunStatusHistory),
            [{"run_id": run.run_id, "status": run.status, "at": run.created_at} for run in runs],
        )

    def get(self, run_id: UUID, user_id: UUID) -> Run | None:
        """Return the run, if it is that user's."""
        return self._session.scalar(select(Run).where(Run.run_id == run_id, Run.user_id == user_id))

    def page(
        self, user_id: UUID, where: RunFilter, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Run]:
        """Return a user's runs, newest first, from behind the run `after` on.

        The page is found by its place in an index, so the last page of a million runs costs
        what the first one does.
        """
        query = select(Run).where(Run.user_id == user_id)
        if where.statuses:
            query = query.where(Run.status.in_([str(status) for status in where.statuses]))
        if where.pipeline:
            query = query.where(Run.pipeline == where.pipeline)
        if where.submission_id:
            query = query.where(Run.submission_id == where.submission_id)
        if where.text:
            query = query.where(
                or_(
                    Run.sample_id.icontains(where.text, autoescape=True),
                    Run.job_name.icontains(where.text, autoescape=True),
                )
            )
        if after is not None:
            query = query.where(tuple_(Run.created_at, Run.run_id) < tuple_(*after))
        query = query.order_by(Run.created_at.desc(), Run.run_id.desc()).limit(limit)
        return self._session.scalars(query).all()

    def status(self, run_id: UUID) -> RunStatus | None:
        """Return where a run is, or None when it is gone."""
        status = self._session.scalar(select(Run.status).where(Run.run_id == run_id))
        return RunStatus(status) if status else None

    def history(self, run_id: UUID) -> Sequence[RunStatusHistory]:
        """Return all changes of a run's status, oldest first."""
        return self._session.scalars(
            select(RunStatusHistory)
            .where(RunStatusHistory.run_id == run_id)
            .order_by(RunStatusHistory.history_id)
        ).all()

    def uploads(self, run_id: UUID) -> Sequence[Upload]:
        """Return the files that were uploaded for a run."""
        return self._session.scalars(
            select(Upload).where(Upload.run_id == run_id).order_by(Upload.filename)
        ).all()

    def watched(self, backend: str, *, after: UUID | None, limit: int) -> Sequence[Run]:
        """Return runs whose job has not ended as far as is known, in order of their id."""
        query = select(Run).where(
            Run.status.in_([str(status) for status in WATCHED]), Run.backend == backend
        )
        if after is not None:
            query = query.where(Run.run_id > after)
        return self._session.scalars(query.order_by(Run.run_id).limit(limit)).all()

    def intents(self, backend: str, *, before: datetime, limit: int) -> Sequence[Run]:
        """Return runs that were committed before that time and have no job yet.

        First rows first: of several sheets that wait together, each gets its turn.
        """
        return self._session.scalars(
            select(Run)
            .where(
                Run.status == RunStatus.CREATED.value,
                Run.backend == backend,
                Run.created_at < before,
            )
            .order_by(Run.row_number, Run.created_at, Run.run_id)
            .limit(limit)
        ).all()

    def move(
        self,
        run_id: UUID,
        status: RunStatus,
        *,
        at: datetime,
        now: datetime,
        message: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> bool:
        """Move a run forward to `status` and add one entry to its history.

        Returns False, and changes nothing, when the run is there already, is further on, or
        is gone: one statement compares and sets, so of several servers one succeeds.
        """
        result = self._session.execute(
            update(Run)
            .where(
                Run.run_id == run_id, Run.status.in_([str(state) for state in predecessors(status)])
            )
            .values(status=status.value, updated_at=now, status_reason=message, **(values or {}))
        )
        if cast("CursorResult[Any]", result).rowcount == 0:
            return False
        self._session.execute(
            insert(RunStatusHistory).values(
                run_id=run_id, status=status.value, message=message, at=at
            )
        )
        return True

    def remove_intent(self, run_id: UUID) -> bool:
        """Remove a run that has no job; its history goes with it."""
        result = self._session.execute(
            delete(Run).where(Run.run_id == run_id, Run.status == RunStatus.CREATED.value)
        )
        return cast("CursorResult[Any]", result).rowcount > 0
