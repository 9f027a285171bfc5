"""Files of runs that are on S3, or on their way there.

A file that is still to be uploaded has the address of where it lies: ``file://<place>/<path>``,
where the place stands for the disk of a server. Servers that do not have that disk leave its runs
alone: a file of the same path may be another one there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, func, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from ..status import RunStatus
from .models import Run, Upload

_FILE = "file://"
_AT_A_TIME = 250
_IN_STATEMENT = 10_000


class UploadTotals(NamedTuple):
    """How many different files a submission has, and how many bytes; and those that are there."""

    files: int
    bytes: int
    done_files: int
    done_bytes: int


class UnwantedUpload(NamedTuple):
    """A file whose run no longer waits for it. `sha256` is known once its upload has begun."""

    upload_id: UUID
    uri: str
    sha256: str | None
    base_outdir: str


def origin(place: str, path: str) -> str:
    """Return the address of a file that is still to be uploaded."""
    return f"{_FILE}{place}{path}"


def is_waiting(uri: str) -> bool:
    """Return whether a file is still to be uploaded."""
    return uri.startswith(_FILE)


def path_of(uri: str, place: str) -> str:
    """Return the path of a file that is still to be uploaded."""
    return uri.removeprefix(f"{_FILE}{place}")


def is_elsewhere(place: str) -> ColumnElement[bool]:
    """Return whether a run waits for a file that lies on another disk."""
    return (
        select(Upload.upload_id)
        .where(
            Upload.run_id == Run.run_id,
            Upload.uri.startswith(_FILE),
            not_(Upload.uri.startswith(f"{_FILE}{place}/")),
        )
        .exists()
    )


class UploadRepository:
    """Stores and finds the files of runs, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store what is to be uploaded, each by column."""
        for start in range(0, len(rows), _AT_A_TIME):
            self._session.execute(insert(Upload), rows[start : start + _AT_A_TIME])

    def of_run(self, run_id: UUID) -> Sequence[Upload]:
        """Return the files of a run, whether they are uploaded or not."""
        return self._session.scalars(
            select(Upload).where(Upload.run_id == run_id).order_by(Upload.filename)
        ).all()

    def begun(self, run_ids: Sequence[UUID], from_uri: str, sha256: str) -> None:
        """Store what a file holds that is about to be uploaded."""
        self._set(run_ids, from_uri, {"sha256": sha256})

    def arrived(
        self, run_ids: Sequence[UUID], from_uri: str, *, uri: str, sha256: str, now: datetime
    ) -> None:
        """Store that a file is on S3, for all runs that name it."""
        self._set(run_ids, from_uri, {"uri": uri, "sha256": sha256, "uploaded_at": now})

    def any_waits(self, runs: Collection[UUID]) -> bool:
        """Return whether one of some runs still waits for its job."""
        run_ids = list(runs)
        for start in range(0, len(run_ids), _IN_STATEMENT):
            part = run_ids[start : start + _IN_STATEMENT]
            query = select(Run.run_id).where(
                Run.run_id.in_(part), Run.status == RunStatus.CREATED.value
            )
            if self._session.scalar(query.limit(1)) is not None:
                return True
        return False

    def totals(self, submission_id: UUID) -> UploadTotals:
        """Return how far the files of a submission have come; each counts once."""
        files = (
            select(Upload.uri, Upload.size_bytes)
            .join(Run, Run.run_id == Upload.run_id)
            .where(Run.submission_id == submission_id)
            .distinct()
            .subquery()
        )
        done = not_(files.c.uri.startswith(_FILE))
        row = self._session.execute(
            select(
                func.count(),
                func.coalesce(func.sum(files.c.size_bytes), 0),
                func.coalesce(func.sum(case((done, 1), else_=0)), 0),
                func.coalesce(func.sum(case((done, files.c.size_bytes), else_=0)), 0),
            ).select_from(files)
        ).one()
        return UploadTotals(*map(int, row))

    def unwanted(self, place: str) -> Sequence[UnwantedUpload]:
        """Return what is not uploaded and need not be, as its runs were cancelled."""
        rows = self._session.execute(
            select(Upload.upload_id, Upload.uri, Upload.sha256, Run.base_outdir)
            .join(Run, Run.run_id == Upload.run_id)
            .where(Upload.uri.startswith(f"{_FILE}{place}/"), Run.status != RunStatus.CREATED.value)
        ).all()
        return [UnwantedUpload(*row) for row in rows]

    def waiting(
        self, uri: str, sha256: str, *, apart_from: Collection[UUID] = ()
    ) -> Collection[tuple[str, str]]:
        """Return the files that runs still wait for, and that are this one or have its content.

        Of each its address, on any server's disk, and the base output directory that it goes to.
        What a browser has sent lies elsewhere: nobody waits for that.

        Parameters
        ----------
        apart_from : runs that do not count
        """
        query = (
            select(Upload.uri, Run.base_outdir, Run.run_id)
            .join(Run, Run.run_id == Upload.run_id)
            .where(
                Upload.uri.startswith(_FILE),
                or_(Upload.uri == uri, Upload.sha256 == sha256),
                Run.status == RunStatus.CREATED.value,
            )
        )
        return {
            (row.uri, row.base_outdir)
            for row in self._session.execute(query)
            if row.run_id not in apart_from
        }

    def remove(self, upload_ids: Sequence[UUID]) -> None:
        """Forget files that were never uploaded."""
        for start in range(0, len(upload_ids), _IN_STATEMENT):
            part = upload_ids[start : start + _IN_STATEMENT]
            self._session.execute(delete(Upload).where(Upload.upload_id.in_(part)))

    def _set(self, run_ids: Sequence[UUID], from_uri: str, values: Mapping[str, Any]) -> None:
        for start in range(0, len(run_ids), _IN_STATEMENT):
            part = run_ids[start : start + _IN_STATEMENT]
            self._session.execute(
                update(Upload)
                .where(Upload.run_id.in_(part), Upload.uri == from_uri)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
