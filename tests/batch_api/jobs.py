"""Jobs as Batch keeps them, and their way through its states, on command."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from . import limits
from .errors import client_error

QUEUED = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING")
CANCELLABLE = ("SUBMITTED", "PENDING", "RUNNABLE")
ENDED = ("SUCCEEDED", "FAILED")
PREFIX = "arn:aws:batch:eu-central-1:123456789012"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Job:
    """An accepted job. Times are in milliseconds since 1970, as on the wire."""

    request: dict[str, Any]
    job_id: str = field(default_factory=lambda: str(uuid4()))
    created_at: int = field(default_factory=_now_ms)
    accepted: float = field(default_factory=time.monotonic)
    status: str = "SUBMITTED"
    status_reason: str | None = None
    started_at: int | None = None
    stopped_at: int | None = None
    exit_code: int | None = None
    reason: str | None = None
    log_stream: str | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list)
    cancelled: bool = False
    terminated: bool = False
    forgotten: bool = False

    @property
    def name(self) -> str:
        """The job's name, which Batch does not keep unique."""
        return str(self.request["jobName"])

    @property
    def command(self) -> list[str]:
        """The command that its container is given."""
        return list(self.request.get("containerOverrides", {}).get("command", ()))

    @property
    def most_attempts(self) -> int:
        """How often it is tried."""
        return int(self.request.get("retryStrategy", {}).get("attempts", 1))

    def summary(self) -> dict[str, Any]:
        """Return it as ListJobs shows it."""
        return _without_none(
            {
                "jobArn": f"{PREFIX}:job/{self.job_id}",
                "jobId": self.job_id,
                "jobName": self.name,
                "createdAt": self.created_at,
                "status": self.status,
                "statusReason": self.status_reason,
                "startedAt": self.started_at,
                "stoppedAt": self.stopped_at,
                "isCancelled": self.cancelled,
                "isTerminated": self.terminated,
                "container": _without_none({"exitCode": self.exit_code, "reason": self.reason}),
            }
        )

    def detail(self) -> dict[str, Any]:
        """Return it as DescribeJobs shows it."""
        overrides = self.request.get("containerOverrides", {})
        return self.summary() | {
            "jobQueue": f"{PREFIX}:job-queue/{self.request['jobQueue']}",
            "jobDefinition": f"{PREFIX}:job-definition/{self.request['jobDefinition']}:1",
            "attempts": self.attempts,
            "retryStrategy": {"attempts": self.most_attempts},
            "dependsOn": [],
            "parameters": {},
            "tags": self.request.get("tags", {}),
            "container": _without_none(
                {
                    "image": "nextflow",
                    "command": self.command,
                    "environment": overrides.get("environment", []),
                    "exitCode": self.exit_code,
                    "reason": self.reason,
                    "logStreamName": self.log_stream,
                }
            ),
        }


class Jobs:
    """All accepted jobs, and what happens to them. Safe to use while boto3 talks to the server."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}

    def accept(self, request: dict[str, Any]) -> Job:
        """Accept a job that has passed all checks."""
        job = Job(request)
        if limits.too_long(request.get("containerOverrides", {})):
            # Found out only when a container is to be started.
            job.status, job.stopped_at = "FAILED", job.created_at
            job.status_reason = "Container Overrides length must be at most 8192"
        with self._lock:
            self._jobs[job.job_id] = job
        return job

    def all(self) -> list[Job]:
        """Return every job that was ever accepted, in order."""
        with self._lock:
            return list(self._jobs.values())

    def named(self, name: str) -> list[Job]:
        """Return the jobs of a name."""
        return [job for job in self.all() if job.name == name]

    def __getitem__(self, job_id: str) -> Job:
        with self._lock:
            return self._jobs[job_id]

    def known(self, job_id: str) -> Job | None:
        """Return a job that Batch has not forgotten."""
        with self._lock:
            job = self._jobs.get(job_id)
            return None if job is None or job.forgotten else job

    def move(self, job_id: str, status: str) -> None:
        """Let a job go on to a state, through all those between."""
        order = limits.STATUSES[:5]
        with self._lock:
            job = self[job_id]
            if job.status in ENDED or order.index(status) < order.index(job.status):
                raise ValueError(f"A job does not go from {job.status} to {status}.")
            job.status = status
            if status == "RUNNING":
                job.started_at = _now_ms()
                job.log_stream = f"omni-nextflow-job/default/{uuid4().hex}"

    def end(
        self,
        job_id: str,
        exit_code: int | None = 0,
        *,
        reason: str | None = None,
        status_reason: str | None = None,
    ) -> None:
        """Let a job's attempt end, and with it the job unless Batch tries it again.

        A job that has not run may fail too, with no exit code ("CannotPullContainerError").
        """
        with self._lock:
            job = self[job_id]
            if exit_code is not None and job.status != "RUNNING":
                self.move(job_id, "RUNNING")
            self._end_attempt(job, exit_code, reason, status_reason)
            if exit_code != 0 and len(job.attempts) < job.most_attempts:
                job.status, job.log_stream = "RUNNABLE", None
                return
            self._end(job, "SUCCEEDED" if exit_code == 0 else "FAILED")

    def reclaim(self, job_id: str) -> None:
        """Take away the spot machine of a running job."""
        self.end(job_id, None, status_reason="Host EC2 (instance i-0123456789abcdef0) terminated.")

    def cancel(self, job_id: str, reason: str) -> None:
        """CancelJob: does nothing to a job that is starting or running."""
        with self._lock:
            job = self.known(job_id)
            if job is None:
                raise client_error(f"The job {job_id} does not exist.")
            if job.status in CANCELLABLE:
                job.cancelled, job.status_reason = True, reason
                self._end(job, "FAILED")

    def terminate(self, job_id: str, reason: str) -> None:
        """TerminateJob: ends a job in whatever state; one that has ended stays as it is."""
        with self._lock:
            job = self.known(job_id)
            if job is None:
                raise client_error(f"The job {job_id} does not exist.")
            if job.status in CANCELLABLE:
                self.cancel(job_id, reason)
            elif job.status not in ENDED:
                job.terminated = True
                self._end_attempt(job, 143 if job.status == "RUNNING" else None, None, reason)
                self._end(job, "FAILED")

    def forget(self, job_id: str) -> None:
        """Let Batch forget a job, as it does some days after its end."""
        with self._lock:
            self[job_id].forgotten = True

    def _end_attempt(
        self, job: Job, exit_code: int | None, reason: str | None, status_reason: str | None
    ) -> None:
        job.exit_code, job.reason = exit_code, reason
        job.status_reason = status_reason or "Essential container in task exited"
        container = {"exitCode": exit_code, "reason": reason, "logStreamName": job.log_stream}
        job.attempts.append(
            _without_none(
                {
                    "container": _without_none(container),
                    "startedAt": job.started_at,
                    "stoppedAt": _now_ms(),
                    "statusReason": job.status_reason,
                }
            )
        )

    def _end(self, job: Job, status: str) -> None:
        job.status, job.stopped_at = status, _now_ms()


def _without_none(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value is not None}
