"""A store with many finished runs, for a server's home."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from stored_runs import store_runs


def store_file(home: Path) -> Path:
    """Return where a server with that home keeps its store."""
    return home / "data" / "omnidomain" / "omnidomain.sqlite"


def seed(file: Path, runs: int) -> UUID:
    """Store that many finished runs of the benchmarks' scientist; return their id."""
    return store_runs(f"sqlite:///{file}", "ada@example.org", runs)
