"""moto's server over HTTP, empty, and the doctor run as in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from moto_account import moto_account

PROJECT = Path(__file__).parents[2]
_FOREIGN = ("JUPYTER", "OMNIDOMAIN_", "AWS_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """An empty account; gives the variables that lead to it, which are also set here."""
    with moto_account() as url:
        variables = {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield variables


@pytest.fixture
def with_rights(aws: dict[str, str]) -> Iterator[Callable[[str], dict[str, str]]]:
    """From the call on the account minds who may do what; gives the keys of a user."""
    switch = f"{aws['AWS_ENDPOINT_URL']}/moto-api/reset-auth"
    plain = {"Content-Type": "text/plain"}  # else moto takes the number for a form

    def call(user: str) -> dict[str, str]:
        from boto3.session import Session

        key = Session().client("iam").create_access_key(UserName=user)["AccessKey"]
        urlopen(Request(switch, b"0", plain, method="POST")).close()
        return {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }

    yield call
    urlopen(Request(switch, b"inf", plain, method="POST")).close()


@pytest.fixture
def doctor(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``jupyter omnidomain doctor`` with nobody's configuration."""

    def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
        own = {
            "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "PYTHONPATH": f"{PROJECT}{os.pathsep}{os.environ['PYTHONPATH']}",
        }
        return subprocess.run(
            [sys.executable, "-m", "omnidomain_jupyter.cli", "doctor", *arguments],
            cwd=tmp_path,
            env={**kept, **own, **variables},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return call
