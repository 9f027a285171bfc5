"""Backends that find the end of a log."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from .base import LogPage


@runtime_checkable
class TailsLogs(Protocol):
    """A backend that finds the end of a log without reading it from its beginning."""

    def tail(self, job_id: str, lines: int, *, log_stream: str | None = None) -> LogPage:
        """Return the last lines of what the job has printed, and where to follow from.

        Parameters
        ----------
        log_stream : as in the last `JobStatus` that there was of the job, which may be forgotten
        """
        ...
