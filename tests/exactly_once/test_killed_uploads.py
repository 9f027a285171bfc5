"""The server is killed while files of a sheet are on their way to S3, and started again.

Each row has one job then, which reads whole files; nothing half sent is left on S3.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress

import boto3
import pytest
import requests
from moto_account import moto_account

from .conftest import BatchServer
from .invariants import require_one_job_each

pytestmark = pytest.mark.soak

SOAK = bool(os.environ.get("OMNIDOMAIN_SOAK"))
MIB = 1024**2
BUCKET = "results"
SIZES = {"small.fastq.gz": 5_000, "large.fastq.gz": 20 * MIB + 1}  # the large one has three parts
SHEET = (
    "sample_id\treads_1\none\treads/small.fastq.gz\n"
    "two\treads/large.fastq.gz\nthree\treads/large.fastq.gz\n"
)
POINTS = [
    ("uploads planned, not committed", 1),
    ("about to upload", 1),
    ("upload begun", 1),
    ("part sent", 1),
    ("part sent", 3),
    ("about to complete", 1),
    ("completed", 1),
    ("uploaded, not noted", 1),
    ("uploaded, not noted", 2),
    ("arrival noted, not committed", 1),
    ("arrival noted", 2),
    ("about to submit", 1),
    ("accepted by AWS", 1),
    ("recorded, not committed", 3),
]
QUICK = {"sqlite: part sent", "postgresql: uploaded, not noted"}
CASES = [
    pytest.param(database, point, nth, id=f"{database}: {point}{f', time {nth}' * (nth > 1)}")
    for database in ("sqlite", "postgresql")
    for point, nth in POINTS
]


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    """S3, as moto has it, which outlives the servers."""
    with moto_account() as url:
        yield url


@pytest.fixture
def s3(s3_url: str):
    """A client of it, and an empty bucket."""
    client = boto3.client(
        "s3",
        endpoint_url=s3_url,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket=BUCKET)
    yield client
    for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=each["Key"])
    client.delete_bucket(Bucket=BUCKET)
    client.close()


@pytest.fixture
def server(make_server: Callable[..., BatchServer], database_url, s3, s3_url) -> BatchServer:
    """A server with reads below its root."""
    server = make_server("a", database_url, AWS_ENDPOINT_URL_S3=s3_url)
    folder = server.root / "reads"
    folder.mkdir(parents=True)
    for name, size in SIZES.items():
        (folder / name).write_bytes(b"\x1f\x8b" + os.urandom(size - 2))
    return server


@pytest.mark.parametrize(
    ("database_url", "point", "nth"),
    [case for case in CASES if SOAK or case.id in QUICK],
    indirect=["database_url"],
)
def test_uploads_survive_a_kill(database_url, point, nth, server, batch_api, s3, outcome):
    server.start_with_death_at(point, nth)
    first = submitted(server)
    server.wait_for_death()

    server.start()
    again = submitted(server)
    assert again is not None
    assert first in (None, again)
    runs = require_one_job_each(database_url, batch_api)
    assert len(runs) == 3

    digests = {
        hashlib.sha256((server.root / "reads" / name).read_bytes()).hexdigest(): name
        for name in SIZES
    }
    stored = {}
    for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        content = s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
        stored[digests[hashlib.sha256(content).hexdigest()]] = f"s3://{BUCKET}/{each['Key']}"
    assert set(stored) == set(SIZES)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
    for job in batch_api.jobs.all():
        assert sum(uri in job.command for uri in stored.values()) == 1
    outcome(f"{len(runs)} rows, {len(runs)} jobs, {len(stored)} whole files")


def submitted(server: BatchServer) -> str | None:
    """Send the sheet; return the submission's id, None without an answer."""
    body = {"pipeline": "ReadQC", "content": SHEET}
    with suppress(requests.ConnectionError):
        answer = server.request("POST", "submissions", body, key="one and the same key")
        assert answer.status_code == 202, answer.text
        return str(answer.json()["submission_id"])
    return None
