"""What files that were brought to S3 are called there."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

LONGEST_NAME = 255

INPUTS = ".inputs"
"""The folder below the base output directory that they are in."""


_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FROM_BROWSER = re.compile(
    rf"s3://.+/{re.escape(INPUTS)}/(?P<user>{_ID})/{_ID}/"
    r"(?P<size>\d+)-\d+(?:-sha256)?(?:\.(?P<sha256>[0-9a-f]{64}))?/[^/]+"
)


class SentFile(NamedTuple):
    """What the address of a file tells of it. `sha256` is as its sender says."""

    size: int
    sha256: str | None


def sent_by_browser(uri: str, user_id: UUID) -> SentFile | None:
    """Return what is known of a file that a user's browser has sent to S3; None of any other."""
    found = _FROM_BROWSER.fullmatch(uri)
    if found is None or found["user"] != str(user_id):
        return None
    return SentFile(int(found["size"]), found["sha256"])


def input_name(filename: str) -> str:
    """Return a name that pipelines take for a file, and for nothing else.

    Some take other characters for a pattern, or for the end of the name, and programs take a
    name that begins with a dash for an option. Letters keep their base: ``ä`` becomes ``a``.
    """
    letters = unicodedata.normalize("NFKD", filename)
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    name = re.sub(r"[^A-Za-z0-9._+=@-]+", "-", plain)[-LONGEST_NAME:]
    return f"file{name}" if name.startswith(("-", ".")) else name


def content_address(base: str, sha256: str, path: str) -> str:
    """Return where a file of the server goes: what has the same content has the same address."""
    return f"{base.rstrip('/')}/{INPUTS}/{sha256[:32]}/{input_name(Path(path).name)}"
