"""Into which parts a file is cut on its way to S3, and what each of them holds."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .s3_upload_faults import UploadCancelledError

MIB = 1024**2
LARGEST_OBJECT = 5 * 1024**4
"""Bytes in one object on S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

MOST_PARTS = 10_000
PART_SIZE = 8 * MIB
"""Of a file of up to 78 GiB. A larger one has larger parts, as there may be 10,000 of them."""

_READ = 1 * MIB

GoesOn = Callable[[], bool]


@dataclass(frozen=True)
class Digest:
    """What a file holds: its size, its SHA-256 in hexadecimal, and that of each of its parts."""

    size: int
    sha256: str
    part_size: int
    parts: tuple[bytes, ...]

    def span(self, number: int) -> tuple[int, int]:
        """Return where a part starts, and its length; parts are counted from 1."""
        start = (number - 1) * self.part_size
        return start, min(self.part_size, self.size - start)


def digest_of(path: Path, *, part_size: int = PART_SIZE, goes_on: GoesOn = lambda: True) -> Digest:
    """Read a file once and return its digests.

    Raises
    ------
    UploadCancelledError : `goes_on` said no
    OSError : it cannot be read
    """
    whole, parts, size = hashlib.sha256(), [], 0
    buffer = memoryview(bytearray(_READ))
    with path.open("rb", buffering=0) as stream:
        part_size = fitting_part_size(os.fstat(stream.fileno()).st_size, part_size)
        part, left = hashlib.sha256(), part_size
        while count := stream.readinto(buffer[: min(left, _READ)]):
            require(goes_on)
            whole.update(buffer[:count])
            part.update(buffer[:count])
            size, left = size + count, left - count
            if not left:
                parts.append(part.digest())
                part, left = hashlib.sha256(), part_size
    if left < part_size or not parts:
        parts.append(part.digest())
    return Digest(size, whole.hexdigest(), part_size, tuple(parts))


def fitting_part_size(size: int, part_size: int) -> int:
    """Return a size of parts of which a file has not too many, in whole MiB if it grows."""
    least = -(-size // MOST_PARTS)
    return part_size if least <= part_size else -(-least // MIB) * MIB


def in_base64(digest: bytes) -> str:
    """Return a digest as S3 writes it."""
    return base64.b64encode(digest).decode()


def require(goes_on: GoesOn) -> None:
    """Ask whether to go on.

    Raises
    ------
    UploadCancelledError : the answer is no
    """
    if not goes_on():
        raise UploadCancelledError("The upload was cancelled.")
