"""The local backend: jobs are processes on this machine, which survive a restart of Jupyter.

`local_worker` says how the files work together. They are safe against a crash of any process
at any moment, and what `submit` has accepted is on the disk when it returns.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import BackendRefusedError
from . import local_lost, local_worker
from .base import JobSpec, JobState, JobStatus, LogPage
from .local_environment import find_program, job_environment
from .local_log import read_log, read_tail
from .local_workers import Workers, is_held

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_NO_LOG = "The log of this job is no longer kept."
_TORN = "The record of this job's end was lost, most likely in a power cut."


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
        self._directory = jobs_directory.resolve()
        self._workers = Workers(self._directory, slots)

    def is_installed(self, program: str) -> bool:
        """Tell whether jobs will find a program."""
        try:
            find_program([program], job_environment()["PATH"])
        except BackendRefusedError:
            return False
        return True

    def submit(self, spec: JobSpec) -> str:
        """Queue a job and see to it that somebody runs it. The same name is queued once.

        Raises
        ------
        BackendRefusedError : the program is not installed, or the disk does not take the job
        """
        if not _NAME.fullmatch(spec.name):
            raise BackendRefusedError(f"{spec.name!r} cannot be the name of a job.")
        # Asked first: a job that is there was accepted, whatever has changed since.
        if not self._job(spec.name).is_dir():
            search_path = job_environment()["PATH"]
            program = find_program(spec.command, search_path)
            try:
                self._queue(spec, program, search_path)
            except OSError as error:
                where = error.filename2 or error.filename or self._directory
                raise BackendRefusedError(
                    f"The job cannot be written to {where}: {error.strerror}."
                ) from error
        # From here on the job is accepted: without a worker now, it gets one when it is next
        # asked for.
        with contextlib.suppress(OSError):
            self._workers.see_to_it()
        return spec.name

    def find(self, job_name: str) -> JobStatus | None:
        """Return the job of that name, or None."""
        return self.describe([job_name]).get(job_name)

    def describe(self, job_ids: Sequence[str]) -> dict[str, JobStatus]:
        """Return the known ones among the jobs, by id."""
        found = {}
        for job_id in job_ids:
            status = self._status(job_id) if _NAME.fullmatch(job_id) else None
            if status is not None:
                found[job_id] = status
        waiting = [job_id for job_id in found if found[job_id].state is JobState.QUEUED]
        if waiting:
            with contextlib.suppress(OSError):
                self._restore_places(waiting)
                self._workers.see_to_it()
        return found

    def cancel(self, job_id: str, reason: str) -> None:
        """End a job: one that waits never starts, one that runs ends with all its processes.

        Raises
        ------
        BackendRefusedError : the disk does not take the request
        """
        if not _NAME.fullmatch(job_id):
            return
        job = self._job(job_id)
        if not job.is_dir() or (job / "exit.json").exists():
            return
        try:
            # Before the claim: should this process die holding it, the job counts as cancelled.
            local_worker.write_once(job / "cancel.json", {"reason": reason})
            claimed = local_worker.claim(job)
            if claimed is None:
                return  # its worker looks for the request
            try:
                local_worker.write_once(
                    job / "exit.json", local_worker.ended("CANCELLED", None, reason)
                )
            finally:
                os.close(claimed)
        except OSError as error:
            raise BackendRefusedError(f"The job cannot be cancelled: {error.strerror}.") from error

    def logs(
        self,
        job_id: str,
        cursor: str | None = None,
        limit: int = 1000,
        *,
        log_stream: str | None = None,  # noqa: ARG002 - the log lies with the job
    ) -> LogPage:
        """Return up to `limit` lines of the job's output, from the cursor on.

        Raises
        ------
        InvalidInputError : the cursor is not one that this backend gave
        """
        if not _NAME.fullmatch(job_id):
            return LogPage([], "0", at_end=True)
        job = self._job(job_id)
        if not cursor and not job.is_dir():
            return LogPage([_NO_LOG], "0", at_end=True)
        complete = (job / "exit.json").exists()  # asked before reading, not after
        return read_log(job / "log", cursor, limit, complete=complete)

    def tail(
        self,
        job_id: str,
        lines: int,
        *,
        log_stream: str | None = None,  # noqa: ARG002 - the log lies with the job
        last_attempt: bool = False,  # noqa: ARG002 - there is one
    ) -> LogPage:
        """Return the last lines of the job's output."""
        if not _NAME.fullmatch(job_id):
            return LogPage([], "0", at_end=True)
        job = self._job(job_id)
        if not job.is_dir():
            return LogPage([_NO_LOG], "0", at_end=True)
        complete = (job / "exit.json").exists()
        return read_tail(job / "log", lines, complete=complete)

    def ended_before(self, moment: datetime) -> list[str]:
        """Return the jobs that ended before a moment."""
        found = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self._directory / "jobs") as jobs:
            for job in jobs:
                with contextlib.suppress(OSError):
                    if os.stat(f"{job.path}/exit.json").st_mtime < moment.timestamp():  # noqa: PTH116
                        found.append(job.name)
        return found

    def forget(self, job_id: str) -> None:
        """Remove an ended job and its log. Its output and work directories stay.

        Raises
        ------
        BackendRefusedError : the disk does not let it go
        """
        if not _NAME.fullmatch(job_id) or not (self._job(job_id) / "exit.json").exists():
            return
        # Away in one step: half of a job would look like one that still waits.
        away = self._directory / "new" / f"{job_id}.{secrets.token_hex(8)}"
        try:
            self._job(job_id).rename(away)
        except FileNotFoundError:
            return  # another server was faster
        except OSError as error:
            raise BackendRefusedError(
                f"Job {job_id} cannot be removed: {error.strerror}."
            ) from error
        shutil.rmtree(away, ignore_errors=True)  # what is left, a worker sweeps

    def _job(self, name: str) -> Path:
        return self._directory / "jobs" / name

    def _queue(self, spec: JobSpec, program: str, search_path: str) -> None:
        """Write the job and its place in the queue; all of it or nothing."""
        jobs, queue = self._directory / "jobs", self._directory / "queue"
        for folder in (jobs, queue, self._directory / "slots", self._directory / "new"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self._directory / "new" / f"{spec.name}.{secrets.token_hex(8)}"
        place = queue / _place(spec.name)
        content = {
            "command": list(spec.command),
            "program": program,
            "path": search_path,
            "work_directory": spec.work_directory,
            "environment": dict(spec.environment),
            "tags": dict(spec.tags),
        }
        with ExitStack() as undo:
            for directory in (spec.output_directory, spec.work_directory):
                _make_directory(Path(directory), undo)
            for file, text in spec.files.items():
                _write_whole(Path(file), text)
            undo.callback(shutil.rmtree, new, ignore_errors=True)
            new.mkdir(mode=0o700)
            local_worker.write_once(new / "spec.json", content)
            # The place first: a job without one would wait for ever, a place without a job is
            # passed over. A link, as every claim is one: a disk without them is refused here.
            undo.callback(place.unlink, missing_ok=True)
            os.link(new / "spec.json", place)
            try:
                new.rename(self._job(spec.name))
            except OSError:
                if not self._job(spec.name).is_dir():
                    raise
                # Another call was first. Its job needs the directories; ours goes.
                place.unlink(missing_ok=True)
                shutil.rmtree(new, ignore_errors=True)
            undo.pop_all()
        with contextlib.suppress(OSError):
            _to_disk(jobs)

    def _restore_places(self, waiting: Sequence[str]) -> None:
        """Give back the places in the queue that a power cut took; one too many does no harm."""
        queue = self._directory / "queue"
        placed = {place.name.partition("-")[2] for place in queue.iterdir()}
        for name in waiting:
            if name not in placed:
                os.link(self._job(name) / "spec.json", queue / _place(name))

    def _status(self, job_id: str) -> JobStatus | None:
        job = os.path.join(self._directory, "jobs", job_id)  # noqa: PTH118, for thousands of jobs
        end = local_worker.read(f"{job}/exit.json")
        started = None
        if end is None:
            if os.path.exists(f"{job}/claim"):  # noqa: PTH110
                if not is_held(f"{job}/claim"):
                    end = local_lost.settle(Path(job))
            elif not os.path.isdir(job):  # noqa: PTH112
                return None
            else:
                return JobStatus(job_id, job_id, JobState.QUEUED)
        started = local_worker.read(f"{job}/started.json")
        if end is None:
            state = JobState.QUEUED if started is None else JobState.RUNNING
            return JobStatus(job_id, job_id, state, started_at=_time(started))
        return JobStatus(
            job_id=job_id,
            name=job_id,
            state=JobState(end.get("state", "FAILED")),
            reason=end.get("reason", None if end else _TORN),
            exit_code=end.get("exit_code"),
            started_at=_time(started),
            stopped_at=_time(end),
        )


def _place(name: str) -> str:
    """Return a job's place in the queue: the order of these names is the order of turns."""
    return f"{time.time_ns():020d}-{name}"


def _make_directory(directory: Path, undo: ExitStack) -> None:
    """Make a directory and those above it; `undo` removes again those that were not there."""
    missing = [directory]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for step in reversed(missing):
        if not step.exists():
            undo.callback(_remove_if_empty, step)
        step.mkdir(exist_ok=True)
    if not os.access(directory, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(directory))


def _write_whole(file: Path, text: str) -> None:
    """Write a file as a whole; the same one again does no harm."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_if_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):
        directory.rmdir()


def _to_disk(directory: Path) -> None:
    """Make sure that the names in a directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _time(content: dict[str, Any] | None) -> datetime | None:
    return datetime.fromtimestamp(content["at"], UTC) if content else None
