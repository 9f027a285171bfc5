"""A Batch account, and servers on it that can be killed and started again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from batch_api import BatchApi
from client.live_server import LiveServer

pytest.register_assert_rewrite(f"{__package__}.invariants")

TESTS = Path(__file__).parents[1]
SECRET = "one secret for all servers of a test"
PACE = 8
"""So many times faster than at AWS go the index's lag here, and the product's look-ups."""

ATTEMPTS = 3

ONLY_OURS = dict.fromkeys(
    ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook", "notebook_shim"), False
)
"""Jupyter's other extensions take most of the time of a start, and have no part in this."""

OUTCOMES = pytest.StashKey[list[tuple[str, str]]]()


@dataclass
class BatchServer(LiveServer):
    """A server with the AWS Batch backend."""

    module: str = "exactly_once.killed_server"
    arguments: Sequence[str] = (f"--ServerApp.jpserver_extensions={ONLY_OURS}",)
    variables: dict[str, str] = field(default_factory=dict)

    def start(self, *, healthy: bool = True) -> None:
        """Start it, at a new port: another's connection may have taken the old one.

        Parameters
        ----------
        healthy : wait until its health is good; otherwise until it answers at all
        """
        self._is_to_be_healthy = healthy
        for attempt in range(ATTEMPTS):
            self.port = 0
            log = self.home / "server.log"
            before = log.stat().st_size if log.exists() else 0
            try:
                super().start()
            except AssertionError:
                # A port that was free a moment ago may be the end of somebody's connection now.
                taken = b"is already in use" in log.read_bytes()[before:]
                if not taken or attempt == ATTEMPTS - 1:
                    raise
            else:
                return

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
        self.variables |= {"KILL_AT": point, "KILL_NTH": str(nth)}
        try:
            self.start()
        except AssertionError:
            assert self.process is not None
            if self.process.poll() is None:
                raise
        finally:
            del self.variables["KILL_AT"], self.variables["KILL_NTH"]

    def wait_for_death(self, seconds: float = 30) -> None:
        """Wait until it has been killed."""
        assert self.process is not None
        assert self.process.wait(seconds) == -9, (self.home / "server.log").read_text()[-3000:]

    def sign_in(self) -> dict[str, str]:
        """Return the headers of ada's requests."""
        headers = {"Authorization": f"token {self.token}"}
        who = {"email": "ada@example.org"}
        url = f"{self.url}omnidomain/auth/login"
        signed = requests.post(url, json=who, headers=headers, timeout=30)
        signed.raise_for_status()
        return headers | {"X-OmniDomain-Authorization": f"Bearer {signed.json()['access_token']}"}

    def request(self, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        """Ask as ada; return the response."""
        headers = self.sign_in()
        base = f"{self.url}omnidomain/"
        if key is not None:
            headers["Idempotency-Key"] = key
        return requests.request(method, base + path, json=body, headers=headers, timeout=60)


@pytest.fixture
def batch_api() -> Iterator[BatchApi]:
    """A Batch account whose index of jobs lags behind."""
    with BatchApi() as api:
        api.list_lag_s = 1.0 / PACE
        yield api


@pytest.fixture
def make_server(tmp_path: Path, batch_api: BatchApi) -> Iterator[Callable[..., BatchServer]]:
    """Describe servers; what was started is ended."""
    with ExitStack() as stack:

        def make(name: str, database_url: str, **variables: str) -> BatchServer:
            home = tmp_path / name
            home.mkdir()
            server = BatchServer(home, variables=_variables(database_url, batch_api) | variables)
            stack.callback(server.stop)
            return server

        yield make


@pytest.fixture
def outcome(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep what a kill led to, for the table at the end."""
    name = request.node.name.partition("[")
    kept = request.config.stash.setdefault(OUTCOMES, [])
    what = name[0].removeprefix("test_").removesuffix("_survives_a_kill").replace("_", " ")
    return lambda text: kept.append((f"{what}, {name[2].rstrip(']')}", text))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table: where the server was killed, and what came of it."""
    kept = config.stash.get(OUTCOMES, [])
    if not kept:
        return
    width = max(len(where) for where, _ in kept)
    terminalreporter.section("killed at, and what came of it")
    for where, what in kept:
        terminalreporter.write_line(f"{where:{width}}  {what}")


def _variables(database_url: str, api: BatchApi) -> dict[str, str]:
    return {
        "PYTHONPATH": f"{TESTS}{os.pathsep}{os.environ['PYTHONPATH']}",
        "PACE": str(PACE),
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
