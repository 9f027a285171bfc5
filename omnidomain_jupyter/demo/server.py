"""A Jupyter server of our own for the demo: on loopback, apart from the user's, gone after."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import requests

from ..compute.local_worker import JOB_VARIABLE
from .errors import DemoError

START_TIMEOUT = 90.0
STOP_TIMEOUT = 20.0
_ATTEMPTS = 3
_LOG_LINES = 25
_MOMENT_S = 2.0
_ROUNDS = 20
_FOREIGN = ("JUPYTER", "JPY_", "OMNIDOMAIN_")
_KEPT = frozenset({"OMNIDOMAIN_LOCAL_SLOTS"})


class Server:
    """A running server: its address below which our routes are, its token and its log."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, token: str, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.token = token
        self._process = process
        self._log = log

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def has_ended(self) -> bool:
        """Return whether its process is gone.

        A process that is killed loses its connections a moment before it is gone.
        """
        try:
            self._process.wait(_MOMENT_S)
        except subprocess.TimeoutExpired:
            return False
        return True

    def log_tail(self) -> str:
        """Return the last lines that the server has written."""
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return "\n".join(f"  | {line}" for line in lines[-_LOG_LINES:]) or "  | (nothing)"

    def stop(self) -> None:
        """End the process, gently first."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def running_server(root: Path) -> Iterator[Server]:
    """Start a server with the extension, wait until it answers, and end it at the end.

    Its configuration, data and runtime files are in a temporary folder, so that nothing of
    the user's Jupyter is read or written. Its jobs, which would outlive it, end with it.

    Parameters
    ----------
    root : the server's root directory

    Raises
    ------
    DemoError : it does not come up; the text ends with the tail of its log
    """
    with tempfile.TemporaryDirectory(
        prefix="omnidomain-demo-", ignore_cleanup_errors=True
    ) as private:
        server = _start(root, Path(private))
        try:
            yield server
        finally:
            server.stop()
            _end_jobs(os.path.realpath(private))


def _end_jobs(private: str) -> None:
    """End what a server left running that was stopped in the middle of a submission, or died.

    Jobs and those who watch them know the folder of the jobs, which is below ours.
    """
    for _ in range(_ROUNDS):  # what a process starts while it is looked at is met in the next
        left = [process for process in psutil.process_iter() if _names(process, private)]
        if not left:
            return
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=1)


def _names(process: psutil.Process, private: str) -> bool:
    try:
        known = [*process.cmdline(), process.environ().get(JOB_VARIABLE, "")]
    except (psutil.Error, OSError):
        return False
    return any(text.startswith(f"{private}{os.sep}") for text in known)


def _start(root: Path, private: Path) -> Server:
    for attempt in range(_ATTEMPTS):
        server = _launch(root, private)
        try:
            _wait(server)
        except BaseException:
            server.stop()
            # Between our look for a free port and the server's bind somebody may have taken it.
            if "already in use" in server.log_tail() and attempt + 1 < _ATTEMPTS:
                continue
            raise
        return server
    raise DemoError("There is no free port on this machine.")


def _launch(root: Path, private: Path) -> Server:
    port, token, log = _free_port(), secrets.token_hex(24), private / "server.log"
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser"),
        "--ServerApp.jpserver_extensions={'omnidomain_jupyter': True}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        "--ContentsManager.allow_hidden=True",  # the sheet is its user's own, whatever its name
        "--OmniDomainApp.compute_backend=local",
        "--OmniDomainApp.monitor_interval=0.5",
    ]
    if os.geteuid() == 0:
        command.append("--allow-root")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=_environment(private, token),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, who then end it in order
        )
    return Server(process, port, token, log)


def _environment(private: Path, token: str) -> dict[str, str]:
    """Return our own environment without what would lead to the user's Jupyter."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.startswith(_FOREIGN)
    }
    return environment | {
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "JUPYTER_TOKEN": token,  # not as an argument, which every user of the machine can see
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: Server) -> None:
    """Return when the extension is healthy."""
    deadline = time.monotonic() + START_TIMEOUT
    said = "it did not answer"
    with requests.Session() as session:
        session.trust_env = False  # no proxy between us and loopback
        while time.monotonic() < deadline:
            if not server.running:
                raise DemoError(f"The Jupyter server ended at once.\n{server.log_tail()}")
            try:
                answer = session.get(f"{server.url}omnidomain/health", timeout=5)
            except requests.RequestException:
                time.sleep(0.1)
                continue
            if answer.status_code == requests.codes.ok:
                return
            said = f"{answer.url} answered {answer.status_code}: {answer.text[:300]}"
            if answer.status_code != requests.codes.service_unavailable:
                break
            time.sleep(0.2)
    raise DemoError(f"The Jupyter server came up without OmniDomain: {said}\n{server.log_tail()}")
