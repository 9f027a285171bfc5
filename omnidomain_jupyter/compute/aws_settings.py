"""What is configured of AWS Batch, the same for every job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import aws_limits

LOG_GROUP = "/aws/batch/job"
SUBMIT_READ_TIMEOUT_S = 15.0


@dataclass(frozen=True)
class AwsBatchSettings:
    """Where jobs go, and how fast.

    Credentials are not among it: they come from boto3's own variables and files.

    Parameters
    ----------
    queue, job_definition : names or ARNs
    region, profile : empty leaves them to boto3
    endpoint_url : of AWS Batch, such as a VPC endpoint; those of S3 and CloudWatch Logs are set
        by boto3's own variables
    calls_per_second : what the account allows, all its programs together
    share_identifier : needed when the queue has a fair-share policy
    attempts : how often a job is tried, as when a spot machine is taken away; 0 leaves it to
        the job definition
    timeout_s : after so many seconds Batch ends an attempt, at least 60; 0 leaves it to the
        job definition
    tags : for every job, beside those of its run
    log_group : where jobs write, unless the job definition says otherwise
    submit_read_timeout_s : after so long the answer to a submission counts as lost

    Raises
    ------
    ValueError : AWS Batch would not accept it
    """

    queue: str
    job_definition: str
    region: str = ""
    profile: str = ""
    endpoint_url: str = ""
    calls_per_second: float = 50
    share_identifier: str = ""
    attempts: int = 0
    timeout_s: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    log_group: str = LOG_GROUP
    submit_read_timeout_s: float = SUBMIT_READ_TIMEOUT_S

    def __post_init__(self) -> None:
        """Check what can be checked without asking AWS."""
        for value, what in ((self.queue, "queue"), (self.job_definition, "definition")):
            if not value:
                raise ValueError(f"AWS Batch needs the name of a job {what}.")
        if self.calls_per_second <= 0:
            raise ValueError("AWS Batch needs more than 0 calls a second.")
        aws_limits.check_settings(
            timeout_s=self.timeout_s or None,
            attempts=self.attempts or None,
            share=self.share_identifier or None,
            tags=self.tags,
        )

    def of_every_job(self) -> dict[str, Any]:
        """Return what every request for SubmitJob has."""
        request: dict[str, Any] = {"jobQueue": self.queue, "jobDefinition": self.job_definition}
        if self.share_identifier:
            request["shareIdentifier"] = self.share_identifier
        if self.attempts:
            request["retryStrategy"] = {"attempts": self.attempts}
        if self.timeout_s:
            request["timeout"] = {"attemptDurationSeconds": self.timeout_s}
        return request
