"""Sheets that name files of the server, submitted to AWS Batch through a real server."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from pathlib import Path

import pytest
from batch_api import BatchApi
from uploads.breaking_proxy import breaking_proxy

from omnidomain_jupyter.compute.s3_parts import LARGEST_OBJECT


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A directory with a pipeline `Whole`, which takes a whole sheet as one job."""
    folder = tmp_path / "pipelines" / "Whole"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text(
        'name = "Whole"\ntitle = "Whole"\nengine = "nextflow"\nsource = "lab/whole"\n'
        'granularity = "sheet"\n'
    )
    reads = {"type": "string", "format": "file-path"}
    item = {"type": "object", "properties": {"sample_id": {"type": "string"}, "reads": reads}}
    (folder / "schema_input.json").write_text(json.dumps({"type": "array", "items": item}))
    return folder.parent


@pytest.fixture
def jp_server_config(jp_server_config, batch: BatchApi, bucket: str, whole: Path):
    """The server uses it."""
    jp_server_config["OmniDomainApp"] |= {
        "compute_backend": "aws_batch",
        "base_outdir": f"s3://{bucket}/lab/results",
        "batch_job_queue": "queue",
        "batch_job_definition": "definition",
        "batch_region": "us-east-1",
        "batch_endpoint_url": batch.url,
        "pipelines_path": str(whole),
    }
    return jp_server_config


@pytest.fixture
def reads(jp_root_dir: Path) -> Path:
    """A folder below the server's root."""
    folder = jp_root_dir / "reads"
    folder.mkdir()
    return folder


def file(reads: Path, name: str, size: int = 5000) -> Path:
    """Write a FASTQ file, as far as its first bytes say."""
    path = reads / name
    head = b"\x1f\x8b" if name.endswith(".gz") else b"@"
    path.write_bytes(head + os.urandom(size - len(head)))
    return path


async def submitted(api, sheet: str, **more) -> dict:
    """Submit a sheet of ReadQC."""
    body = {"pipeline": "ReadQC", "content": sheet, **more}
    answer = await api.post("submissions", body)
    assert answer.code == 202, answer.body
    return answer.data


async def until(api, submission_id: str, wanted, within_s: float = 40) -> dict:
    """Wait for a submission to be as wanted; return it."""
    async with asyncio.timeout(within_s):
        while True:
            found = (await api.get(f"submissions/{submission_id}")).data
            if wanted(found):
                return found
            await asyncio.sleep(0.1)


def drained(found: dict) -> bool:
    return "CREATED" not in found["counts"]


def commands(batch: BatchApi) -> list[list[str]]:
    return [job.command for job in batch.jobs.all()]


def objects(s3, bucket: str) -> dict[str, bytes]:
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", ())
    return {
        each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed
    }


async def test_files_are_uploaded_once_and_the_jobs_read_them_there(api, reads, s3, bucket, batch):
    shared, own = file(reads, "shared.fastq.gz"), file(reads, "own 1.fastq.gz", 20 * 1024**2)
    sheet = (
        "sample_id\treads_1\treads_2\n"
        "a\treads/shared.fastq.gz\treads/own 1.fastq.gz\n"
        f"b\t{shared}\t\n"
        "c\treads/shared.fastq.gz\t\n"
    )
    created = await submitted(api, sheet)
    assert created["uploads"]["bytes"] == 5000 + 20 * 1024**2
    found = await until(api, created["submission_id"], drained)

    assert found["rejected"] == []
    assert found["uploads"] == {
        "files": 2,
        "done_files": 2,
        "bytes": 5000 + 20 * 1024**2,
        "done_bytes": 5000 + 20 * 1024**2,
    }
    stored = objects(s3, bucket)
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (shared, own)}
    keys = {
        shared: f"lab/results/.inputs/{digests[shared][:32]}/shared.fastq.gz",
        own: f"lab/results/.inputs/{digests[own][:32]}/own-1.fastq.gz",
    }
    assert stored == {keys[path]: path.read_bytes() for path in (shared, own)}
    named = [part for command in commands(batch) for part in command if "reads/" in part]
    assert named == []
    assert sum(f"s3://{bucket}/{keys[shared]}" in command for command in commands(batch)) == 3

    runs = (await api.get("runs", params={"submission_id": created["submission_id"]})).data["runs"]
    (first,) = [run for run in runs if run["sample_id"] == "a"]
    files = (await api.get(f"runs/{first['run_id']}/files")).data["files"]
    assert [(each["filename"], each["size_bytes"], each["sha256"]) for each in files] == [
        ("reads/own 1.fastq.gz", 20 * 1024**2, digests[own]),
        ("reads/shared.fastq.gz", 5000, digests[shared]),
    ]
    assert files[0]["uri"] == f"s3://{bucket}/{keys[own]}"


