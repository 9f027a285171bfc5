"""What the browser sends in slices, put together again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LARGEST = 32 * 1024 * 1024  # bytes of a sheet that is edited here


class Arriving:
    """One thing at a time; whatever begins anew takes the place of what was on its way."""

    def __init__(self) -> None:
        self._id = ""
        self._data = bytearray()
        self._taken = 0

    @property
    def taken(self) -> dict[str, Any]:
        """The message that acknowledges what has arrived."""
        return {"kind": "taken", "id": self._id, "bytes": self._taken}

    def take(self, message: Mapping[str, Any], buffers: Sequence[memoryview]) -> bytes | None:
        """Take a slice; return the whole when this was the last of it.

        Parameters
        ----------
        message : `id` of the whole, where the slice has its `start`, and the `size` of the whole
        buffers : the slice's bytes
        """
        sent, start, size = str(message["id"]), int(message["start"]), int(message["size"])
        if start == 0:
            self._id, self._data, self._taken = sent, bytearray(), 0
        if sent != self._id or start != self._taken or size > LARGEST:
            return None  # of something that nobody waits for any more
        self._data += buffers[0] if buffers else b""
        self._taken = len(self._data)
        if self._taken < size:
            return None
        whole, self._data = bytes(self._data), bytearray()
        return whole
