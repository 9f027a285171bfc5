"""Starts the workers that run queued jobs, as many as there are free slots and no more."""

from __future__ import annotations

import _thread
import contextlib
import fcntl
import os
import select
import signal
import sys
import threading
from itertools import islice
from pathlib import Path

from . import local_worker
from .local_environment import job_environment


class Workers:
    """The workers of one jobs directory, as far as this server starts them.

    Parameters
    ----------
    directory : absolute path of the jobs directory
    slots : how many jobs run at a time, over all servers that share the directory
    """

    def __init__(self, directory: Path, slots: int) -> None:
        self._directory = directory
        self._slots = [directory / "slots" / f"{number}.lock" for number in range(slots)]
        self._lock = threading.Lock()
        self._starting: list[int] = []

    def see_to_it(self) -> None:
        """Start workers for jobs that wait while slots are free.

        Raises
        ------
        OSError : the machine has no more processes or files to give
        """
        with self._lock, os.scandir(self._directory / "queue") as queue:
            waiting = sum(1 for _ in islice(queue, len(self._slots)))
            if not waiting:
                return
            free = sum(not is_held(slot) for slot in self._slots)
            # A worker that has not yet looked at the queue will find the job there.
            self._starting = [pipe for pipe in self._starting if not _closed(pipe)]
            for _ in range(min(free, waiting) - len(self._starting)):
                self._starting.append(self._start())

    def _start(self) -> int:
        """Start a worker; return the pipe that it closes when it looks at the queue."""
        reading, writing = os.pipe()
        try:
            # Without subprocess: nothing of this process may wait for a worker or end it.
            pid = os.posix_spawn(
                sys.executable,
                [
                    sys.executable,
                    "-I",
                    "-S",
                    local_worker.__file__,
                    str(self._directory),
                    str(len(self._slots)),
                ],
                job_environment(),
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
                    (os.POSIX_SPAWN_DUP2, writing, 1),
                    (os.POSIX_SPAWN_DUP2, 0, 2),
                ],
                setsigmask=[],
                # A server that was started in the background ignores SIGINT; jobs do not.
                setsigdef=[signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM],
            )
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        # Not `Thread.start`, which waits until the thread runs: a submission would wait with it.
        _thread.start_new_thread(_reap, (pid,))
        return reading


def is_held(file: Path | str) -> bool:
    """Return whether a living process holds the lock of a file."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _closed(pipe: int) -> bool:
    """Return whether the other end of a pipe is closed; if it is, close this one too."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    if not poll.poll(0):
        return False
    os.close(pipe)
    return True


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
