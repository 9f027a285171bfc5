"""Rows of real reads, below the root of the test's server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rows import row


@pytest.fixture
def reads(jp_root_dir: Path, shared_data: Path) -> Path:
    """A folder below the server's root with a pair of real FASTQ files."""
    folder = jp_root_dir / "reads"
    folder.mkdir()
    for number in (1, 2):
        shutil.copy(shared_data / "reads" / f"ggal_gut_{number}.fastq.gz", folder)
    return folder


@pytest.fixture
def reads_row(reads: Path) -> dict[str, object]:
    """The body of `POST runs` for that pair."""
    return row("gut_01")
