"""AWS Batch as the stand-in has it: what is sent, and what is told of a job."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from omnidomain_jupyter.compute.base import JobState
from omnidomain_jupyter.errors import BackendRefusedError, InvalidInputError


def test_nothing_is_imported_or_asked_before_it_is_needed(make_batch, batch_api):
    make_batch()
    assert not batch_api.calls
    code = (
        "import sys, omnidomain_jupyter.compute.aws_batch as m;"
        "m.AwsBatchBackend(m.AwsBatchSettings('q', 'd'));"
        "print([n for n in ('boto3', 'botocore') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_job_arrives_as_it_was_given(make_batch, batch_api, batch_job):
    batch = make_batch(
        attempts=3, timeout_s=3600, share_identifier="lab7", tags={"CostCentre": "genomics"}
    )
    batch_api.fair_share_queues.add("queue")
    command = ["nextflow", "run", "main.nf", "--sample_id", "x'; rm -rf ~ #", "", "ü $(id) `id`"]
    job_id = batch.submit(
        batch_job("job-1", command, tags={"sample_id": "x'; rm -rf ~ #", "submission_id": ""})
    )
    (job,) = batch_api.jobs.all()
    assert (job.job_id, job.name, job.command) == (job_id, "job-1", command)
    assert job.request["retryStrategy"] == {"attempts": 3}
    assert job.request["timeout"] == {"attemptDurationSeconds": 3600}
    assert job.request["shareIdentifier"] == "lab7"
    assert job.request["tags"] == {"CostCentre": "genomics", "sample_id": "x__ rm -rf _ _"}


def test_a_job_asks_for_what_its_pipeline_needs(make_batch, batch_api, batch_job):
    batch = make_batch()
    plain = batch.submit(batch_job("plain"))
    large = batch.submit(batch_job("large", cpus=2.0, memory_mb=4096))
    overrides = [batch_api.jobs[each].request["containerOverrides"] for each in (plain, large)]
    assert "resourceRequirements" not in overrides[0]
    assert overrides[1]["resourceRequirements"] == [
        {"type": "VCPU", "value": "2"},
        {"type": "MEMORY", "value": "4096"},
    ]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("SUBMITTED", JobState.QUEUED),
        ("PENDING", JobState.QUEUED),
        ("RUNNABLE", JobState.QUEUED),
        ("STARTING", JobState.QUEUED),
        ("RUNNING", JobState.RUNNING),
    ],
)
def test_a_job_that_has_not_ended_is_found_in_every_state(
    batch, batch_api, batch_job, status, state
):
    job_id = batch.submit(batch_job("job-1"))
    batch_api.jobs.move(job_id, status)
    found, described = batch.find("job-1"), batch.describe([job_id])[job_id]
    assert found.job_id == described.job_id == job_id
    assert found.state is described.state is state
    assert described.exit_code is None
    assert described.stopped_at is None
    assert (described.started_at is None) is (state is JobState.QUEUED)
    assert (described.waiting_for is None) is (status in ("SUBMITTED", "RUNNING"))


@pytest.mark.parametrize(
    ("exit_code", "reason", "state", "says"),
    [
        (0, None, JobState.SUCCEEDED, None),
        (1, None, JobState.FAILED, "Exit code 1."),
        (
            137,
            "OutOfMemoryError: Container killed due to memory usage",
            JobState.FAILED,
            "memory ran out. OutOfMemoryError: Container killed",
        ),
        (
            None,
            "CannotPullContainerError: Error response from daemon",
            JobState.FAILED,
            "CannotPullContainerError",
        ),
    ],
)
def test_an_end_has_its_code_its_time_and_its_reason(
    batch, batch_api, batch_job, exit_code, reason, state, says
):
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    job_id = batch.submit(batch_job())
    batch_api.jobs.end(job_id, exit_code, reason=reason)
    status = batch.describe([job_id])[job_id]
    assert (status.state, status.exit_code) == (state, exit_code)
    assert before <= status.stopped_at <= datetime.now(UTC)
    if exit_code is not None:
        assert before <= status.started_at <= status.stopped_at
        assert status.log_stream
    assert (says in status.reason) if says else (status.reason is None)
    assert batch.find("ReadQC-a-1").state is state


def test_a_job_whose_machine_was_taken_away_says_that_it_is_tried_again(
    make_batch, batch_api, batch_job
):
    batch = make_batch(attempts=2)
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    batch_api.jobs.reclaim(job_id)
    again = batch.describe([job_id])[job_id]
    assert again.state is JobState.QUEUED
    assert "Attempt 1 of 2" in again.reason
    assert "Host EC2" in again.reason
    batch_api.jobs.move(job_id, "RUNNING")
    assert "tries the job again" in batch.describe([job_id])[job_id].reason
    batch_api.jobs.reclaim(job_id)
    ended = batch.describe([job_id])[job_id]
    assert ended.state is JobState.FAILED
    assert ended.reason.endswith("It was tried 2 times.")


def test_what_batch_says_of_a_job_that_waits_is_passed_on(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNABLE")
    batch_api.jobs[job_id].status_reason = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"
    status = batch.describe([job_id])[job_id]
    assert status.reason is None
    assert "waits for a machine" in status.waiting_for
    assert "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT" in status.waiting_for


def test_jobs_are_described_by_the_hundred_and_forgotten_ones_are_left_out(
    batch, batch_api, batch_job
):
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: batch.submit(batch_job(f"job-{n}")), range(250)))
    for job_id in ids[:10]:
        batch_api.jobs.forget(job_id)
    assert set(batch.describe([*ids, "no-such-job"])) == set(ids[10:])
    assert batch_api.calls["DescribeJobs"] == 3
    assert batch.describe([]) == {}
    assert batch_api.calls["DescribeJobs"] == 3


def test_a_job_is_found_by_its_whole_name_only(batch, batch_api, batch_job):
    for name in ("Job-1", "job-10", "JOB-1"):
        batch.submit(batch_job(name))
    assert batch.find("job-1") is None
    assert batch.find("job-10").name == "job-10"


def test_a_name_is_found_behind_pages_of_others(batch, batch_api, batch_job):
    first = batch.submit(batch_job("job"))
    for _ in range(205):
        batch_api.jobs.accept({"jobName": "JOB", "jobQueue": "queue", "jobDefinition": "d"})
    batch_api.jobs[first].created_at -= 1
    assert batch.find("job").job_id == first
    assert batch_api.calls["ListJobs"] == 3


def test_of_two_jobs_of_a_name_the_first_is_taken_and_the_other_is_told(
    batch, batch_api, batch_job, caplog
):
    ids = [batch.submit(batch_job()) for _ in range(2)]
    batch_api.jobs[ids[0]].created_at -= 1000
    assert batch.find("ReadQC-a-1").job_id == ids[0]
    assert all(job_id in caplog.text for job_id in ids)


@pytest.mark.parametrize("status", ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"])
def test_a_job_is_cancelled_in_every_state(batch, batch_api, batch_job, status):
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, status)
    for reason in ("Cancelled by ada@example.org.", "x" * 2000):
        batch.cancel(job_id, reason)
    ended = batch.describe([job_id])[job_id]
    assert ended.state is JobState.CANCELLED
    assert "Cancelled by ada@example.org." in ended.reason
    assert batch.find("ReadQC-a-1").state is JobState.CANCELLED


def test_a_cancelled_job_that_has_ended_stays_as_it_is(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.jobs.end(job_id, 0)
    batch.cancel(job_id, "Too late.")
    assert batch.describe([job_id])[job_id].state is JobState.SUCCEEDED
    batch_api.jobs.forget(job_id)
    batch.cancel(job_id, "Much too late.")


def test_a_refused_cancel_of_a_job_that_goes_on_is_told(batch, batch_api, batch_job):
    from batch_api import Fault

    job_id = batch.submit(batch_job())
    batch_api.faults.next("TerminateJob", Fault.FORBIDDEN)
    with pytest.raises(BackendRefusedError, match="TerminateJob"):
        batch.cancel(job_id, "Cancelled.")


def test_a_log_is_followed_without_loss_or_repeats(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    page = batch.logs(job_id)
    assert list(page.lines) == []
    batch_api.jobs.move(job_id, "RUNNING")
    assert batch.logs(job_id, page.next_cursor).next_cursor == page.next_cursor  # no stream yet
    stream = batch_api.jobs[job_id].log_stream
    lines, cursor = [], page.next_cursor
    for start in range(0, 50, 10):
        batch_api.logs.write(stream, *(f"line {n} ü" for n in range(start, start + 10)))
        for _ in range(4):
            page = batch.logs(job_id, cursor, limit=4)
            assert len(page.lines) <= 4
            lines, cursor = [*lines, *page.lines], page.next_cursor
    assert lines == [f"line {n} ü" for n in range(50)]
    assert batch.logs(job_id, cursor).next_cursor == cursor


def test_an_empty_page_is_not_the_end_of_a_log(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    batch_api.logs.write(batch_api.jobs[job_id].log_stream, "10 %\r20 %\r", "done")
    batch_api.logs.empty_pages = 2
    assert list(batch.logs(job_id).lines) == ["20 %", "done"]


def test_the_log_of_a_job_that_was_tried_again_has_all_attempts(make_batch, batch_api, batch_job):
    batch = make_batch(attempts=3)
    job_id = batch.submit(batch_job())
    for attempt in range(3):
        batch_api.jobs.move(job_id, "RUNNING")
        if attempt != 1:  # taken away before it could print
            batch_api.logs.write(batch_api.jobs[job_id].log_stream, f"attempt {attempt}")
        if attempt < 2:
            batch_api.jobs.reclaim(job_id)
    first = batch.logs(job_id)
    second = batch.logs(job_id, first.next_cursor)
    end = batch.logs(job_id, second.next_cursor)
    assert [*first.lines, *second.lines, *end.lines] == ["attempt 0", "attempt 2"]
    assert end.next_cursor == second.next_cursor


@pytest.mark.parametrize("cursor", ["x", "1:", "0:other/stream", "-1:", "٣:", "0:f/1/s", "0:a b"])
def test_a_cursor_of_somebody_else_is_refused(batch, batch_api, batch_job, cursor):
    job_id = batch.submit(batch_job())
    batch_api.jobs.move(job_id, "RUNNING")
    batch_api.logs.write(batch_api.jobs[job_id].log_stream, "line")
    with pytest.raises(InvalidInputError):
        batch.logs(job_id, cursor)


def test_a_forgotten_job_has_an_empty_log(batch, batch_api, batch_job):
    job_id = batch.submit(batch_job())
    batch_api.jobs.forget(job_id)
    assert list(batch.logs(job_id).lines) == []
