"""Places for results, each as real as the other: a folder, and a bucket of moto over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from moto_account import moto_account
from result_places import FolderPlace, Place, S3Place


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of a running moto."""
    with moto_account() as url:
        yield url


@pytest.fixture
def s3(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> S3Place:
    """A bucket of its own, in an environment that leads to no account of anybody's."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return S3Place(f"results-{uuid4().hex}")


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where results are: the same tests run on both kinds."""
    if request.param == "folder":
        return FolderPlace(tmp_path / "results")
    return request.getfixturevalue("s3")
