"""The bytes of one part, as they are sent."""

from __future__ import annotations

import os
import threading

from ..errors import BackendRefusedError
from .s3_upload_faults import UploadCancelledError

_MOST_READ = 1 << 16
"""Bytes at a time: of larger blocks, malloc keeps some for each thread that has ever read one."""


class PartBody:
    """A part of a file, read as it is sent; several may be read from one file at a time."""

    def __init__(self, descriptor: int, start: int, length: int, stopped: threading.Event) -> None:
        self._descriptor, self._start, self._length = descriptor, start, length
        self._stopped = stopped
        self._at = 0

    def __len__(self) -> int:
        """Return how many bytes the part has."""
        return self._length

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes; perhaps fewer than were asked for, but none only at the end.

        Raises
        ------
        UploadCancelledError : the upload has been given up
        """
        if self._stopped.is_set():
            raise UploadCancelledError("The upload was cancelled.")
        left = self._length - self._at
        size = left if size is None or size < 0 else min(size, left, _MOST_READ)
        data = os.pread(self._descriptor, size, self._start + self._at)
        self._at += len(data)
        if not data and size:
            raise BackendRefusedError("The file became shorter while it was uploaded.")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the part."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Return the place in the part."""
        return self._at
