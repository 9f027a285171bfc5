"""Removing what a backend keeps of jobs that ended a long time ago. Results are left alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ..compute.base import ComputeBackend, KeepsJobs
from ..errors import OmniDomainError
from ..status import TERMINAL
from ..store.database import Database

KEPT_DAYS = 30
"""For how long a job's log can be read after its end."""

_PAGE = 500
_UUID_CHARACTERS = 36

_log = logging.getLogger(__name__)


class OldJobs:
    """Sweeps the jobs of backends that keep them until they are told otherwise.

    Several servers may sweep at the same time, and servers with other databases may share the
    jobs: one whose run is not in our database, or has not ended there, is left.
    """

    def __init__(
        self, database: Database, backend: ComputeBackend, *, kept_days: float = KEPT_DAYS
    ) -> None:
        self._database = database
        self._backend = backend
        self._kept = timedelta(days=kept_days)

    def sweep(self) -> int:
        """Remove the jobs that ended long ago and whose ends are stored; return how many.

        Raises
        ------
        StoreUnavailableError : the database is away; the next sweep finds the same jobs
        """
        if not isinstance(self._backend, KeepsJobs):
            return 0
        names = self._backend.ended_before(datetime.now(UTC) - self._kept)
        removed = 0
        for start in range(0, len(names), _PAGE):
            for name in list(self._settled(names[start : start + _PAGE])):
                try:
                    self._backend.forget(name)
                except OmniDomainError as error:
                    _log.warning("OmniDomain: %s", error)
                else:
                    removed += 1
        return removed

    def _settled(self, names: list[str]) -> Iterator[str]:
        """Yield the jobs whose runs are stored as ended."""
        with self._database.reading() as transaction:
            for name in names:
                run_id = _run_id(name)
                if run_id is not None and transaction.runs.status(run_id) in TERMINAL:
                    yield name


def _run_id(job_name: str) -> UUID | None:
    """Return the run that a job's name ends with."""
    try:
        return UUID(job_name[-_UUID_CHARACTERS:])
    except ValueError:
        return None
