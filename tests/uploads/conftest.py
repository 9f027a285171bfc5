"""S3, as moto has it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The URL of a server that takes parts as small as the tests' are."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
        server = ThreadedMotoServer(port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


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
