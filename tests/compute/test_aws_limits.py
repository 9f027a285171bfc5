"""What AWS Batch would not take is refused before the call, and long commands go through S3."""

from __future__ import annotations

import json

import pytest
from moto_account import moto_account

from omnidomain_jupyter.compute.aws_parameters import moved_to_file
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.compute.base import JobSpec
from omnidomain_jupyter.errors import BackendRefusedError, BackendThrottledError


def refused(batch, batch_api, job: JobSpec) -> str:
    with pytest.raises(BackendRefusedError) as caught:
        batch.submit(job)
    assert not batch_api.calls
    return str(caught.value)


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "ü", "x" * 129, "a\n"])
def test_a_name_that_is_no_name_is_refused(batch, batch_api, batch_job, name):
    assert "name of a job" in refused(batch, batch_api, batch_job(name))


def test_the_longest_name_is_taken(batch, batch_api, batch_job):
    batch.submit(batch_job("x" * 128))
    assert len(batch_api.jobs.all()) == 1


@pytest.mark.parametrize("argument", ["a\0b", "\ud800", "Ref::inputfile"])
def test_an_argument_that_would_not_arrive_as_it_is_is_refused(
    batch, batch_api, batch_job, argument
):
    assert "argument" in refused(batch, batch_api, batch_job(command=["echo", argument]))


@pytest.mark.parametrize("name", ["AWS_BATCH_JOB_ID", "", "A=B", "A B"])
def test_a_variable_that_batch_does_not_take_is_refused(batch, batch_api, batch_job, name):
    job = batch_job(environment={name: "x"})
    assert "environment variable" in refused(batch, batch_api, job)


def test_tags_are_made_to_fit(batch, batch_api, batch_job):
    batch.submit(batch_job(tags={"sample_id": "ä/1 [x]" + "y" * 300}))
    (job,) = batch_api.jobs.all()
    assert job.request["tags"]["sample_id"].startswith("ä/1 _x_yyy")
    assert len(job.request["tags"]["sample_id"]) == 256


def test_too_many_tags_are_refused(batch, batch_api, batch_job):
    job = batch_job(tags={f"tag{n}": "x" for n in range(51)})
    assert "51 tags" in refused(batch, batch_api, job)


def test_a_long_command_of_another_program_is_refused(batch, batch_api, batch_job):
    job = batch_job(command=["sequali", "x" * 9000])
    assert "Shorten the longest values" in refused(batch, batch_api, job)


def test_a_long_environment_is_refused(batch, batch_api, batch_job):
    assert "characters" in refused(batch, batch_api, batch_job(environment={"A": "x" * 9000}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"queue": ""},
        {"job_definition": ""},
        {"timeout_s": 59},
        {"attempts": 11},
        {"share_identifier": "lab 7"},
        {"calls_per_second": 0},
        {"tags": {"aws:owner": "x"}},
        {"tags": {"owner": "x" * 257}},
        {"tags": {"owner": "a;b"}},
    ],
)
def test_a_setting_that_batch_would_not_take_is_told_at_once(wrong):
    with pytest.raises(ValueError):
        AwsBatchSettings(**{"queue": "q", "job_definition": "d", **wrong})


@pytest.fixture
def s3(batch_api, monkeypatch):
    """S3 as moto has it, with a bucket, beside the stand-in."""
    from boto3.session import Session

    with moto_account() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        client = Session().client("s3")
        client.create_bucket(
            Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield client


def long_command(**parameters: str) -> list[str]:
    command = ["nextflow", "run", "nf-core/x", "-r", "1.2.0", "-profile", "aws"]
    for name, value in parameters.items():
        command += [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]
    return [*command, "-work-dir", "s3://bucket/w", "-ansi-log", "false", "-resume"]


def test_a_long_command_travels_through_s3(batch, batch_api, batch_job, s3):
    reads = ",".join(f"s3://bucket/reads/{n:05}.fastq.gz" for n in range(500))
    batch.submit(batch_job("job-1", long_command(reads=reads, sample_id="a")))
    (job,) = batch_api.jobs.all()
    assert job.status == "SUBMITTED"  # one that is too long fails at once
    uri = "s3://bucket/results/.work/job-1/job-1.parameters.json"
    assert job.command == [
        *("nextflow", "run", "nf-core/x", "-params-file", uri, "-r", "1.2.0", "-profile", "aws"),
        *("-work-dir", "s3://bucket/w", "-ansi-log", "false", "-resume"),
    ]
    stored = s3.get_object(Bucket="bucket", Key=uri.removeprefix("s3://bucket/"))["Body"].read()
    assert json.loads(stored) == {"reads": reads, "sample_id": "a"}


def test_a_command_that_just_fits_is_not_touched(batch, batch_api, batch_job):
    command = long_command(a="x" * 7000)
    batch.submit(batch_job(command=command))
    (job,) = batch_api.jobs.all()
    assert job.command == command


def test_without_its_file_a_long_command_is_not_submitted(batch, batch_api, batch_job, monkeypatch):
    job = batch_job(command=long_command(a="x" * 9000))
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    with pytest.raises(BackendThrottledError):
        batch.submit(job)
    assert not batch_api.calls


def test_without_a_bucket_a_long_command_is_refused(batch, batch_api, batch_job, s3):
    job = JobSpec("job-1", long_command(a="x" * 9000), "s3://gone/out", "s3://gone/work")
    assert "bucket" in refused(batch, batch_api, job)


def test_values_are_the_same_in_the_file_as_on_the_command_line():
    values = {
        "text": "a'b\"c ü",
        "dollar": "${HOME} $x",
        "dash": "-1",
        "truth": "TRUE",
        "number": "001",
        "exponent": "10E8",
        "empty": "",
    }
    command, content = moved_to_file(long_command(**values, **{"a.b": "nested"}), "s3://b/p.json")
    assert "$" not in content  # Nextflow would put its variables there
    assert json.loads(content) == values
    assert command[3:5] == ["-params-file", "s3://b/p.json"]
    assert command[9:11] == ["--a.b", "nested"]


def test_a_jobs_files_are_there_before_it(batch, batch_api, batch_job, s3):
    batch.submit(batch_job(files={"s3://bucket/out/sheet.tsv": "sample\tä\n"}))
    stored = s3.get_object(Bucket="bucket", Key="out/sheet.tsv")["Body"].read()
    assert stored.decode() == "sample\tä\n"
    assert batch_api.calls["SubmitJob"] == 1


def test_a_file_that_cannot_be_written_keeps_the_job_back(batch, batch_api, batch_job, s3):
    job = batch_job(files={"s3://gone/sheet.tsv": "x"})
    assert "bucket" in refused(batch, batch_api, job)
    assert "s3://" in refused(batch, batch_api, batch_job(files={"/tmp/sheet.tsv": "x"}))
