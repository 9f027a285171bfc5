"""A real Jupyter server in a process and directories of its own, for the benchmarks."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests


@dataclass
class Server:
    """A running server. `started_s` is the time from its launch to its first 200."""

    url: str
    session: requests.Session
    directory: Path
    started_s: float

    def sign_in(self) -> None:
        """Sign in as one scientist."""
        answer = self.session.post(
            f"{self.url}/omnidomain/auth/login", json={"email": "ada@example.org"}, timeout=60
        )
        answer.raise_for_status()
        token = answer.json()["access_token"]
        self.session.headers["X-OmniDomain-Authorization"] = f"Bearer {token}"


@contextmanager
def jupyter_server(
    *,
    extension: bool = True,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
) -> Iterator[Server]:
    """Start a server with the extension, or without it; `environment` is beside our own."""
    with tempfile.TemporaryDirectory() as temporary:
        home = directory or Path(temporary)
        root = home / "root"
        root.mkdir(parents=True, exist_ok=True)
        token = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        variables = {
            **os.environ,
            **(environment or {}),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_TOKEN": token,
        }
        # Jupyter's own settings decide what else is loaded, and that is the same both times.
        command = [
            python,
            "-m",
            "jupyter_server",
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            f"--ServerApp.root_dir={root}",
            f"--ServerApp.jpserver_extensions={{'omnidomain_jupyter': {extension}}}",
            "--log-level=ERROR",
        ]
        url = f"http://127.0.0.1:{port}"
        session = requests.Session()
        session.headers["Authorization"] = f"token {token}"
        before = time.perf_counter()
        with subprocess.Popen(
            command, env=variables, cwd=home, stderr=subprocess.DEVNULL
        ) as process:
            try:
                started = _first_answer(session, url, process) - before
                yield Server(url, session, home, started)
            finally:
                session.close()
                process.terminate()
                process.wait(30)


def _first_answer(session: requests.Session, url: str, process: subprocess.Popen[bytes]) -> float:
    deadline = time.perf_counter() + 60
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            if session.get(f"{url}/api/status", timeout=5).status_code == 200:
                return time.perf_counter()
        except requests.ConnectionError:
            time.sleep(0.002)
    raise RuntimeError("The server did not start.")


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
