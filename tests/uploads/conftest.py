"""S3, as moto has it, over HTTP; and servers that submit, without HTTP of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from batch_api import BatchApi
from moto_account import moto_account
from uploads.submitting_server import SIZE, Server


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The URL of a server that takes parts as small as the tests' are."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
        with moto_account() as url:
            yield url


@pytest.fixture
def aws_environment(s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that leads to that server, and to no account of anybody's."""
    for name, value in {
        "AWS_ENDPOINT_URL_S3": s3_url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def s3(aws_environment: None, s3_url: str):
    """A client that goes straight to the server."""
    client = boto3.client("s3", endpoint_url=s3_url)
    yield client
    client.close()


@pytest.fixture
def bucket(s3) -> str:
    """An empty bucket."""
    name = f"lab-{uuid4().hex}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def batch(aws_environment: None) -> Iterator[BatchApi]:
    """A stand-in for AWS Batch."""
    with BatchApi() as api:
        yield api


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A server's root directory with a file that has many parts."""
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "a.fastq").write_bytes(os.urandom(SIZE))
    return folder


@pytest.fixture
def make_server(
    database, root: Path, tmp_path: Path, batch: BatchApi, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Server]]:
    """Make a server; those of the same `data` directory have the same disk."""
    monkeypatch.setattr("omnidomain_jupyter.services.attempt.LOOK_UP_DELAYS_S", (0.05, 0.05))
    made: list[Server] = []

    def make(data: str = "data", folder: Path = root) -> Server:
        made.append(Server(database, folder, tmp_path / data, batch))
        return made[-1]

    yield make
    for server in made:
        server.stop()
