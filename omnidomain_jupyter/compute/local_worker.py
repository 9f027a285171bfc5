"""Runs queued jobs, one after the other, in a process that outlives Jupyter.

Started by path (``python -I -S local_worker.py DIRECTORY SLOTS``), so it imports nothing but
the standard library and is up in some 20 ms. As many workers run as there are slots: each holds
the lock of one. A worker that finds no free slot, or no job, ends.

The protocol, in files below DIRECTORY, of which every step is one atomic operation:

- ``jobs/NAME/spec.json``: the job, there as a whole or not at all;
- ``queue/SEQUENCE-NAME``: it waits; the order of the names is the order of their turn;
- ``jobs/NAME/claim``: somebody has it. Its maker holds a lock on the file as long as it lives,
  which no crash, restart or reused process id can pretend;
- ``jobs/NAME/started.json``, ``log``, ``cancel``: as they say;
- ``jobs/NAME/exit.json``: how it ended, written once.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

GRACE_S = 5.0
ABANDONED_S = 3600.0

# The job that this worker runs now, and its process group; the signal handlers need them.
_job: Path | None = None
_group = 0


def lock_slot(directory: Path, slots: int) -> int | None:
    """Return a descriptor that holds a free slot's lock, or None when all are taken."""
    for attempt in range(3):
        for number in range(slots):
            descriptor = os.open(
                directory / "slots" / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600
            )
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
            else:
                return descriptor
        # Somebody who only asks whether a slot is free holds its lock for a moment.
        time.sleep(0.01 * (attempt + 1))
    return None


def write_once(file: Path, content: dict[str, Any]) -> bool:
    """Write a JSON file as a whole; False when it is there already."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.{time.monotonic_ns()}")
    temporary.write_text(json.dumps(content))
    try:
        os.link(temporary, file)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def claim(job: Path) -> int | None:
    """Return a descriptor that holds the job's claim, or None when somebody else has it."""
    temporary = job / f".claim.{os.getpid()}.{time.monotonic_ns()}"
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, str(os.getpid()).encode())
        # Locked before it has its name: nobody ever sees a claim without its lock.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.link(temporary, job / "claim")
    except FileExistsError:
        os.close(descriptor)
        return None
    finally:
        temporary.unlink()
    return descriptor


def next_job(directory: Path) -> tuple[Path, int] | None:
    """Return the first job in the queue, claimed, and the descriptor that holds the claim."""
    for marker in sorted(path.name for path in (directory / "queue").iterdir()):
        job = directory / "jobs" / marker.partition("-")[2]
        file = directory / "queue" / marker
        if not job.is_dir():
            # Its submission is under way, or died half-way a long time ago.
            with contextlib.suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > ABANDONED_S:
                    file.unlink()
            continue
        descriptor = claim(job)
        file.unlink(missing_ok=True)
        if descriptor is not None:
            return job, descriptor
    return None


def run(job: Path) -> None:
    """Run a claimed job to its end and record it."""
    global _job, _group
    spec = json.loads((job / "spec.json").read_text())
    started = time.time()
    log = os.open(job / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(
            spec["command"],
            cwd=spec["work_directory"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    except OSError as error:
        reason = f"The program could not be started: {error.strerror}."
        write_once(job / "exit.json", ended("FAILED", 127, reason))
        return
    finally:
        os.close(log)
    _job, _group = job, process.pid
    write_once(job / "started.json", {"pid": process.pid, "at": started})
    if (job / "cancel").exists():
        end_group()
    code = process.wait()
    signal.setitimer(signal.ITIMER_REAL, 0)
    record(job, code)
    _job, _group = None, 0


def record(job: Path, code: int) -> None:
    """Record how a process ended. `code` is negative for the signal that ended it."""
    cancelled = job / "cancel"
    if cancelled.exists():
        # The process is gone; what it had started may have ignored the request.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(_group, signal.SIGKILL)
        exit_code = 128 - code if code < 0 else code
        write_once(job / "exit.json", ended("CANCELLED", exit_code, cancelled.read_text()))
    elif code == 0:
        write_once(job / "exit.json", ended("SUCCEEDED", 0, None))
    elif code > 0:
        write_once(job / "exit.json", ended("FAILED", code, explained(code)))
    else:
        write_once(job / "exit.json", ended("FAILED", 128 - code, explained(128 - code)))


def explained(code: int) -> str:
    """Return what an exit code says, in words; above 128 it is 128 and a signal's number."""
    known = {
        126: "the program may not be executed",
        127: "the program was not found",
        137: "killed, most often because memory ran out",
        139: "the program crashed (segmentation fault)",
        143: "terminated from outside",
    }
    return f"Exit code {code}: {known[code]}." if code in known else f"Exit code {code}."


def ended(state: str, exit_code: int | None, reason: str | None) -> dict[str, Any]:
    """Return the content of `exit.json`."""
    return {"state": state, "exit_code": exit_code, "reason": reason, "at": time.time()}


def end_group(*_: object) -> None:
    """Ask the running job's processes to end, and make them after a while."""
    # The file is asked too: the job that was meant may have ended a moment ago.
    if _job is not None and (_job / "cancel").exists():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(_group, signal.SIGTERM)
        signal.setitimer(signal.ITIMER_REAL, GRACE_S)


def kill_group(*_: object) -> None:
    """Make the running job's processes end."""
    if _group:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(_group, signal.SIGKILL)


def main(directory: Path, slots: int) -> None:
    """Run jobs until none is waiting."""
    with contextlib.suppress(PermissionError):
        os.setsid()
    signal.signal(signal.SIGUSR1, end_group)
    signal.signal(signal.SIGALRM, kill_group)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while any((directory / "queue").iterdir()):
        slot = lock_slot(directory, slots)
        if slot is None:
            return
        waiting = False
        while (found := next_job(directory)) is not None:
            waiting = True
            job, claimed = found
            run(job)
            os.close(claimed)
        os.close(slot)
        # Only now, with the slot given back, is the queue looked at for the last time: a job
        # that came while this worker was about to end is not left lying.
        if not waiting:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
