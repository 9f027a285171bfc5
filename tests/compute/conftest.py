"""Fixtures of the compute backends' tests: AWS Batch, as the stand-in has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch_api import BatchApi

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.compute.base import JobSpec


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment that leads to no account of anybody's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def batch_api(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchApi]:
    """A running stand-in for AWS Batch and CloudWatch Logs."""
    with BatchApi() as api:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", api.url)
        yield api


@pytest.fixture
def make_batch(batch_api: BatchApi) -> Callable[..., AwsBatchBackend]:
    """Make a backend that talks to the stand-in, with these settings."""

    def make(**settings) -> AwsBatchBackend:
        given = {"queue": "queue", "job_definition": "definition", "calls_per_second": 1000}
        return AwsBatchBackend(
            AwsBatchSettings(**{**given, "endpoint_url": batch_api.url, **settings})
        )

    return make


@pytest.fixture
def batch(make_batch) -> AwsBatchBackend:
    """A backend that talks to the stand-in."""
    return make_batch()


@pytest.fixture
def batch_job() -> Callable[..., JobSpec]:
    """Describe a job as the product submits it."""

    def job(name: str = "ReadQC-a-1", command: list[str] | None = None, **more) -> JobSpec:
        return JobSpec(
            name=name,
            command=command or ["nextflow", "run", "main.nf", "--sample_id", "a"],
            output_directory=f"s3://bucket/results/{name}",
            work_directory=f"s3://bucket/results/.work/{name}",
            **more,
        )

    return job
