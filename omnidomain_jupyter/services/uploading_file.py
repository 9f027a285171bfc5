"""One file on its way to S3, and whether anybody still waits for it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from ..errors import BackendThrottledError, StoreUnavailableError
from ..store.database import Database

WANTED_CHECK_S = 1.0


@dataclass
class UploadingFile:
    """A file on its way; `ended` when it is there, will never be (`error`), or was given up.

    `looked_at` is when it was last asked whether a run still waits for it, by the monotonic clock.
    """

    path: Path
    named: str
    origin: str
    base: str
    size: int
    runs: set[UUID] = field(default_factory=set)
    submissions: set[UUID | None] = field(default_factory=set)
    done_bytes: int = 0
    under_way: bool = False
    tries: int = 0
    next_try: float = 0.0
    ended: bool = False
    error: str | None = None
    looked_at: float = float("-inf")


class Wanted:
    """Tells whether a run still waits for a file; asks the database once in a while."""

    def __init__(self, database: Database, file: UploadingFile, stopping: threading.Event) -> None:
        self._database = database
        self._file = file
        self._stopping = stopping

    def __call__(self) -> bool:
        """Return whether to go on.

        Raises
        ------
        BackendThrottledError : the server is being stopped
        """
        if self._stopping.is_set():
            # Not cancelled: the next server goes on with it.
            raise BackendThrottledError("The server is being stopped.")
        if time.monotonic() < self._file.looked_at + WANTED_CHECK_S:
            return True
        self._file.looked_at = time.monotonic()
        try:
            with self._database.reading() as transaction:
                return transaction.runs.files.any_waits(self._file.runs.copy())
        except StoreUnavailableError:
            return True  # it is worth the while to go on until somebody says no
