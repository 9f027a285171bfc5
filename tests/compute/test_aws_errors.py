"""What each fault on the wire means, with real boto3: refused, not now, or nobody knows.

Every test counts at the server: how often SubmitJob arrived, and how many jobs there are.
"""

from __future__ import annotations

import re
import socket
import sys
import time

import pytest
from batch_api import Fault

from omnidomain_jupyter.compute import aws_clients
from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.errors import (
    BackendRefusedError,
    BackendThrottledError,
    BackendUnknownError,
    OmniDomainError,
)

LOST = (
    Fault.LOST_ANSWER,
    Fault.TORN_ANSWER,
    Fault.GARBLED_ANSWER,
    Fault.LATE_ANSWER,
    Fault.SERVER_ERROR_AFTER,
)
NOT_DONE = (Fault.DROPPED, Fault.SERVER_ERROR, Fault.UNAVAILABLE)
DEFINITE = (Fault.REFUSED, Fault.FORBIDDEN, Fault.EXPIRED)
SLOW = 0.5


@pytest.fixture
def hasty(make_batch, batch_api) -> AwsBatchBackend:
    """A backend that gives up on an answer before a late one comes."""
    batch_api.late_s = 2 * SLOW
    return make_batch(submit_read_timeout_s=SLOW)


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_one_call_one_job_and_not_known(
    hasty, batch_api, batch_job, monkeypatch, fault, mode
):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    batch_api.faults.next("SubmitJob", fault)
    with pytest.raises(BackendUnknownError):
        hasty.submit(batch_job("job-1"))
    assert batch_api.calls["SubmitJob"] == 1
    (job,) = batch_api.jobs.named("job-1")
    assert hasty.find("job-1").job_id == job.job_id


@pytest.mark.parametrize("fault", NOT_DONE)
def test_a_call_that_may_have_arrived_is_one_call_and_not_known(hasty, batch_api, batch_job, fault):
    batch_api.faults.next("SubmitJob", fault)
    with pytest.raises(BackendUnknownError):
        hasty.submit(batch_job("job-1"))
    assert batch_api.calls["SubmitJob"] == 1
    assert hasty.find("job-1") is None


def test_a_job_that_is_accepted_after_we_gave_up_is_found_later(hasty, batch_api, batch_job):
    batch_api.faults.next("SubmitJob", Fault.DONE_LATE)
    with pytest.raises(BackendUnknownError):
        hasty.submit(batch_job("job-1"))
    assert hasty.find("job-1") is None
    time.sleep(2 * SLOW)
    assert hasty.find("job-1") is not None
    assert batch_api.calls["SubmitJob"] == 1


def test_a_job_is_found_when_the_index_has_caught_up(batch, batch_api, batch_job):
    batch_api.list_lag_s = 0.5
    job_id = batch.submit(batch_job("job-1"))
    assert batch.find("job-1") is None
    time.sleep(0.5)
    assert batch.find("job-1").job_id == job_id


@pytest.mark.parametrize("fault", DEFINITE)
def test_a_refusal_is_definite(batch, batch_api, batch_job, fault):
    batch_api.faults.next("SubmitJob", fault)
    with pytest.raises(BackendRefusedError) as caught:
        batch.submit(batch_job("job-1"))
    assert batch_api.calls["SubmitJob"] == 1
    assert not batch_api.jobs.all()
    assert {Fault.REFUSED: "as the test asked", Fault.FORBIDDEN: "SubmitJob"}.get(
        fault, "expired"
    ) in str(caught.value)


def test_throttling_is_one_call_and_worth_another(batch, batch_api, batch_job):
    batch_api.faults.next("SubmitJob", Fault.THROTTLED)
    with pytest.raises(BackendThrottledError):
        batch.submit(batch_job("job-1"))
    assert batch_api.calls["SubmitJob"] == 1
    assert not batch_api.jobs.all()
    batch.submit(batch_job("job-1"))


def test_a_connection_that_was_never_made_is_worth_another(aws_environment, batch_job):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        batch = AwsBatchBackend(AwsBatchSettings("queue", "definition", endpoint_url=url))
        with pytest.raises(BackendThrottledError, match="cannot be reached"):
            batch.submit(batch_job())


