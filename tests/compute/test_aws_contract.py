"""The same tests against the stand-in and against moto, whose wire protocol others have made.

moto's jobs have succeeded at once; it has no exit codes, no log streams and no limits: what
needs those is shown with the stand-in alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from moto_account import moto_account

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.compute.base import JobState
from omnidomain_jupyter.errors import BackendRefusedError, BackendThrottledError

Make = Callable[..., AwsBatchBackend]


@pytest.fixture(params=["stand-in", "moto"])
def make(request, aws_environment) -> Make:
    if request.param == "stand-in":
        return request.getfixturevalue("make_batch")
    return request.getfixturevalue("make_moto")


@pytest.fixture
def make_moto(aws_environment, monkeypatch) -> Make:
    """Make a backend that talks to moto, with a queue and a job definition."""
    from boto3.session import Session

    with moto_account() as url:
        _tell(f"{url}/moto-api/config", {"batch": {"use_docker": False}})
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        client = Session().client("batch")
        role = "arn:aws:iam::123456789012:role/batch"
        Session().client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")
        place = client.create_compute_environment(
            computeEnvironmentName="place", type="UNMANAGED", state="ENABLED", serviceRole=role
        )
        client.create_job_queue(
            jobQueueName="queue",
            state="ENABLED",
            priority=1,
            computeEnvironmentOrder=[
                {"order": 1, "computeEnvironment": place["computeEnvironmentArn"]}
            ],
        )
        client.register_job_definition(
            jobDefinitionName="definition",
            type="container",
            containerProperties={
                "image": "nextflow",
                "vcpus": 1,
                "memory": 512,
                "command": ["true"],
            },
        )

        def make(**settings) -> AwsBatchBackend:
            given = {"queue": "queue", "job_definition": "definition", "calls_per_second": 1000}
            return AwsBatchBackend(AwsBatchSettings(**{**given, **settings}))

        yield make


def _tell(url: str, content: object) -> None:
    urlopen(Request(url, data=json.dumps(content).encode(), method="POST")).close()


def test_an_accepted_job_is_found_and_described(make, batch_job):
    batch = make(attempts=2, timeout_s=60, tags={"CostCentre": "genomics"})
    job_id = batch.submit(
        batch_job("job-1", tags={"run_id": "1"}, environment={"A": "b"}, cpus=1.0, memory_mb=512)
    )
    other = batch.submit(batch_job("job-2"))
    assert batch.find("job-1").job_id == job_id
    assert batch.find("JOB-1") is None
    assert batch.find("job-3") is None
    described = batch.describe([job_id, other, "no-such-job"])
    assert set(described) == {job_id, other}
    assert described[job_id].name == "job-1"
    assert isinstance(described[job_id].state, JobState)


def test_what_does_not_exist_is_refused(make, batch_job):
    with pytest.raises(BackendRefusedError):
        make(queue="no-queue").submit(batch_job())
    with pytest.raises(BackendRefusedError):
        make(job_definition="no-definition").submit(batch_job())


def test_cancelling_what_is_over_or_unknown_is_harmless(make, batch_job):
    batch = make()
    job_id = batch.submit(batch_job())
    for each in (job_id, job_id, "no-such-job"):
        batch.cancel(each, "Cancelled.")


def test_a_job_without_output_has_an_empty_log(make, batch_job):
    batch = make()
    page = batch.logs(batch.submit(batch_job()))
    assert list(page.lines) == []


def test_nobody_at_home_is_worth_another_try(make, batch_job):
    batch = make(endpoint_url="http://127.0.0.1:1")
    for ask in (lambda: batch.submit(batch_job()), lambda: batch.describe(["x"])):
        with pytest.raises(BackendThrottledError):
            ask()
