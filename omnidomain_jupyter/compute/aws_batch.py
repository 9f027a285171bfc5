"""AWS Batch: every run is a job whose name contains the run's id.

What keeps a run from becoming two jobs:

- SubmitJob is sent once. boto3 would repeat it after a lost answer, and it has no idempotency
  token;
- a lost answer is reported as such (`BackendUnknownError`), and `find` tells by the job's name
  what has become of it. ListJobs lags behind, so one look is not enough;
- a question that AWS does not answer is not a "no", be it refused, throttled or lost: `find`
  raises nothing else.

What Batch would find out only when the job starts is refused before it is submitted; see
`aws_limits`, and `aws_parameters` for commands that are too long.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import (
    BackendRefusedError,
    BackendThrottledError,
    BackendUnknownError,
    OmniDomainError,
)
from . import aws_limits
from .aws_clients import AwsClients
from .aws_errors import no_answer
from .aws_jobs import job_status, log_group, log_streams
from .aws_logs import read_streams, read_tail, streams_at
from .aws_parameters import moved_to_file
from .aws_settings import AwsBatchSettings
from .base import JobSpec, JobStatus, LogPage
from .s3 import split_uri

IN_FLIGHT = 32

_log = logging.getLogger(__name__)


class AwsBatchBackend:
    """Runs jobs on AWS Batch. Making one opens no connection and imports no boto3."""

    name = "aws_batch"
    remote = True
    in_flight = IN_FLIGHT

    def __init__(self, settings: AwsBatchSettings) -> None:
        self._settings = settings
        self._aws = AwsClients(settings, connections=IN_FLIGHT)

    def submit(self, spec: JobSpec) -> str:
        """Write the job's files to S3 and submit it, with one call; return its id.

        Raises
        ------
        BackendRefusedError : AWS has not accepted it, or would not
        BackendThrottledError : too many calls, or AWS was not reached; nothing was accepted
        BackendUnknownError : the answer was lost; look the job up by its name
        """
        now = time.monotonic()
        request, files = self._request(spec)
        for uri, text in files.items():
            self._write(uri, text)
        answer = self._aws.submit_job(request, decided_at=now)
        job_id = answer.get("jobId")
        if not job_id:
            raise BackendUnknownError("AWS Batch has answered without naming the job.")
        return str(job_id)

    def find(self, job_name: str) -> JobStatus | None:
        """Return the job of that name, or None when AWS lists none, which may change soon.

        Should there be several, the first is the run's own: the others were made elsewhere,
        as by "Clone job" in the console.

        Raises
        ------
        BackendUnknownError : AWS has not said, for whatever reason
        """
        found: list[Mapping[str, Any]] = []
        token: dict[str, str] = {}
        try:
            while True:
                # A filter makes ListJobs look at all states, and not at RUNNING alone.
                page = self._aws.batch(
                    "list_jobs",
                    jobQueue=self._settings.queue,
                    filters=[{"name": "JOB_NAME", "values": [job_name]}],
                    **token,
                )
                # AWS compares names without regard to case.
                jobs = _listed(page, "jobSummaryList")
                found += [job for job in jobs if job["jobName"] == job_name]
                if not page.get("nextToken"):
                    break
                token = {"nextToken": page["nextToken"]}
        except OmniDomainError as error:
            raise no_answer(error) from error
        if len(found) > 1:
            ids = ", ".join(str(job["jobId"]) for job in found)
            _log.error("AWS Batch has %d jobs named %s: %s", len(found), job_name, ids)
        found.sort(key=lambda job: int(job.get("createdAt") or 0))
        return job_status(found[0]) if found else None

    def describe(self, job_ids: Sequence[str]) -> dict[str, JobStatus]:
        """Return the known ones among the jobs, by id; 100 are asked for in a call."""
        return {job["jobId"]: job_status(job) for job in self._details(job_ids)}

    def cancel(self, job_id: str, reason: str) -> None:
        """End a job, whatever its state; one that has ended or is forgotten stays as it is.

        TerminateJob cancels a job that waits and ends one that runs. CancelJob does nothing to
        one that has just been started, so that a job could slip through between two calls.

        Raises
        ------
        BackendRefusedError, BackendThrottledError, BackendUnknownError : the job may go on
        """
        text = (reason.strip() or "Cancelled.")[: aws_limits.REASON_CHARACTERS]
        try:
            self._aws.batch("terminate_job", jobId=job_id, reason=text)
        except BackendRefusedError:
            if any(self._details([job_id])):
                raise

    def logs(
        self,
        job_id: str,
        cursor: str | None = None,
        limit: int = 1000,
        *,
        log_stream: str | None = None,
    ) -> LogPage:
        """Return up to `limit` lines of what the job's attempts have printed, from `cursor` on.

        Of a job that AWS Batch has forgotten, the log of the last attempt is still there.

        Raises
        ------
        InvalidInputError : the cursor is not one that this backend gave
        """
        group, streams = self._streams(self._known(job_id))
        if not streams and log_stream is not None:
            streams = streams_at(cursor, log_stream)
        return read_streams(self._get_log_events, group, streams, cursor, limit)

    def tail(
        self,
        job_id: str,
        lines: int,
        *,
        log_stream: str | None = None,
        last_attempt: bool = False,
    ) -> LogPage:
        """Return the last lines of what the job's attempts have printed, or its last one."""
        job = self._known(job_id)
        if job and last_attempt:
            return self.tail_of(job_status(job), lines)
        group, streams = self._streams(job)
        if not streams and log_stream is not None:
            streams = [log_stream]
        return read_tail(self._get_log_events, group, streams, lines)

    def tail_of(self, job: JobStatus, lines: int) -> LogPage:
        """Return those of the last attempt of a job that was just described.

        AWS Batch is not asked again.
        """
        group = job.log_group or self._settings.log_group
        # The job's own stream is its last attempt's: none, if that one has not printed anything.
        streams = [job.log_stream] if job.log_stream else []
        return read_tail(self._get_log_events, group, streams, lines)

    def _known(self, job_id: str) -> Mapping[str, Any]:
        """Return what AWS tells of a job: nothing, when it has forgotten it."""
        return next(iter(self._details([job_id])), {})

    def _streams(self, job: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Return the log group of a job, and the streams of its attempts."""
        return log_group(job) or self._settings.log_group, log_streams(job)

    def _get_log_events(self, **request: Any) -> dict[str, Any]:
        return self._aws.logs("get_log_events", **request)

    def _write(self, uri: str, text: str) -> None:
        """Write a file to S3. The same file may be written again."""
        try:
            bucket, key = split_uri(uri)
        except ValueError as error:
            raise BackendRefusedError(str(error)) from None
        try:
            self._aws.s3("put_object", Bucket=bucket, Key=key, Body=text.encode())
        except BackendUnknownError as error:
            # Nothing has been submitted yet.
            raise BackendThrottledError(f"{uri} could not be written: no answer of S3.") from error

    def _request(self, spec: JobSpec) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the request for SubmitJob, checked, and the files that the job needs."""
        overrides: dict[str, Any] = {"command": list(spec.command)}
        if spec.environment:
            overrides["environment"] = [
                {"name": name, "value": value} for name, value in spec.environment.items()
            ]
        needs = _requirements(spec)
        if needs:
            overrides["resourceRequirements"] = needs
        files = dict(spec.files)
        if aws_limits.is_too_long(overrides):
            uri = f"{spec.work_directory.rstrip('/')}/{spec.name}.parameters.json"
            overrides["command"], files[uri] = moved_to_file(spec.command, uri)
        tags = {key: aws_limits.tag_value(value) for key, value in spec.tags.items() if value}
        request = {
            "jobName": spec.name,
            **self._settings.of_every_job(),
            "tags": {**self._settings.tags, **tags},
            "containerOverrides": overrides,
        }
        aws_limits.check_job(request)
        return request, files

    def _details(self, job_ids: Sequence[str]) -> list[Mapping[str, Any]]:
        most = aws_limits.DESCRIBED_AT_ONCE
        pages = (job_ids[start : start + most] for start in range(0, len(job_ids), most))
        return [
            job
            for page in pages
            for job in _listed(self._aws.batch("describe_jobs", jobs=list(page)), "jobs")
        ]


def _requirements(spec: JobSpec) -> list[dict[str, str]]:
    needs = {"VCPU": spec.cpus and f"{spec.cpus:g}", "MEMORY": spec.memory_mb}
    return [{"type": kind, "value": str(value)} for kind, value in needs.items() if value]


def _listed(answer: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return a list from an answer.

    boto3 makes an empty answer of one that was torn on its way: that is not an empty list.
    """
    if key not in answer:
        raise BackendUnknownError("The answer of AWS Batch was not complete.")
    jobs: list[Mapping[str, Any]] = answer[key]
    return jobs
