"""Signs of life of servers that share a data directory, good to the moment that one dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID


class Presence:
    """A locked file for each server, which the system unlocks when its process ends.

    A lease that is kept in a database outlives a server that was killed. On the same disk more
    can be known, so that a server that is started again has its runs back at once. What has no
    file here (a server on another machine) cannot be told from this.

    Parameters
    ----------
    directory : on this machine's own disk; None where there is none that can be trusted
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._descriptor: int | None = None

    def begin(self, server_id: UUID) -> None:
        """Show that this server lives, for as long as its process does."""
        if self._directory is None or self._descriptor is not None:
            return
        with contextlib.suppress(OSError):  # without a file the lease has to do
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._file(server_id), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._descriptor = descriptor

    def dead(self, servers: Iterable[UUID]) -> list[UUID]:
        """Return those of the servers whose process is surely gone; forget their files."""
        if self._directory is None:
            return []
        return [server for server in servers if self._is_dead(server)]

    def end(self, server_id: UUID) -> None:
        """Take the sign away."""
        if self._descriptor is not None:
            self._file(server_id).unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    def _is_dead(self, server_id: UUID) -> bool:
        file = self._file(server_id)
        try:
            descriptor = os.open(file, os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        else:
            file.unlink(missing_ok=True)
            return True
        finally:
            os.close(descriptor)

    def _file(self, server_id: UUID) -> Path:
        return Path(self._directory or "") / f"{server_id}.lock"
