"""Rows of reads, below the root of the test's server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from client.reads import cut_reads
from dropped_pipelines import add_pipeline
from rows import row


@pytest.fixture
def reads(jp_root_dir: Path, shared_data: Path) -> Path:
    """A folder below the server's root with a pair of FASTQ files: the beginnings of real ones."""
    folder = jp_root_dir / "reads"
    folder.mkdir()
    for number in (1, 2):
        name = f"ggal_gut_{number}.fastq.gz"
        cut_reads(shared_data / "reads" / name, folder / name)
    return folder


@pytest.fixture
def whole_reads(reads: Path, shared_data: Path) -> Path:
    """The same folder, with all of the real reads."""
    for file in reads.iterdir():
        shutil.copy(shared_data / "reads" / file.name, file)
    return reads


@pytest.fixture
def reads_row(reads: Path) -> dict[str, object]:
    """The body of `POST runs` for one of those files."""
    return row("gut_01")


@pytest.fixture
def pipelines_path(tmp_path: Path) -> Path:
    """A directory for pipelines of the test's own, which the server looks into."""
    directory = tmp_path / "pipelines"
    directory.mkdir()
    return directory


@pytest.fixture
def jp_server_config(jp_server_config, pipelines_path: Path):
    """The server knows that directory."""
    jp_server_config["OmniDomainApp"]["pipelines_path"] = str(pipelines_path)
    return jp_server_config


@pytest.fixture
def slow_pipeline(pipelines_path: Path) -> None:
    """A pipeline `Slow`, whose runs end by being cancelled."""
    add_pipeline(pipelines_path, "Slow", ["sleep", "600"])


@pytest.fixture
def missing_program(pipelines_path: Path) -> None:
    """A pipeline `Missing`, whose program is not installed."""
    add_pipeline(pipelines_path, "Missing", ["no-such-program", "{sample_id}"])
