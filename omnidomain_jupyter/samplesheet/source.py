"""A sample sheet as it came in, before anybody has read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SheetFile:
    """A sheet's bytes or text, its name, and the folder it lies in (if any).

    Relative paths in the sheet start from `directory`, or else from the server's root.
    """

    data: bytes | str
    name: str | None = None
    directory: Path | None = None
