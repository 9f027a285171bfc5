"""A real Jupyter server in a process and directories of its own."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

# JupyterLab would ask Node at every load of a page whether it must be built anew.
_NO_BUILD = '{"buildCheck": false, "buildAvailable": false}'
_FOREIGN = ("JUPYTER", "JPY_", "OMNIDOMAIN_")


@dataclass
class LiveServer:
    """A server that can be stopped and started again, at the same address."""

    home: Path
    module: str = "jupyter_server"
    arguments: Sequence[str] = ()
    token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    port: int = 0
    base_url: str = "/"
    python: str = sys.executable
    variables: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def root(self) -> Path:
        """The server's root directory."""
        return self.home / "root"

    @property
    def runtime(self) -> Path:
        """Where its jpserver-<pid>.json is."""
        return self.home / "runtime"

    @property
    def url(self) -> str:
        """Where it answers, with its base URL."""
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it, and wait until the extension answers."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.port = self.port or self._port_to_take()
        page_config = self.home / "config" / "labconfig" / "page_config.json"
        page_config.parent.mkdir(parents=True, exist_ok=True)
        page_config.write_text(_NO_BUILD)
        command = [
            *(self.python, "-m", self.module, "--no-browser", "--allow-root"),
            f"--ServerApp.port={self.port}",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port_retries=0",
            f"--ServerApp.base_url={self.base_url}",
            f"--ServerApp.root_dir={self.root}",
            "--OmniDomainApp.monitor_interval=0.2",
            *self.arguments,
        ]
        log = (self.home / "server.log").open("ab")
        self.process = subprocess.Popen(
            command, env=self.environment(), cwd=self.root, stdout=log, stderr=log
        )
        log.close()
        self._wait()

    def environment(self) -> dict[str, str]:
        """Return an environment that leads to no other Jupyter."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
        own = {
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_TOKEN": self.token,
            "IPYTHONDIR": str(self.home / "ipython"),
        }
        return kept | own | self.variables

    def stop(self) -> None:
        """End it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _port_to_take(self) -> int:
        """Return the port of this process's pages if it is free, else any.

        What a browser has compiled of JupyterLab belongs to the address that it came from.
        """
        wanted = 20_000 + os.getpid() % 10_000
        has_pages = self.module in {"jupyterlab", "notebook"}
        return wanted if has_pages and _is_free(wanted) else _free_port()

    def _wait(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                if requests.get(f"{self.url}omnidomain/health", timeout=5).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        self.stop()
        raise AssertionError((self.home / "server.log").read_text()[-4000:])


@contextmanager
def live_server(
    home: Path,
    *arguments: str,
    module: str = "jupyter_server",
    token: str | None = None,
    base_url: str = "/",
    variables: Mapping[str, str] | None = None,
) -> Iterator[LiveServer]:
    """Start a server; end it at the end."""
    server = LiveServer(home, module, arguments, base_url=base_url, variables=variables or {})
    if token is not None:
        server.token = token
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As Jupyter does: what the server before it has left unfinished there is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
