"""A job as AWS Batch tells of it, in the product's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .base import JobState, JobStatus
from .local_worker import explained

_STATES = {
    **dict.fromkeys(("SUBMITTED", "PENDING", "RUNNABLE", "STARTING"), JobState.QUEUED),
    "RUNNING": JobState.RUNNING,
    "SUCCEEDED": JobState.SUCCEEDED,
    "FAILED": JobState.FAILED,
}
_WAITING = {
    "PENDING": "The job waits for another one on AWS Batch.",
    "RUNNABLE": (
        "The job waits for a machine on AWS Batch: none is free, or none is as large as the job "
        "needs. If that does not change, ask whoever runs the server to look at the compute "
        "environment of the queue."
    ),
    "STARTING": "AWS Batch has a machine for the job and is fetching the job's image.",
}
_OVER = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)

# What ECS always says, and what says nothing.
_USUAL = ("Essential container in task exited",)


# What the words of ECS and Batch mean, where they do not say it.
_MEANINGS = (
    ("Host EC2", "AWS took the machine away, as it does with spot machines."),
    ("CannotPullContainerError", "The image of the job could not be fetched."),
)


def job_status(job: Mapping[str, Any]) -> JobStatus:
    """Return what a job of DescribeJobs, or of ListJobs, means."""
    container = job.get("container") or {}
    said = job.get("statusReason")
    state = _STATES[job["status"]]
    if state is JobState.FAILED and (job.get("isCancelled") or job.get("isTerminated")):
        state = JobState.CANCELLED
    waiting = _WAITING.get(job["status"])
    queued = state is JobState.QUEUED
    return JobStatus(
        job_id=job["jobId"],
        name=job["jobName"],
        state=state,
        reason=_retried(job) if state in (JobState.QUEUED, JobState.RUNNING) else _why(job, state),
        exit_code=None if queued or state is JobState.RUNNING else container.get("exitCode"),
        started_at=None if queued else _time(job.get("startedAt")),
        stopped_at=_time(job.get("stoppedAt")) if state in _OVER else None,
        log_stream=container.get("logStreamName"),
        waiting_for=f"{waiting} AWS says: {said}" if waiting and said else waiting,
        log_group=log_group(job),
    )


def log_streams(job: Mapping[str, Any]) -> list[str]:
    """Return the log streams of a job's attempts, the first attempt's first."""
    containers = [each.get("container") or {} for each in job.get("attempts") or ()]
    containers.append(job.get("container") or {})
    return list(dict.fromkeys(each["logStreamName"] for each in containers if _has_log(each)))


def log_group(job: Mapping[str, Any]) -> str | None:
    """Return the log group that the job definition names, if it names one."""
    logging = (job.get("container") or {}).get("logConfiguration") or {}
    group = (logging.get("options") or {}).get("awslogs-group")
    return str(group) if group else None


def _has_log(container: Mapping[str, Any]) -> bool:
    return bool(container.get("logStreamName"))


def _retried(job: Mapping[str, Any]) -> str | None:
    """Return what to tell of a job whose earlier attempts have ended."""
    attempts = job.get("attempts") or []
    if not attempts:
        return None
    most = (job.get("retryStrategy") or {}).get("attempts")
    of = f" of {most}" if most else ""
    ended = _sentence(attempts[-1], JobState.FAILED) or "It failed."
    return f"Attempt {len(attempts)}{of} has ended, and AWS Batch tries the job again. {ended}"


def _why(job: Mapping[str, Any], state: JobState) -> str | None:
    why = _sentence(job, state)
    attempts = len(job.get("attempts") or [])
    if state is JobState.FAILED and attempts > 1:
        return f"{why} It was tried {attempts} times." if why else f"Tried {attempts} times."
    return why


def _sentence(ended: Mapping[str, Any], state: JobState) -> str | None:
    """Return why a job or an attempt ended, from what the container and Batch say."""
    container = ended.get("container") or {}
    code = container.get("exitCode")
    said = [container.get("reason"), ended.get("statusReason")]
    parts = [str(each).strip() for each in said if each and each not in _USUAL]
    if state is JobState.FAILED:
        meant = [text for words, text in _MEANINGS if any(words in part for part in parts)]
        parts = meant + parts
        if code is not None and code != 0:
            parts.insert(0, explained(code))
    return " ".join(_closed(part) for part in dict.fromkeys(parts)) or None


def _closed(part: str) -> str:
    return part if part.endswith((".", "!", "?")) else f"{part}."


def _time(milliseconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
