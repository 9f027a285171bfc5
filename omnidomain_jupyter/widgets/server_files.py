"""What lies below the server's root, to choose from: sheets, reads, and folders of reads."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

SHEETS = (".tsv", ".csv", ".xlsx")
READS = (".fastq.gz", ".fq.gz", ".fastq", ".fq", ".bam")
MOST = 200
DEPTH = 4
SECONDS = 1.0  # a slow file system must not keep anybody waiting
_SKIPPED = {"node_modules", "__pycache__", "omnidomain-results", "work"}


@dataclass
class ServerFiles:
    """Paths below the root, at most `MOST` of each kind."""

    sheets: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


def look_around(root: Path) -> ServerFiles:
    """Return what can be found quickly; it is an offer, and no list of everything."""
    found = ServerFiles()
    deadline = time.monotonic() + SECONDS
    for directory, folders, names in os.walk(root):
        place = Path(directory).relative_to(root)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _SKIPPED
        )
        if len(place.parts) >= DEPTH or time.monotonic() > deadline:
            folders.clear()
        reads = [(place / name).as_posix() for name in sorted(names) if _ends(name, READS)]
        found.sheets += [(place / name).as_posix() for name in sorted(names) if _ends(name, SHEETS)]
        found.reads += reads
        if reads:
            found.folders.append(place.as_posix())
        if time.monotonic() > deadline:
            break
    return ServerFiles(found.sheets[:MOST], found.reads[:MOST], found.folders[:MOST])


def _ends(name: str, endings: tuple[str, ...]) -> bool:
    return not name.startswith(".") and name.lower().endswith(endings)
