"""What is left to do for a job whose worker was killed, or whose machine restarted."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Any

import psutil

from . import local_worker

_SAME_START_S = 2.0
_ROUNDS = 20
_LOST = "The machine restarted, or the process that watched this job was ended from outside."


def settle(job: Path) -> dict[str, Any]:
    """End a job's orphaned processes and record its end; return the record.

    The job is never run again: nobody knows how far it came.
    """
    # Read again: the worker may have written it between the reader's look at it and its end.
    end = local_worker.read(job / "exit.json")
    if end is not None:
        return end
    _end_orphans(job)
    end = local_worker.cancelled(job, None) or local_worker.ended("FAILED", None, _LOST)
    with contextlib.suppress(OSError):  # a full disk: it is settled again when next asked for
        local_worker.write_once(job / "exit.json", end)
    return local_worker.read(job / "exit.json") or end


def _end_orphans(job: Path) -> None:
    """End the processes that carry the job's mark, and the group of the first one."""
    started = local_worker.read(job / "started.json") or {}
    for _ in range(_ROUNDS):  # what a process starts while it is looked at is met in the next
        found = False
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if not _belongs(process, job, started):
                    continue
                found = True
                if os.getpgid(process.pid) == process.pid:
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()  # psutil makes sure that the id is not another process's by now
        if not found:
            return


def _belongs(process: psutil.Process, job: Path, started: dict[str, Any]) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE:
        return False
    # macOS shows nobody the environment of its own programs; the start time tells as well.
    first = process.pid == started.get("pid")
    if first and abs(process.create_time() - started["at"]) < _SAME_START_S:
        return True
    return process.environ().get(local_worker.JOB_VARIABLE) == str(job)
