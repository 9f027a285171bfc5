"""Runs, their status and its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from ..status import WATCHED, RunStatus, predecessors
from .models import Run, RunStatusHistory, Upload
from .servers import living
from .uploads import UploadRepository, is_elsewhere

_WATCHED = [str(status) for status in WATCHED]
# SQLite takes 32,766 values in a statement, PostgreSQL's wire protocol 65,535.
_IN_STATEMENT = 10_000
_AT_A_TIME = 250
"""Rows in one statement: the collector's and other threads' turn comes often."""


@dataclass(frozen=True)
class RunFilter:
    """Which of a user's runs are wanted; what is empty does not filter.

    `since` lets a run through that was created then, `until` does not.
    """

    statuses: Collection[RunStatus] = ()
    pipeline: str | None = None
    text: str | None = None
    submission_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class WatchedRun(NamedTuple):
    """What the monitor needs of a run."""

    run_id: UUID
    job_id: str | None
    status: str
    status_reason: str | None
    log_stream: str | None
    submitted_at: datetime | None


def as_row(run: Run) -> dict[str, Any]:
    """Return a new run as what is stored of it, by column."""
    return {column.key: getattr(run, column.key) for column in Run.__mapper__.column_attrs}


class RunRepository:
    """Stores and finds runs, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.files = UploadRepository(session)

    def add(self, runs: Iterable[Run]) -> None:
        """Store new runs and the first entry of each one's history."""
        self.add_rows([as_row(run) for run in runs])

    def add_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store new runs, each as `as_row` gives it.

        A sheet of many rows comes this way: as many mapped objects would make Python's garbage
        collector stop everything in the notebook server for a fifth of a second.
        """
        for start in range(0, len(rows), _AT_A_TIME):
            part = rows[start : start + _AT_A_TIME]
            self._session.execute(insert(Run), part)
            self._session.execute(
                insert(RunStatusHistory),
                [
                    {"run_id": row["run_id"], "status": row["status"], "at": row["created_at"]}
                    for row in part
                ],
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
        if where.since:
            query = query.where(Run.created_at >= where.since)
        # The nearer of two ends is enough; SQLite would read from one of them, and not the nearer.
        if where.until and not (after and after[0] < where.until):
            query = query.where(Run.created_at < where.until)
        elif after is not None:
            query = query.where(tuple_(Run.created_at, Run.run_id) < tuple_(*after))
        query = query.order_by(Run.created_at.desc(), Run.run_id.desc()).limit(limit)
        return self._session.scalars(query).all()

    def of_submission(self, submission_id: UUID, statuses: Collection[RunStatus]) -> Sequence[Run]:
        """Return the runs of a submission that are in one of some states, in the sheet's order."""
        return self._session.scalars(
            select(Run)
            .where(
                Run.submission_id == submission_id,
                Run.status.in_([str(status) for status in statuses]),
            )
            .order_by(Run.row_number)
        ).all()

    def any_of_submission(self, submission_id: UUID) -> Run | None:
        """Return one of a submission's runs."""
        return self._session.scalar(select(Run).where(Run.submission_id == submission_id).limit(1))

    def active_of_root(self, root_run_id: UUID) -> UUID | None:
        """Return a run that works in the work directory of that first run, and lock the latter."""
        self._session.execute(select(Run.run_id).where(Run.run_id == root_run_id).with_for_update())
        return self._session.scalar(
            select(Run.run_id).where(
                or_(Run.root_run_id == root_run_id, Run.run_id == root_run_id),
                Run.status.in_([RunStatus.CREATED.value, *_WATCHED]),
            )
        )

    def cancel_intents(self, submission_id: UUID, *, message: str, now: datetime) -> Sequence[UUID]:
        """Cancel all runs of a submission that have no job; return them."""
        run_ids = self._session.scalars(
            select(Run.run_id)
            .where(Run.submission_id == submission_id, Run.status == RunStatus.CREATED.value)
            .with_for_update()
        ).all()
        return [
            run_id
            for run_id in run_ids
            if self.move(
                run_id,
                RunStatus.CANCELLED,
                at=now,
                now=now,
                message=message,
                values={"completed_at": now},
            )
        ]

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
            select(Upload)
            .where(Upload.run_id == run_id, not_(Upload.uri.startswith("file://")))
            .order_by(Upload.filename)
        ).all()

    def claim_intents(
        self, server_id: UUID, backend: str, *, limit: int, place: str | None = None
    ) -> Sequence[tuple[Run, bool]]:
        """Lease runs that have no job yet and belong to no living server.

        First rows first: of several sheets that wait together, each gets its turn.

        Parameters
        ----------
        place : runs that wait for files of another one are left alone

        Returns
        -------
        Each run, and whether its earlier owner may have given it to the backend.
        """
        order = (Run.row_number, Run.created_at, Run.run_id)
        run_ids = self._locked_free(
            select(Run.run_id)
            .where(Run.status == RunStatus.CREATED.value, Run.backend == backend, *_here(place))
            .order_by(*order)
            .limit(limit)
        )
        runs = self._session.scalars(
            select(Run).where(Run.run_id.in_(run_ids)).order_by(*order)
        ).all()
        claimed = [(run, run.lease_owner is not None) for run in runs]
        self._own(server_id, run_ids)
        return claimed

    def has_free_intents(self, backend: str, *, place: str | None = None) -> bool:
        """Return whether there is a run without a job that belongs to no living server."""
        query = select(Run.run_id).where(
            Run.status == RunStatus.CREATED.value,
            Run.backend == backend,
            self._free(),
            *_here(place),
        )
        return self._session.scalar(query.limit(1)) is not None

    def is_intent_of(self, run_id: UUID, server_id: UUID) -> bool:
        """Return whether a run has no job yet and is leased by that server."""
        query = select(Run.run_id).where(
            Run.run_id == run_id,
            Run.status == RunStatus.CREATED.value,
            Run.lease_owner == server_id,
        )
        return self._session.scalar(query) is not None

    def explain_intent(self, run_id: UUID, reason: str, *, now: datetime) -> None:
        """Say why a run has no job yet."""
        self._session.execute(
            update(Run)
            .where(Run.run_id == run_id, Run.status == RunStatus.CREATED.value)
            .values(status_reason=reason, updated_at=now)
        )

    def release_intents(self, run_ids: Sequence[UUID]) -> None:
        """Give back runs that were leased and surely not given to a backend."""
        self._own(None, run_ids)

    def claim_watched(self, server_id: UUID, backend: str, *, limit: int) -> int:
        """Lease runs with a job that no living server watches; return how many."""
        run_ids = self._locked_free(
            select(Run.run_id).where(Run.status.in_(_WATCHED), Run.backend == backend).limit(limit)
        )
        self._own(server_id, run_ids)
        return len(run_ids)

    def release_watched(self, server_id: UUID, *, limit: int | None = None) -> None:
        """Give back up to `limit` of the runs that a server watches, or all."""
        query = select(Run.run_id).where(Run.status.in_(_WATCHED), Run.lease_owner == server_id)
        self._own(None, self._session.scalars(query.limit(limit)).all())

    def watched_counts(self, server_id: UUID, backend: str) -> tuple[int, int]:
        """Return how many runs have a job that has not ended, and how many of these it watches."""
        total, mine = self._session.execute(
            select(func.count(), func.count().filter(Run.lease_owner == server_id)).where(
                Run.status.in_(_WATCHED), Run.backend == backend
            )
        ).one()
        return total, mine

    def watched(
        self, server_id: UUID, backend: str, *, after: UUID | None, limit: int
    ) -> Sequence[WatchedRun]:
        """Return runs that a server watches, in order of their id."""
        query = select(
            Run.run_id, Run.job_id, Run.status, Run.status_reason, Run.log_stream, Run.submitted_at
        ).where(Run.status.in_(_WATCHED), Run.backend == backend, Run.lease_owner == server_id)
        if after is not None:
            query = query.where(Run.run_id > after)
        rows = self._session.execute(query.order_by(Run.run_id).limit(limit)).all()
        return [WatchedRun(*row) for row in rows]

    def note(self, run_id: UUID, *, now: datetime, values: Mapping[str, Any]) -> bool:
        """Set what became known of a run whose status stays what it is."""
        result = self._session.execute(
            update(Run)
            .where(Run.run_id == run_id, Run.status.in_(_WATCHED))
            .values(updated_at=now, **values)
        )
        return cast("CursorResult[Any]", result).rowcount > 0

    def explain(self, run_id: UUID, reason: str | None, *, now: datetime) -> bool:
        """Set why a run has failed, when more became known; return whether it has failed."""
        result = self._session.execute(
            update(Run)
            .where(Run.run_id == run_id, Run.status == RunStatus.FAILED.value)
            .values(status_reason=reason, updated_at=now)
        )
        return cast("CursorResult[Any]", result).rowcount > 0

    def _free(self) -> ColumnElement[bool]:
        return or_(Run.lease_owner.is_(None), Run.lease_owner.not_in(living(self._session)))

    def _locked_free(self, query: Select[UUID]) -> Sequence[UUID]:
        """Lock those of some runs that belong to no living server; return their ids."""
        free = query.where(self._free()).with_for_update(of=Run, skip_locked=True)
        locked = self._session.scalars(free).all()
        # Asked again now that nobody else can lease them. The query saw the database as it was
        # before it had the locks, and a server that is new since then does not look alive in it.
        found: list[UUID] = []
        for start in range(0, len(locked), _IN_STATEMENT):
            part = locked[start : start + _IN_STATEMENT]
            again = select(Run.run_id).where(Run.run_id.in_(part), self._free())
            found.extend(self._session.scalars(again))
        return found

    def _own(self, server_id: UUID | None, run_ids: Sequence[UUID]) -> None:
        for start in range(0, len(run_ids), _IN_STATEMENT):
            part = run_ids[start : start + _IN_STATEMENT]
            self._session.execute(
                update(Run)
                .where(Run.run_id.in_(part))
                .values(lease_owner=server_id)
                .execution_options(synchronize_session=False)
            )

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
            .values(
                status=status.value,
                updated_at=now,
                status_reason=message,
                **({} if status in (*WATCHED, RunStatus.CREATED) else {"lease_owner": None}),
                **(values or {}),
            )
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


def _here(place: str | None) -> list[ColumnElement[bool]]:
    return [] if place is None else [not_(is_elsewhere(place))]
