"""The local backend: jobs are processes on this machine, which survive a restart of Jupyter.

`local_worker` says how the files work together. The files are safe against a crash of any
process at any moment; after a power cut, a run whose files were lost becomes ``UNKNOWN``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from ..errors import BackendRefusedError
from . import local_worker
from .base import JobSpec, JobState, JobStatus, LogPage
from .local_log import read_log

# A job runs what somebody's sheet says: it has no use for the keys of the house.
_SECRETS = re.compile(
    r"^(OMNIDOMAIN_(JWT_SECRET|DATABASE_URL|SERVER_TOKEN)|JUPYTER_TOKEN|.*API_TOKEN)$"
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_SAME_START_S = 2.0
# A worker has a slot, or has found none, after this time.
_STARTING_S = 0.5
_LOST = "The machine restarted, or the process that watched this job was ended from outside."


class LocalBackend:
    """Runs argument lists as processes, at most `slots` at a time; the rest wait their turn.

    Parameters
    ----------
    jobs_directory : where jobs, their logs and their ends are kept
    slots : how many jobs run at a time, over all servers that share the directory
    """

    name = "local"
    remote = False

    def __init__(self, jobs_directory: Path, *, slots: int) -> None:
        self._directory = jobs_directory
        self._slots = slots
        self._lock = threading.Lock()
        self._starts: list[float] = []

    def submit(self, spec: JobSpec) -> str:
        """Queue a job and see to it that somebody runs it. The same name is queued once.

        Raises
        ------
        BackendRefusedError : the program is not installed, or the disk does not take the job
        """
        if not _NAME.fullmatch(spec.name):
            raise BackendRefusedError(f"{spec.name!r} cannot be the name of a job.")
        if shutil.which(spec.command[0], path=_environment()["PATH"]) is None:
            program = Path(spec.command[0]).name
            raise BackendRefusedError(f"{program} is not installed on this machine.")
        try:
            if not self._job(spec.name).exists():
                self._queue(spec)
            self._see_to_workers()
        except OSError as error:
            where = error.filename2 or error.filename or self._directory
            raise BackendRefusedError(
                f"The job cannot be written to {where}: {error.strerror}."
            ) from error
        return spec.name

    def find(self, job_name: str) -> JobStatus | None:
        """Return the job of that name, or None."""
        return self.describe([job_name]).get(job_name)

    def describe(self, job_ids: Sequence[str]) -> dict[str, JobStatus]:
        """Return the known ones among the jobs, by id."""
        found = {}
        for job_id in job_ids:
            job = self._job(job_id)
            if _NAME.fullmatch(job_id) and job.is_dir():
                found[job_id] = self._status(job)
        if any(status.state is JobState.QUEUED for status in found.values()):
            with contextlib.suppress(OSError):
                self._see_to_workers()
        return found

    def cancel(self, job_id: str, reason: str) -> None:
        """End a job: one that waits never starts, one that runs ends with all its processes."""
        job = self._job(job_id)
        if not job.is_dir() or (job / "exit.json").exists():
            return
        try:
            claimed = local_worker.claim(job)
            if claimed is not None:
                local_worker.write_once(
                    job / "exit.json", local_worker.ended("CANCELLED", None, reason)
                )
                os.close(claimed)
                return
            _write(job / "cancel", reason)
            if _is_held(job / "claim"):
                with contextlib.suppress(ProcessLookupError, ValueError):
                    os.kill(int((job / "claim").read_text()), signal.SIGUSR1)
        except OSError as error:
            raise BackendRefusedError(f"The job cannot be cancelled: {error.strerror}.") from error

    def logs(self, job_id: str, cursor: str | None = None, limit: int = 1000) -> LogPage:
        """Return up to `limit` lines of the job's output, from the cursor on."""
        job = self._job(job_id)
        complete = (job / "exit.json").exists()  # asked before reading, not after
        return read_log(job / "log", cursor, limit, complete=complete)

    def _job(self, name: str) -> Path:
        return self._directory / "jobs" / name

    def _queue(self, spec: JobSpec) -> None:
        """Write the job and its place in the queue; all of it or nothing."""
        for folder in ("jobs", "queue", "slots", "new"):
            (self._directory / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        for place in (spec.output_directory, spec.work_directory):
            Path(place).mkdir(parents=True, exist_ok=True)
        new = self._directory / "new" / f"{spec.name}.{secrets.token_hex(8)}"
        marker = self._directory / "queue" / f"{time.time_ns():020d}-{spec.name}"
        try:
            new.mkdir(mode=0o700)
            content = {"command": list(spec.command), "work_directory": spec.work_directory}
            (new / "spec.json").write_text(json.dumps({**content, "tags": dict(spec.tags)}))
            # The place first: a job without one would wait for ever, a place without a job is
            # passed over.
            marker.touch(mode=0o600)
            new.rename(self._job(spec.name))
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            with contextlib.suppress(OSError):
                marker.unlink(missing_ok=True)
            if not self._job(spec.name).is_dir():  # or else another call was first
                raise

    def _see_to_workers(self) -> None:
        """Start a worker if a job waits and a slot is free."""
        with self._lock:
            now = time.monotonic()
            self._starts = [at for at in self._starts if now - at < _STARTING_S]
            if not any((self._directory / "queue").iterdir()):
                return
            slots = [self._directory / "slots" / f"{number}.lock" for number in range(self._slots)]
            if sum(not _is_held(slot) for slot in slots) > len(self._starts):
                self._start_worker()
                self._starts.append(now)

    def _start_worker(self) -> None:
        # Without subprocess: nothing of this process may wait for a worker or end it.
        null = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0)
        pid = os.posix_spawn(
            sys.executable,
            [
                sys.executable,
                "-I",
                "-S",
                local_worker.__file__,
                str(self._directory),
                str(self._slots),
            ],
            _environment(),
            file_actions=[null, (os.POSIX_SPAWN_DUP2, 0, 1), (os.POSIX_SPAWN_DUP2, 0, 2)],
        )
        threading.Thread(target=_reap, args=(pid,), daemon=True, name="omnidomain-reap").start()

    def _status(self, job: Path) -> JobStatus:
        end = _read(job / "exit.json")
        started = _read(job / "started.json")
        if end is None and (job / "claim").exists() and not _is_held(job / "claim"):
            end = self._lost(job, started)
        state = JobState.QUEUED
        if end is not None:
            state = JobState(end["state"])
        elif started is not None:
            state = JobState.RUNNING
        return JobStatus(
            job_id=job.name,
            name=job.name,
            state=state,
            reason=end["reason"] if end else None,
            exit_code=end["exit_code"] if end else None,
            started_at=_time(started),
            stopped_at=_time(end),
        )

    def _lost(self, job: Path, started: dict[str, Any] | None) -> dict[str, Any] | None:
        """Record the end of a job whose worker is gone, unless the worker just did."""
        end = _read(job / "exit.json")
        if end is None:
            if started is not None:
                _end_orphans(started)
            cancel = job / "cancel"
            cancelled = cancel.exists()
            local_worker.write_once(
                job / "exit.json",
                local_worker.ended(
                    "CANCELLED" if cancelled else "FAILED",
                    None,
                    cancel.read_text() if cancelled else _LOST,
                ),
            )
            end = _read(job / "exit.json")
        return end


def _environment() -> dict[str, str]:
    """Return a job's environment: ours without secrets, and our own programs found first."""
    kept = {name: value for name, value in os.environ.items() if not _SECRETS.match(name)}
    kept["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
    return kept


def _is_held(file: Path) -> bool:
    """Return whether a living process holds the lock of a file."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _reap(pid: int) -> None:
    """Wait for a worker, so that it does not stay in the process table when it has ended."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _end_orphans(started: dict[str, Any]) -> None:
    """End the processes of a job whose worker is gone, if the process id is still theirs."""
    pid = int(started["pid"])
    with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
        if abs(psutil.Process(pid).create_time() - float(started["at"])) < _SAME_START_S:
            os.killpg(pid, signal.SIGKILL)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError:
        return None
    return content


def _write(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    temporary.write_text(text)
    temporary.rename(file)


def _time(content: dict[str, Any] | None) -> datetime | None:
    return datetime.fromtimestamp(content["at"], UTC) if content else None
