"""Where a file lies that a browser sends to S3: its key tells whose it is, and how it is cut.

Below the base output directory that is
``.inputs/<user>/<upload>/<size>-<size of parts>[-sha256][.<SHA-256>]/<name>``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from .input_names import INPUTS, input_name

_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ADDRESS = re.compile(
    rf"s3://.+/{re.escape(INPUTS)}/(?P<user>{_ID})/{_ID}/"
    r"(?P<size>\d+)-(?P<part_size>\d+)(?P<checksums>-sha256)?(?:\.(?P<sha256>[0-9a-f]{64}))?/[^/]+"
)


@dataclass(frozen=True)
class UploadPlan:
    """How a file is cut, and whether each part comes with its checksum.

    Parameters
    ----------
    sha256 : of the whole file, as its sender says
    """

    size: int
    part_size: int
    checksums: bool
    sha256: str | None = None

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return -(-self.size // self.part_size)

    def length(self, number: int) -> int:
        """Return how many bytes a part has; the first is number 1."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)

    def address(self, folder: str, filename: str) -> str:
        """Return where the file goes in the folder of its upload."""
        checksums = "-sha256" if self.checksums else ""
        whole = f".{self.sha256}" if self.sha256 else ""
        return f"{folder}{self.size}-{self.part_size}{checksums}{whole}/{input_name(filename)}"


def upload_folder(base: str, user_id: UUID, upload_id: UUID) -> str:
    """Return the folder of an upload, with a slash at its end."""
    return f"{base}/{INPUTS}/{user_id}/{upload_id}/"


def plan_of(uri: str, user_id: UUID) -> UploadPlan | None:
    """Return how a file is cut that a user's browser sends or has sent; None of any other."""
    found = _ADDRESS.fullmatch(uri)
    if found is None or found["user"] != str(user_id):
        return None
    size, part_size = int(found["size"]), int(found["part_size"])
    return UploadPlan(size, part_size, bool(found["checksums"]), found["sha256"])