async def test_what_is_there_already_is_not_sent_again(api, reads, s3, bucket, batch):
    file(reads, "a.fastq.gz")
    sheet = "sample_id\treads_1\n{}\treads/a.fastq.gz\n"
    for name in ("one", "two"):
        created = await submitted(api, sheet.format(name))
        await until(api, created["submission_id"], drained)
        (stored,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
        if name == "one":
            first = stored
    assert stored["LastModified"] == first["LastModified"]
    assert len(batch.jobs.all()) == 2


async def test_a_file_that_is_gone_or_changed_costs_its_row_alone(api, reads, batch, monkeypatch):
    for name in ("a", "b", "c"):
        file(reads, f"{name}.fastq.gz")
    sheet = "sample_id\treads_1\n" + "".join(f"{n}\treads/{n}.fastq.gz\n" for n in "abc")

    from omnidomain_jupyter.services.uploads import UploadService

    real = UploadService.planned

    def planned(self, runs):
        records = real(self, runs)
        (reads / "a.fastq.gz").unlink()
        file(reads, "b.fastq.gz", 6000)
        return records

    monkeypatch.setattr(UploadService, "planned", planned)
    created = await submitted(api, sheet)
    found = await until(api, created["submission_id"], drained)

    assert found["counts"] == {"SUBMITTED": 1}
    reasons = {each["sample_id"]: each["reason"] for each in found["rejected"]}
    assert reasons["a"] == (
        "The file reads/a.fastq.gz could not be uploaded: it cannot be read: "
        "No such file or directory."
    )
    assert "has changed since it was submitted, from 5,000 to 6,000 bytes" in reasons["b"]


async def test_a_bucket_that_is_not_there(api, reads, batch):
    file(reads, "a.fastq.gz")
    sheet = "sample_id\treads_1\na\treads/a.fastq.gz\n"
    created = await submitted(api, sheet, base_outdir="s3://nobodys/lab")
    found = await until(api, created["submission_id"], drained)
    (rejected,) = found["rejected"]
    assert "There is no bucket 'nobodys' on S3" in rejected["reason"]
    assert not batch.jobs.all()


async def test_a_file_that_is_too_large_is_an_error_at_its_cell(api, reads, batch, monkeypatch):
    huge = file(reads, "a.fastq.gz")
    os.truncate(huge, LARGEST_OBJECT + 1)  # a hole, which takes no room on the disk
    sheet = "sample_id\treads_1\nb\ts3://x/y.fastq.gz\na\treads/a.fastq.gz\n"
    answer = await api.post(
        "submissions", {"pipeline": "ReadQC", "content": sheet, "check_files": False}
    )
    assert answer.code == 422
    (error,) = answer.data["errors"]
    assert (error["line"], error["column"], error["code"]) == (3, "reads_1", "not_uploadable")
    assert "S3 takes files of up to 5 TiB" in error["message"]


async def test_cancelling_takes_back_what_was_sent(
    api, reads, s3, s3_url, bucket, batch, monkeypatch
):
    file(reads, "a.fastq.gz", 64 * 1024**2)
    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        proxy.bytes_per_s = 16 * 1024**2
        created = await submitted(api, "sample_id\treads_1\na\treads/a.fastq.gz\n")
        url = f"submissions/{created['submission_id']}"
        found = await until(
            api, created["submission_id"], lambda found: found["uploads"]["done_bytes"]
        )
        assert 0 < found["uploads"]["done_bytes"] < 64 * 1024**2
        assert s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
        assert (await api.post(f"{url}/cancel")).code == 202
        proxy.bytes_per_s = 0
        async with asyncio.timeout(20):
            while "Uploads" in s3.list_multipart_uploads(Bucket=bucket):
                await asyncio.sleep(0.1)
    assert objects(s3, bucket) == {}
    assert (await api.get(url)).data["counts"] == {"CANCELLED": 1}
    assert not batch.jobs.all()


async def test_a_single_row_waits_for_its_files(api, reads, s3, bucket, batch):
    file(reads, "a.fastq.gz")
    row = {"sample_id": "a", "reads_1": "reads/a.fastq.gz"}
    body = {"pipeline": "ReadQC", "sample_id": "a", "tsv_row": row}
    created = await api.post("runs", body)
    assert created.code == 201, created.body
    assert created.data["status"] == "SUBMITTED"
    (key,) = objects(s3, bucket)
    assert f"s3://{bucket}/{key}" in commands(batch)[0]


async def test_a_single_row_with_large_files_is_answered_before_they_are_there(
    api, reads, s3, s3_url, bucket, batch, monkeypatch
):
    monkeypatch.setattr("omnidomain_jupyter.services.submitter.UPLOAD_PATIENCE_S", 0.5)
    file(reads, "a.fastq.gz", 48 * 1024**2)
    with breaking_proxy(s3_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        proxy.bytes_per_s = 16 * 1024**2
        row = {"sample_id": "a", "reads_1": "reads/a.fastq.gz"}
        body = {"pipeline": "ReadQC", "sample_id": "a", "tsv_row": row}
        created = (await api.post("runs", body)).data
        assert created["status"] == "CREATED"
        assert created["status_reason"] == "Its files are being uploaded to S3."
        async with asyncio.timeout(30):
            while (await api.get(f"runs/{created['run_id']}")).data["status"] == "CREATED":
                await asyncio.sleep(0.1)
    assert len(batch.jobs.all()) == 1


async def test_the_sheet_of_one_job_for_all_rows_has_the_new_addresses(
    api, reads, s3, bucket, batch
):
    file(reads, "a.fastq.gz")
    sheet = "sample_id\treads\na\treads/a.fastq.gz\nb\ts3://other/b.fastq.gz\n"
    created = await submitted(api, sheet, pipeline="Whole", check_files=False)
    await until(api, created["submission_id"], drained)
    stored = objects(s3, bucket)
    (upload,) = [key for key in stored if "/.inputs/" in key]
    (text,) = [content for key, content in stored.items() if key.endswith("samplesheet.csv")]
    assert text.decode().splitlines() == [
        "sample_id,reads",
        f"a,s3://{bucket}/{upload}",
        "b,s3://other/b.fastq.gz",
    ]
    assert len(batch.jobs.all()) == 1
