"""What files that were brought to S3 are called there."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

LONGEST_NAME = 255

INPUTS = ".inputs"
"""The folder below the base output directory that they are in."""


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
