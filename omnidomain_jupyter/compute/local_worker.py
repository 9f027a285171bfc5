"""Runs queued jobs, one after the other, in a process that outlives Jupyter.

Started by path (``python -I -S local_worker.py DIRECTORY SLOTS``), so it imports nothing but
the standard library and is up in some 20 ms. As many workers run as there are slots: each holds
the lock of one. A worker that finds no free slot, or no job, ends.

The protocol, in files below DIRECTORY, of which every step is one atomic operation:

- ``jobs/NAME/spec.json``: the job, there as a whole or not at all;
- ``queue/SEQUENCE-NAME``: it waits; the order of the names is the order of their turn;
- ``jobs/NAME/claim``: somebody has it. Its maker holds a lock on the file as long as it lives,
  which no crash, restart or reused process id can pretend;
- ``jobs/NAME/cancel.json``: it is not wanted. Nobody sends a signal to a worker, which may live
  on another machine that shares the directory: the worker looks for the file;
- ``jobs/NAME/started.json``, ``log``: as they say;
- ``jobs/NAME/exit.json``: how it ended, written once.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

GRACE_S = 5.0
CANCEL_POLL_S = 0.2
GROUP_POLL_S = 0.05
DISK_RETRY_S = 1.0
ABANDONED_S = 3600.0
JOB_VARIABLE = "OMNIDOMAIN_JOB_DIRECTORY"
_TAIL = 4096
_MOST_SAID = 300
_MOST_DESCRIPTORS = 65536
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")


def write_once(file: Path, content: dict[str, Any], *, durable: bool = True) -> bool:
    """Write a JSON file as a whole; False when it is there already.

    `durable`: so that it survives a power cut.
    """
    temporary = file.with_name(f".{file.name}.{os.urandom(6).hex()}")
    try:
        with temporary.open("x") as stream:
            json.dump(content, stream)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.link(temporary, file)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def read(file: Path | str) -> dict[str, Any] | None:
    """Return a JSON file's content; None when it is not there, {} when a power cut tore it."""
    try:
        with open(file, encoding="utf-8") as stream:  # noqa: PTH123, called for thousands of jobs
            content: dict[str, Any] = json.load(stream)
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return content


def claim(job: Path) -> int | None:
    """Return a descriptor that holds the job's claim, or None when somebody else has it."""
    temporary = job / f".claim.{os.urandom(6).hex()}"
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        # Locked before it has its name: nobody ever sees a claim without its lock.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.link(temporary, job / "claim")
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, FileExistsError):
            return None
        raise
    finally:
        temporary.unlink(missing_ok=True)
    return descriptor


def ended(
    state: str, exit_code: int | None, reason: str | None, at: float | None = None
) -> dict[str, Any]:
    """Return the content of `exit.json`; `at` is now unless told."""
    at = time.time() if at is None else at
    return {"state": state, "exit_code": exit_code, "reason": reason, "at": at}


def cancelled(job: Path, exit_code: int | None, at: float | None = None) -> dict[str, Any] | None:
    """Return the end of a job that was cancelled, or None for one that was not."""
    request = read(job / "cancel.json")
    if request is None:
        return None
    return ended("CANCELLED", exit_code, request.get("reason", "Cancelled."), at)


def explained(code: int) -> str:
    """Return what an exit code says, in words; above 128 it is 128 and a signal's number."""
    known = {
        126: "the program may not be executed",
        127: "the program was not found",
        137: "most often because memory ran out",
        139: "the program crashed",
        143: "terminated from outside",
    }
    says = [known[code]] if code in known else []
    with contextlib.suppress(ValueError):
        number = code - 128
        says.insert(0, f"ended by signal {number} ({signal.Signals(number).name})")
    return f"Exit code {code}: {', '.join(says)}." if says else f"Exit code {code}."


def _waiting(directory: Path) -> list[str]:
    """Return the places in the queue whose jobs are whole, first come first."""
    places = sorted(path.name for path in (directory / "queue").iterdir())
    return [place for place in places if _job_of(directory, place).is_dir()]


def _job_of(directory: Path, place: str) -> Path:
    return directory / "jobs" / place.partition("-")[2]


def _sweep(directory: Path) -> None:
    """Remove what submissions left that died half-way a long time ago."""
    old = time.time() - ABANDONED_S
    for place in (directory / "queue").iterdir():
        with contextlib.suppress(OSError):
            if not _job_of(directory, place.name).is_dir() and place.stat().st_mtime < old:
                place.unlink()
    for half in (directory / "new").iterdir():
        with contextlib.suppress(OSError):
            if half.stat().st_mtime < old:
                shutil.rmtree(half)


def _lock_slot(directory: Path, slots: int) -> int | None:
    """Return a descriptor that holds a free slot's lock, or None when all are taken."""
    for attempt in range(3):
        for number in range(slots):
            file = directory / "slots" / f"{number}.lock"
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
            else:
                return descriptor
        # Somebody who only asks whether a slot is free holds its lock for a moment.
        time.sleep(0.01 * (attempt + 1))
    return None


