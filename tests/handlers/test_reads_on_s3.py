"""Reads on S3, through a real server, boto3 over HTTP and moto: checked, fetched and run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from client.reads import COUNT, cut_reads
from moto_account import moto_account
from rows import ended


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_account() as url:
        yield url


@pytest.fixture
def bucket(endpoint: str, shared_data: Path, tmp_path: Path, monkeypatch) -> str:
    """A bucket with a pair of FASTQ files: the beginnings of real ones."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="reads")
    for number in (1, 2):
        file = tmp_path / f"gut_{number}.fastq.gz"
        cut_reads(shared_data / "reads" / f"ggal_{file.name}", file)
        client.upload_file(str(file), "reads", f"run 1/gut_{number}.fastq.gz")
    return "s3://reads/run 1"


async def test_a_run_reads_from_s3(bucket, api):
    cells = {
        "sample_id": "gut",
        "reads_1": f"{bucket}/gut_1.fastq.gz",
        "reads_2": f"{bucket}/gut_2.fastq.gz",
    }
    body = {"pipeline": "ReadQC", "sample_id": "gut", "tsv_row": cells}
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    run = await ended(api, created.data["run_id"])
    assert run["status"] == "COMPLETED", run
    reads = (await api.get(f"runs/{run['run_id']}/metrics")).data["reads"]
    assert [each["reads"] for each in reads] == [COUNT, COUNT]


async def test_what_is_not_on_s3_is_an_error_at_its_cell(bucket, api):
    sheet = f"sample_id\treads_1\na\t{bucket}/gut_1.fastq.gz\nb\t{bucket}/gut_7.fastq.gz\n"
    report = (
        await api.post("samplesheets/validate", {"pipeline": "ReadQC", "content": sheet})
    ).data
    (error,) = report["errors"]
    assert (error["line"], error["column"], error["code"]) == (3, "reads_1", "not_found")
    unchecked = {"pipeline": "ReadQC", "content": sheet, "check_files": False}
    assert (await api.post("samplesheets/validate", unchecked)).data["valid"]
    web = "sample_id\treads_1\na\thttps://example.org/a.fastq.gz\n"
    refused = await api.post("samplesheets/validate", {"pipeline": "ReadQC", "content": web})
    assert [each["column"] for each in refused.data["errors"]] == ["reads_1"]


async def test_an_object_that_is_gone_when_the_job_starts_fails_with_its_name(bucket, api):
    sheet = f"sample_id\treads_1\nb\t{bucket}/gut_7.fastq.gz\n"
    body = {"pipeline": "ReadQC", "content": sheet, "check_files": False}
    submission = (await api.post("submissions", body)).data["submission_id"]
    page = await api.get("runs", params={"submission_id": submission})
    run = await ended(api, page.data["runs"][0]["run_id"])
    assert run["status"] == "FAILED"
    assert "gut_7.fastq.gz could not be fetched" in run["status_reason"]
