"""Nobody writes where they should not, and names are harmless."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.errors import InvalidInputError
from omnidomain_jupyter.services.locations import (
    RootDirectory,
    base_output_directory,
    job_name,
    output_directory,
    work_directory,
)
from omnidomain_jupyter.store.models import Run

ROOT = Path("/home/ada")


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        (None, "/home/ada/results"),
        ("run/of today", "/home/ada/run/of today"),
        ("/data/project", "/data/project"),
    ],
)
def test_relative_places_start_at_the_root(requested, expected):
    assert base_output_directory(requested, "results", ROOT, remote=False) == expected


@pytest.mark.parametrize("place", ["../up", "a/../../b", "/data/../etc", "a\0b", "s3://bucket/x"])
def test_places_that_a_local_run_cannot_have(place):
    with pytest.raises(InvalidInputError) as caught:
        base_output_directory(place, "results", ROOT, remote=False)
    assert [issue.column for issue in caught.value.issues] == ["base_outdir"]


def test_a_remote_run_writes_to_s3_only():
    assert base_output_directory("s3://b/k", "results", ROOT, remote=True) == "s3://b/k"
    with pytest.raises(InvalidInputError, match="S3"):
        base_output_directory(None, "results", ROOT, remote=True)


@pytest.mark.parametrize("place", ["s3://", "s3:///x", "s3:// /x", "s3://./x"])
def test_a_place_on_s3_names_a_bucket(place):
    with pytest.raises(InvalidInputError, match="names no bucket"):
        base_output_directory(place, "results", ROOT, remote=True)


@pytest.mark.parametrize(
    ("directory", "folder"),
    [
        ("/disk/ada/results/oak", "results/oak"),
        ("/home/ada/results/oak", "results/oak"),
        ("/disk/ada", "."),
        ("/disk/adam/results", None),
        ("/scratch/results", None),
        ("s3://bucket/disk/ada/results", None),
    ],
)
def test_a_folder_below_a_root_that_is_a_link_to_another_disk(directory, folder):
    root = RootDirectory(path=Path("/disk/ada"), named=Path("/home/ada"))
    assert root.below(directory) == folder


@given(st.text(max_size=300), st.text(max_size=50))
def test_whatever_the_sample_is_called(sample_id: str, pipeline: str):
    run_id = uuid4()
    run = Run(run_id=run_id, sample_id=sample_id, base_outdir="/results/")
    name = job_name(pipeline, sample_id, run_id)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}", name)
    assert str(run_id) in name
    for place in (output_directory(run), work_directory(run)):
        assert Path(place).parent in {Path("/results"), Path("/results/.work")}
        assert str(run_id) in place
