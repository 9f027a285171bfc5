"""Backends that find the end of a log."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from .base import JobStatus, LogPage


@runtime_checkable
class TailsLogs(Protocol):
    """A backend that finds the end of a log without reading it from its beginning."""

    def tail(
        self,
        job_id: str,
        lines: int,
        *,
        log_stream: str | None = None,
        last_attempt: bool = False,
    ) -> LogPage:
        """Return the last lines of what the job has printed, and where to follow from.

        Parameters
        ----------
        last_attempt : nothing of the attempts before it, and nowhere to follow from
        log_stream : as in the last `JobStatus` that there was of the job, which may be forgotten
        """
        ...


@runtime_checkable
class TailsDescribedJobs(Protocol):
    """A backend that finds the end of a log by what it has just told of the job."""

    def tail_of(self, job: JobStatus, lines: int) -> LogPage:
        """Return the last lines of the last attempt of a job that was described a moment ago."""
        ...
