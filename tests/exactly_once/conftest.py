"""A Batch account, and servers on it that can be killed and started again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from batch_api import BatchApi
from client.live_server import LiveServer

TESTS = Path(__file__).parents[1]
SECRET = "one secret for all servers of a test"


@dataclass
class BatchServer(LiveServer):
    """A server with the AWS Batch backend. `settings` are variables of its environment."""

    module: str = "exactly_once.killed_server"
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return its environment."""
        return super().environment() | self.settings

    def start(self, *, healthy: bool = True) -> None:
        """Start it, at a new port: another's connection may have taken the old one.

        Parameters
        ----------
        healthy : wait until its health is good; otherwise until it answers at all
        """
        self.port, self._is_to_be_healthy = 0, healthy
        super().start()

    def _wait(self) -> None:
        if self._is_to_be_healthy:
            super()._wait()
            return
        until(self._answers, 90)

    def _answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}api", timeout=5).ok
        return False

    def start_with_death_at(self, point: str, nth: int = 1) -> None:
        """Start it such that it dies at a point; it may do so before it answers."""
        self.settings |= {"KILL_AT": point, "KILL_NTH": str(nth)}
        try:
            self.start()
        except AssertionError:
            assert self.process is not None
            if self.process.poll() is None:
                raise
        finally:
            del self.settings["KILL_AT"], self.settings["KILL_NTH"]

    def wait_for_death(self, seconds: float = 30) -> None:
        """Wait until it has been killed."""
        assert self.process is not None
        assert self.process.wait(seconds) == -9, (self.home / "server.log").read_text()[-3000:]

    def request(self, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        """Ask as ada; return the response."""
        headers = {"Authorization": f"token {self.token}"}
        base = f"{self.url}omnidomain/"
        who = {"email": "ada@example.org"}
        signed = requests.post(f"{base}auth/login", json=who, headers=headers, timeout=30)
        signed.raise_for_status()
        headers["X-OmniDomain-Authorization"] = f"Bearer {signed.json()['access_token']}"
        if key is not None:
            headers["Idempotency-Key"] = key
        return requests.request(method, base + path, json=body, headers=headers, timeout=60)


@pytest.fixture
def batch_api() -> Iterator[BatchApi]:
    """A Batch account whose index of jobs lags behind."""
    with BatchApi() as api:
        api.list_lag_s = 1.0
        yield api


@pytest.fixture
def make_server(tmp_path: Path, batch_api: BatchApi) -> Iterator[Callable[..., BatchServer]]:
    """Describe servers; what was started is ended."""
    with ExitStack() as stack:

        def make(name: str, database_url: str, **settings: str) -> BatchServer:
            home = tmp_path / name
            home.mkdir()
            server = BatchServer(home, settings=_settings(database_url, batch_api) | settings)
            stack.callback(server.stop)
            return server

        yield make


def _settings(database_url: str, api: BatchApi) -> dict[str, str]:
    return {
        "PYTHONPATH": str(TESTS),
        "OMNIDOMAIN_DATABASE_URL": database_url,
        "OMNIDOMAIN_JWT_SECRET": SECRET,
        "OMNIDOMAIN_COMPUTE_BACKEND": "aws_batch",
        "OMNIDOMAIN_BATCH_ENDPOINT_URL": api.url,
        "OMNIDOMAIN_BATCH_JOB_QUEUE": "queue",
        "OMNIDOMAIN_BATCH_JOB_DEFINITION": "definition",
        "OMNIDOMAIN_BASE_OUTDIR": "s3://results/runs",
        "OMNIDOMAIN_LEASE_SECONDS": "6",
        "OMNIDOMAIN_MONITOR_IDLE_INTERVAL": "1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": api.url,
    }


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Return what a condition gives when that is true."""
    give_up = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < give_up, "It did not come about in time."
        time.sleep(0.2)
