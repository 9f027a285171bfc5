"""What the tests of the local backend share: small real jobs, and waiting for them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from omnidomain_jupyter.compute.base import JobSpec, JobState, JobStatus
from omnidomain_jupyter.compute.local import LocalBackend

FINAL = {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}
PROJECT = Path(__file__).parents[2]


def spec(tmp_path: Path, name: str, command: Sequence[str]) -> JobSpec:
    return JobSpec(name, command, str(tmp_path / "out" / name), str(tmp_path / "work" / name))


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-I", "-c", code, *arguments]


def until(condition: Callable[[], object], within_s: float = 20) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def ended(backend: LocalBackend, job_id: str, within_s: float = 20) -> JobStatus:
    until(lambda: backend.describe([job_id])[job_id].state in FINAL, within_s)
    return backend.describe([job_id])[job_id]


def text(backend: LocalBackend, job_id: str) -> list[str]:
    return list(backend.logs(job_id).lines)


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
