"""What lies below the server's root, as Jupyter's contents API tells it."""

from __future__ import annotations

import base64
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ._sheets import sheet_source

SHEETS = (".tsv", ".csv", ".xlsx")
READS = (".fastq.gz", ".fq.gz", ".fastq", ".fq", ".bam")
MOST = 200  # of each kind
DEPTH = 4  # folders below each other
FOLDERS = 100  # that are looked into
SECONDS = 5.0  # a slow file system must not be asked for long
_SKIPPED = {"node_modules", "__pycache__", "omnidomain-results", "work"}

Contents = Callable[..., Mapping[str, Any] | None]
"""`Transport.contents`: a path below the root in, what the contents API knows of it out."""


@dataclass
class ServerFiles:
    """Paths below the server's root, at most `MOST` of each kind."""

    sheets: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FoundSheet:
    """A sheet's file, and how it is named to the server.

    Parameters
    ----------
    source : as `validate` and `submit` take it
    name : of the file
    data : its bytes or its text; None where only the server can read it
    folder : as they take it, where the relative paths in a corrected text of it start
    """

    source: str
    name: str
    data: bytes | str | None = None
    folder: str | None = None


def look_around(contents: Contents) -> ServerFiles:
    """Return what is found quickly, the nearest first; an offer, and no list of everything."""
    found = ServerFiles()
    due = deque([""])
    deadline = time.monotonic() + SECONDS
    for _ in range(FOLDERS):
        if not due or time.monotonic() > deadline:
            break
        folder = due.popleft()
        entries = sorted(_entries(contents(folder)), key=lambda each: str(each["name"]))
        files = [str(each["path"]) for each in entries if each["type"] != "directory"]
        reads = [path for path in files if path.lower().endswith(READS)]
        found.sheets += [path for path in files if path.lower().endswith(SHEETS)]
        found.reads += reads
        if reads:
            found.folders.append(folder or ".")
        if folder.count("/") < DEPTH - 1:
            due += [str(each["path"]) for each in entries if _is_looked_into(each)]
    return ServerFiles(found.sheets[:MOST], found.reads[:MOST], found.folders[:MOST])


def find_sheet(path: str, root: Path | None, contents: Contents, largest: int) -> FoundSheet:
    """Return the sheet at a path, here or below the server's root, with what is in it.

    Parameters
    ----------
    root : the server's root directory, where it is known to be on this machine
    largest : bytes; of a larger file the content is not asked for

    Raises
    ------
    OmniDomainError : the file is here and cannot be read, or the server is away
    """
    source = sheet_source(path, root, lambda each: contents(each, content=0) is not None)
    name = PurePosixPath(path).name
    if "content" in source:
        return FoundSheet(source["content"], name, source["content"])
    below = source["path"]
    # Named as it is in whichever folder the kernel will be by then.
    pinned = path if root is None or not (root / below).is_file() else str(root / below)
    if below.startswith("/"):
        return FoundSheet(pinned, name)  # the contents API would take it as one below the root
    model = contents(below, content=0)
    if model is None or model["type"] == "directory" or (model["size"] or 0) > largest:
        return FoundSheet(pinned, name)  # the server knows it, or says what is wrong
    file = contents(below, content=1, type="file", format="base64")
    if file is None:
        return FoundSheet(pinned, name)
    parent = os.path.dirname(below)  # noqa: PTH120 - a path of the server
    folder = parent if root is None or not parent else str(root / parent)
    return FoundSheet(pinned, name, base64.b64decode(file["content"]), folder or None)


def _entries(model: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    content = model["content"] if model is not None and model["type"] == "directory" else None
    return [each for each in content or [] if not str(each["name"]).startswith(".")]


def _is_looked_into(entry: Mapping[str, Any]) -> bool:
    return entry["type"] == "directory" and entry["name"] not in _SKIPPED
