"""Why a run failed: what its log says, beside what its backend knows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from ..compute.base import ComputeBackend, JobStatus, LogPage
from ..compute.local_worker import explained, without_escapes
from ..compute.log_tails import TailsDescribedJobs, TailsLogs
from ..errors import OmniDomainError
from ..schemas import RunFailure
from ..store.models import User
from .nextflow_errors import nextflow_error
from .runs import RunService

LINES = 400
"""From so many last lines of a log the reason is told."""

SHOWN_LINES = 20
WORDS = 3
"""So many last lines are in the reason."""

MOST_CHARACTERS = 1500
_MOST_SAID = 300
_LAST_WORDS = " Its last words: "


class FailureService:
    """Tells why runs failed."""

    def __init__(self, runs: RunService, backend: ComputeBackend) -> None:
        self._runs = runs
        self._backend = backend

    def failure(self, user: User, run_id: UUID) -> RunFailure:
        """Return why a run failed; of one that has not, what it has printed last."""
        run = self._runs.find(user, run_id)
        lines = last_lines(self._backend, run.job_id, run.log_stream) if run.job_id else []
        error = nextflow_error(lines)
        return RunFailure(
            run_id=run_id,
            status=run.status,
            reason=run.status_reason,
            exit_code=run.exit_code,
            meaning=explained(run.exit_code) if run.exit_code else None,
            summary=error.summary if error else None,
            process=error.process if error else None,
            cause=error.cause if error else None,
            exit_status=error.exit_status if error else None,
            work_directory=error.work_directory if error else None,
            error_lines=list(error.lines) if error else [],
            last_lines=list(lines[-SHOWN_LINES:]),
        )


def reason_of(job: JobStatus, lines: Sequence[str]) -> str | None:
    """Return why a job failed: what its exit code means, and the words of its log.

    Parameters
    ----------
    lines : the last ones of its log
    """
    known = job.reason or ""
    error = nextflow_error(lines)
    if error is not None:
        # The last words of Nextflow are those with which it says where to look.
        known = f"{error.summary} {known.partition(_LAST_WORDS)[0]}"
    elif said := _last_words(lines):
        known = f"{known.partition(_LAST_WORDS)[0]}{_LAST_WORDS}{said}"
    return known.strip()[:MOST_CHARACTERS] or None


def lines_of(backend: ComputeBackend, job: JobStatus) -> Sequence[str]:
    """Return the last lines of the last attempt of a job that was just described.

    Raises
    ------
    OmniDomainError : they cannot be had now
    """
    if isinstance(backend, TailsDescribedJobs):
        return _readable(backend.tail_of(job, LINES))
    return _tail(backend, job.job_id, job.log_stream)


def last_lines(backend: ComputeBackend, job_id: str, log_stream: str | None) -> Sequence[str]:
    """Return the last lines of a job's last attempt; none where they cannot be had."""
    try:
        return _tail(backend, job_id, log_stream)
    except OmniDomainError:
        return []


def _tail(backend: ComputeBackend, job_id: str, log_stream: str | None) -> Sequence[str]:
    if not isinstance(backend, TailsLogs):
        return []
    # What an attempt before it died of is not what the job has died of.
    return _readable(backend.tail(job_id, LINES, log_stream=log_stream, last_attempt=True))


def _readable(page: LogPage) -> Sequence[str]:
    return [without_escapes(line) for line in page.lines]


def _last_words(lines: Sequence[str]) -> str:
    """Return the last lines that say something, in one: the last of all is what is seen first."""
    # A progress bar is redrawn at the very end, after the error that it was interrupted by.
    # A line of carets says nothing without the one above it.
    texts = (line.strip() for line in reversed(lines) if "%|" not in line and line.strip("^~ \t"))
    said = [text[:_MOST_SAID] for text in islice(filter(None, texts), WORDS)]
    before = f" (before: {' | '.join(reversed(said[1:]))})" if said[1:] else ""
    return "".join(said[:1]) + before