def _run(job: Path) -> None:
    """Run a claimed job to its end and record it."""
    end = cancelled(job, None) or _result(job)
    while job.is_dir():
        try:
            write_once(job / "exit.json", end)
        except OSError:
            time.sleep(DISK_RETRY_S)  # the disk is full: the end is kept until it has room
        else:
            return


def _result(job: Path) -> dict[str, Any]:
    started = time.time()
    try:
        process = _started(job)
    except (OSError, ValueError, KeyError) as error:
        code = 126 if isinstance(error, PermissionError) else 127
        return ended("FAILED", code, f"The program could not be started: {error}.")
    with contextlib.suppress(OSError):
        write_once(job / "started.json", {"pid": process.pid, "at": started}, durable=False)
    deadline = _watch(process, job)
    at = time.time()
    # The job is over with its first process: what that left running is ended with it.
    _end_group(process.pid, deadline)
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    if code == 0:
        own = ended("SUCCEEDED", 0, None, at)
    else:
        own = ended("FAILED", code, f"{explained(code)}{_last_line(job / 'log')}", at)
    return cancelled(job, code, at) or own


def _last_line(log: Path) -> str:
    """Return the last line of a job's output: most programs say there why they gave up."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _TAIL))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    # A progress bar is redrawn at the very end, after the error that it was interrupted by.
    texts = (_plain(line) for line in reversed(lines) if "%|" not in line and line.strip("^~ \t"))
    said = next(filter(None, texts), "")
    return f" Its last words: {said[:_MOST_SAID]}" if said else ""


def without_escapes(line: str) -> str:
    """Return a line without what tells a terminal about colours and the cursor."""
    return _ESCAPES.sub("", line) if "\x1b" in line else line


def _plain(line: str) -> str:
    """Return a line without its colours and other control characters."""
    bare = without_escapes(line).replace("\t", " ")
    return "".join(character for character in bare if character.isprintable()).strip()


def _started(job: Path) -> subprocess.Popen[bytes]:
    spec = json.loads((job / "spec.json").read_text())
    with (job / "log").open("ab") as log:
        return subprocess.Popen(
            spec["command"],
            executable=spec["program"],
            cwd=spec["work_directory"],
            env={
                **os.environ,
                **spec.get("environment", {}),
                "PATH": spec["path"],
                JOB_VARIABLE: str(job),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _watch(process: subprocess.Popen[bytes], job: Path) -> float:
    """Wait for the process; end it when it is cancelled. Return the end of the time of grace."""
    waiter = threading.Thread(target=process.wait, daemon=True)
    waiter.start()
    deadline: float | None = None
    while True:
        waiter.join(CANCEL_POLL_S)
        if not waiter.is_alive():
            return time.monotonic() + GRACE_S if deadline is None else deadline
        if deadline is None and (job / "cancel.json").exists():
            deadline = time.monotonic() + GRACE_S
            _signal(process.pid, signal.SIGTERM)
        elif deadline is not None and time.monotonic() > deadline:
            _signal(process.pid, signal.SIGKILL)


def _end_group(group: int, deadline: float) -> None:
    """Ask the processes of a group to end, and make them when the time of grace is over."""
    there = _signal(group, signal.SIGTERM)
    while there and time.monotonic() < deadline:
        time.sleep(GROUP_POLL_S)
        there = _signal(group, 0)
    if there:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return False
    return True


def _take(job: Path, marker: Path) -> None:
    """Run a job whose turn it is, unless another worker was faster."""
    if not marker.exists():
        return
    claimed = None
    with contextlib.suppress(OSError):
        claimed = claim(job)
        marker.unlink(missing_ok=True)
    if claimed is not None:
        _run(job)
        os.close(claimed)


def _detach() -> None:
    """Keep nothing of the Jupyter server's: not its session, its directory or its files."""
    with contextlib.suppress(PermissionError):
        os.setsid()
    os.chdir("/")
    os.closerange(3, min(max(os.sysconf("SC_OPEN_MAX"), 256), _MOST_DESCRIPTORS))
    # Standard output is a pipe to the server. Its closing says: from here on I look at the
    # queue, so a job that comes now may need another worker.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.close(null)


def main(directory: Path, slots: int) -> None:
    """Run jobs until none is waiting, or until all slots are taken by others.

    The queue is looked at once more after the slot was given back: who submits a job while
    this worker still has its slot starts no other one.
    """
    _detach()
    _sweep(directory)
    seen = set[str]()  # once each: what the disk does not give must not stop the others
    while turns := [place for place in _waiting(directory) if place not in seen]:
        slot = _lock_slot(directory, slots)
        if slot is None:
            return
        seen.update(turns)
        for place in turns:
            _take(_job_of(directory, place), directory / "queue" / place)
        os.close(slot)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
