"""What can be configured of AWS Batch, as traits of the extension."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from traitlets import Dict, Float, HasTraits, Integer, Unicode, default

if TYPE_CHECKING:
    from .compute.aws_settings import AwsBatchSettings

T = TypeVar("T")


class BatchTraits(HasTraits):
    """Each is also read from the environment; the trait wins.

    Credentials are not among them: they come from boto3's own variables and files.
    """

    batch_job_queue = Unicode(
        help=(
            "Name or ARN of the AWS Batch job queue. Default: omni-batch-queue. "
            "Environment: OMNIDOMAIN_BATCH_JOB_QUEUE."
        )
    ).tag(config=True)
    batch_job_definition = Unicode(
        help=(
            "Name or ARN of the AWS Batch job definition; its image has nextflow on its PATH. "
            "Default: omni-nextflow-job. Environment: OMNIDOMAIN_BATCH_JOB_DEFINITION."
        )
    ).tag(config=True)
    batch_region = Unicode(
        help="AWS region. Default: boto3's own. Environment: OMNIDOMAIN_BATCH_REGION."
    ).tag(config=True)
    batch_profile = Unicode(
        help=(
            "Profile of the AWS configuration files. Default: boto3's own. "
            "Environment: OMNIDOMAIN_BATCH_PROFILE."
        )
    ).tag(config=True)
    batch_endpoint_url = Unicode(
        help=(
            "URL of AWS Batch, such as that of a VPC endpoint. Default: boto3's own. "
            "Environment: OMNIDOMAIN_BATCH_ENDPOINT_URL."
        )
    ).tag(config=True)
    batch_calls_per_second = Float(
        help=(
            "How many calls a second the account allows. Default: 50. "
            "Environment: OMNIDOMAIN_BATCH_CALLS_PER_SECOND."
        )
    ).tag(config=True)
    batch_share_identifier = Unicode(
        help=(
            "Share identifier of the jobs, which a queue with a fair-share policy needs. "
            "Environment: OMNIDOMAIN_BATCH_SHARE_IDENTIFIER."
        )
    ).tag(config=True)
    batch_attempts = Integer(
        help=(
            "How often AWS Batch tries a job, as when a spot machine is taken away; 0 leaves it to "
            "the job definition. Environment: OMNIDOMAIN_BATCH_ATTEMPTS."
        )
    ).tag(config=True)
    batch_timeout = Integer(
        help=(
            "Seconds after which AWS Batch ends an attempt, at least 60; 0 leaves it to the job "
            "definition. Environment: OMNIDOMAIN_BATCH_TIMEOUT."
        )
    ).tag(config=True)
    batch_tags = Dict(help="Tags of every job, beside those that name its run.").tag(config=True)
    batch_log_group = Unicode(
        help=(
            "CloudWatch log group of jobs whose definition names none. Default: /aws/batch/job. "
            "Environment: OMNIDOMAIN_BATCH_LOG_GROUP."
        )
    ).tag(config=True)

    @default("batch_job_queue")
    def _batch_job_queue(self) -> str:
        return _environment("batch_job_queue", "omni-batch-queue", str)

    @default("batch_job_definition")
    def _batch_job_definition(self) -> str:
        return _environment("batch_job_definition", "omni-nextflow-job", str)

    @default("batch_region")
    def _batch_region(self) -> str:
        return _environment("batch_region", "", str)

    @default("batch_profile")
    def _batch_profile(self) -> str:
        return _environment("batch_profile", "", str)

    @default("batch_endpoint_url")
    def _batch_endpoint_url(self) -> str:
        return _environment("batch_endpoint_url", "", str)

    @default("batch_calls_per_second")
    def _batch_calls_per_second(self) -> float:
        return _environment("batch_calls_per_second", 50.0, float)

    @default("batch_share_identifier")
    def _batch_share_identifier(self) -> str:
        return _environment("batch_share_identifier", "", str)

    @default("batch_attempts")
    def _batch_attempts(self) -> int:
        return _environment("batch_attempts", 0, int)

    @default("batch_timeout")
    def _batch_timeout(self) -> int:
        return _environment("batch_timeout", 0, int)

    @default("batch_log_group")
    def _batch_log_group(self) -> str:
        return _environment("batch_log_group", "/aws/batch/job", str)

    def batch_settings(self) -> AwsBatchSettings:
        """Return what the traits say.

        Raises
        ------
        ValueError : AWS Batch would not accept it
        """
        from .compute.aws_settings import AwsBatchSettings

        return AwsBatchSettings(
            queue=self.batch_job_queue,
            job_definition=self.batch_job_definition,
            region=self.batch_region,
            profile=self.batch_profile,
            endpoint_url=self.batch_endpoint_url,
            calls_per_second=self.batch_calls_per_second,
            share_identifier=self.batch_share_identifier,
            attempts=self.batch_attempts,
            timeout_s=self.batch_timeout,
            tags={str(name): str(value) for name, value in self.batch_tags.items()},
            log_group=self.batch_log_group,
        )


def _environment(name: str, otherwise: T, kind: Callable[[str], T]) -> T:
    given = os.environ.get(f"OMNIDOMAIN_{name.upper()}")
    return kind(given) if given else otherwise
