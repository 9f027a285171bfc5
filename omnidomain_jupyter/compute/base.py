"""What every compute backend does, and the words that it uses.

A backend knows jobs, not runs: it gets a name and an argument list, and gives back ids and
states. It knows neither users nor the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class JobState(StrEnum):
    """Where a job is, as far as its backend knows."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class JobSpec:
    """A job to be submitted.

    `command` is an argument list and never passes through a shell. `name` is unique for all
    time: it is how a job is found again when the answer to its submission was lost.
    `output_directory` and `work_directory` are absolute local paths or `s3://` URIs. `files`
    are texts by path or URI, which are there before the job starts; `environment` is set for
    the job beside what it has. `cpus` and `memory_mb` are what it needs; None leaves them to
    the backend, and one that cannot reserve them takes no notice.
    """

    name: str
    command: Sequence[str]
    output_directory: str
    work_directory: str
    tags: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    cpus: float | None = None
    memory_mb: int | None = None


@dataclass(frozen=True)
class JobStatus:
    """A job as its backend sees it. Times are timezone-aware UTC.

    `reason` says why a job ended, or what is worth knowing of one that has not (that it is
    tried again); `waiting_for` says what a queued job lacks, should it wait for long.
    """

    job_id: str
    name: str
    state: JobState
    reason: str | None = None
    exit_code: int | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    log_stream: str | None = None
    waiting_for: str | None = None
    log_group: str | None = None


@dataclass(frozen=True)
class LogPage:
    """A piece of a job's log, and where the next piece starts.

    `next_cursor` is opaque, and is given also at the present end of the log, so that a
    reader can follow a running job. `at_end` tells that nothing more is behind it just now: a
    piece without lines does not, since there may be none between two others.
    """

    lines: Sequence[str]
    next_cursor: str
    at_end: bool


class ComputeBackend(Protocol):
    """Where jobs run. All methods block and may be called from several threads.

    `remote` says whether jobs run elsewhere and write to S3, and not to this machine's disk.
    """

    name: str
    remote: bool

    def submit(self, spec: JobSpec) -> str:
        """Start or queue a job; return its id.

        Raises
        ------
        BackendRefusedError : the job was definitely not accepted
        BackendThrottledError : not accepted now, worth another try
        BackendUnknownError : nobody knows; look it up with `find`
        """
        ...

    def find(self, job_name: str) -> JobStatus | None:
        """Return the job of that name, or None when the backend knows none."""
        ...

    def describe(self, job_ids: Sequence[str]) -> dict[str, JobStatus]:
        """Return the known ones among the jobs, by id; forgotten ones are left out."""
        ...

    def cancel(self, job_id: str, reason: str) -> None:
        """End a job that is queued or running, with all its processes. Idempotent."""
        ...

    def logs(
        self,
        job_id: str,
        cursor: str | None = None,
        limit: int = 1000,
        *,
        log_stream: str | None = None,
    ) -> LogPage:
        """Return up to `limit` lines of what the job has printed, from `cursor` on.

        A backend that gives a `JobStatus.log_stream` gets it back here as `log_stream`: it may
        have forgotten the job, and have its log still.

        Raises
        ------
        InvalidInputError : the cursor is not one that this backend gave
        """
        ...


@runtime_checkable
class KeepsJobs(Protocol):
    """A backend whose ended jobs, with their logs, stay until somebody removes them."""

    def ended_before(self, moment: datetime) -> list[str]:
        """Return the ids of the jobs that ended before a moment."""
        ...

    def forget(self, job_id: str) -> None:
        """Remove what is kept of an ended job. Idempotent; its output directory stays.

        Raises
        ------
        BackendRefusedError : it cannot be removed
        """
        ...