def test_a_wrong_queue_or_definition_is_refused_by_name(make_batch, batch_job):
    with pytest.raises(BackendRefusedError, match="no-queue"):
        make_batch(queue="no-queue").submit(batch_job())
    with pytest.raises(BackendRefusedError, match="no-definition"):
        make_batch(job_definition="no-definition").submit(batch_job())


def test_without_credentials_nothing_is_sent(batch, batch_api, batch_job, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(BackendRefusedError, match="no AWS credentials"):
        batch.submit(batch_job())
    assert not batch_api.calls


def test_without_a_region_nothing_is_sent(make_batch, batch_api, batch_job, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(BackendRefusedError, match="region"):
        make_batch().submit(batch_job())
    make_batch(region="eu-west-1").submit(batch_job())
    assert batch_api.calls["SubmitJob"] == 1


def test_a_profile_that_is_not_there_is_told(make_batch, batch_job):
    with pytest.raises(BackendRefusedError, match="no-profile"):
        make_batch(profile="no-profile").submit(batch_job())


@pytest.mark.parametrize("fault", [*LOST[:3], *NOT_DONE, Fault.THROTTLED])
def test_a_look_up_is_repeated_by_itself(batch, batch_api, batch_job, fault):
    job_id = batch.submit(batch_job("job-1"))
    batch_api.faults.next("ListJobs", fault)
    if fault in (Fault.TORN_ANSWER, Fault.GARBLED_ANSWER):
        # An answer that cannot be read is not repeated by boto3, and not taken for "none".
        with pytest.raises(BackendUnknownError):
            batch.find("job-1")
    assert batch.find("job-1").job_id == job_id


@pytest.mark.parametrize("fault", [*DEFINITE, Fault.THROTTLED])
def test_a_look_up_that_is_refused_says_nothing_about_the_job(batch, batch_api, batch_job, fault):
    batch.submit(batch_job("job-1"))
    batch_api.faults.next("ListJobs", fault, fault, fault)  # as often as boto3 tries
    with pytest.raises(BackendUnknownError):
        batch.find("job-1")


def test_without_boto3_it_is_told_what_to_install(batch, batch_job, monkeypatch):
    for name in ("boto3", "botocore", "botocore.session", "botocore.exceptions"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BackendRefusedError, match="pip install"):
        batch.submit(batch_job())


def test_a_submission_that_could_not_leave_in_time_does_not_leave(
    batch, batch_api, batch_job, monkeypatch
):
    monkeypatch.setattr(aws_clients, "SENT_WITHIN_S", -1)
    with pytest.raises(BackendThrottledError, match="in time"):
        batch.submit(batch_job())
    assert not batch_api.calls


def test_no_credential_is_in_any_error(make_batch, batch_api, batch_job, monkeypatch, caplog):
    caplog.set_level("INFO")
    planted = (
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "FwoGZXIvYXdzE" * 8,
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", planted[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", planted[1])
    monkeypatch.setenv("AWS_SESSION_TOKEN", planted[2])
    said = [caplog.text]
    for fault in Fault:
        batch_api.late_s = 0.1
        batch_api.faults.next("SubmitJob", fault)
        try:
            make_batch(submit_read_timeout_s=0.05).submit(batch_job())
        except OmniDomainError as error:
            said.append(str(error))
    text = "\n".join([*said, caplog.text])
    assert len(said) > len(Fault) - 2
    assert not any(secret in text for secret in planted)
    assert not re.search(r"Credential=|Signature=", text)


def test_a_key_in_an_answer_of_aws_is_left_out(make_batch, batch_job):
    key = "AKIAIOSFODNN7EXAMPLE"
    with pytest.raises(BackendRefusedError, match="Job queue") as caught:
        make_batch(queue=key).submit(batch_job())
    assert key not in str(caught.value)


def test_a_torn_description_is_not_a_forgotten_job(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.faults.next("DescribeJobs", Fault.TORN_ANSWER)
    with pytest.raises(BackendUnknownError):
        batch.describe([job_id])
    assert job_id in batch.describe([job_id])
