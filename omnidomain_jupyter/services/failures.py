"""Why a run failed: what its log says, beside what its backend knows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from ..compute.base import ComputeBackend, JobState, JobStatus
from ..compute.local_worker import explained, without_escapes
from ..compute.log_tails import TailsLogs
from ..errors import OmniDomainError
from ..schemas import RunFailure
from ..store.models import User
from .nextflow_errors import nextflow_error
from .runs import RunService

LINES = 400
"""From so many last lines of a log the reason is told."""

SHOWN_LINES = 20
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


def reason_of(backend: ComputeBackend, job: JobStatus, *, until: float) -> str | None:
    """Return why a job ended, with the words of its log if it failed.

    Parameters
    ----------
    until : on the monotonic clock; later the log is no longer asked for, since other runs wait
    """
    if job.state is not JobState.FAILED or time.monotonic() > until:
        return job.reason
    lines = last_lines(backend, job.job_id, job.log_stream)
    error = nextflow_error(lines)
    known = job.reason or ""
    if error is not None:
        # The last words of Nextflow are those with which it says where to look.
        known = f"{error.summary} {known.partition(_LAST_WORDS)[0]}"
    elif _LAST_WORDS not in known:
        said = _last_words(lines)
        known += f"{_LAST_WORDS}{said}" if said else ""
    return known.strip()[:MOST_CHARACTERS] or None


def last_lines(backend: ComputeBackend, job_id: str, log_stream: str | None) -> Sequence[str]:
    """Return the last lines of a job's log; none where they cannot be had."""
    if not isinstance(backend, TailsLogs):
        return []
    try:
        page = backend.tail(job_id, LINES, log_stream=log_stream)
    except OmniDomainError:
        return []
    return [without_escapes(line) for line in page.lines]


def _last_words(lines: Sequence[str]) -> str:
    # A progress bar is redrawn at the very end, after the error that it was interrupted by.
    texts = (line.strip() for line in reversed(lines) if "%|" not in line)
    return next(filter(None, texts), "")[:_MOST_SAID]
