"""Curves in sequali's reports, as sequali writes them."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from omnidomain_jupyter.metrics import Profile, parse_report
from omnidomain_jupyter.metrics.profiles import (
    MOST_POINTS,
    gc_profile,
    length_profile,
    quality_profile,
)


def sequali(folder: Path, *lengths: int, mate: bool = False) -> dict[tuple[str, str], Profile]:
    """Run sequali on reads of these lengths; return the curves by file and name."""
    letters = random.Random(1)
    reads = "".join(
        f"@r{number}\n{''.join(letters.choices('GC', k=length))}\n+\n{'?' * length}\n"
        for number, length in enumerate(lengths)
    )
    names = ["a_R1.fastq.gz", *(["a_R2.fastq.gz"] if mate else [])]
    for name in names:
        (folder / name).write_bytes(gzip.compress(reads.encode()))
    subprocess.run(
        [Path(sys.executable).parent / "sequali", "--json", "a.sequali.json", *names],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    report = parse_report("a.sequali.json", (folder / "a.sequali.json").read_bytes())
    return {(each.file, each.name): each for each in report.profiles}


def test_a_pair_has_three_curves_for_each_of_its_files(tmp_path: Path):
    found = sequali(tmp_path, 4, 4, 8, mate=True)

    files = ("a_R1.fastq.gz", "a_R2.fastq.gz")
    assert list(found) == [(file, name) for file in files for name in ("quality", "length", "gc")]
    quality = found["a_R1.fastq.gz", "quality"]
    assert quality.x == tuple(range(1, 9))
    assert all(abs(each - 30) < 1 for each in quality.y)  # sequali keeps ranges of qualities
    length = found["a_R2.fastq.gz", "length"]
    shares = dict(zip(length.x, length.y, strict=True))
    assert (shares[0], shares[4], shares[5], shares[8], shares[9]) == (100, 100, 33.333, 33.333, 0)
    gc = found["a_R1.fastq.gz", "gc"]
    assert (gc.x[-1], gc.y[-1], sum(gc.y)) == (100, 100, 100)


def test_long_reads_have_ranges_and_no_more_points(tmp_path: Path):
    found = sequali(tmp_path, 100, 5_000, 60_000)

    quality, length = found["a_R1.fastq.gz", "quality"], found["a_R1.fastq.gz", "length"]
    assert len(quality.x) <= MOST_POINTS
    assert len(length.x) <= MOST_POINTS
    assert quality.x[0] == 3  # the middle of 1-5
    assert quality.x[-1] > 59_000
    assert list(length.x) == sorted(length.x)
    assert min(y for x, y in zip(length.x, length.y, strict=True) if x <= 60_000) == 33.333
    assert length.y[-1] == 0


def test_what_is_finer_is_made_coarser():
    [profile] = quality_profile("a", [str(n) for n in range(1, 1002)], [10, 20] * 500 + [15])

    assert len(profile.x) == 167
    assert profile.x[:2] == (3.5, 9.5)
    assert set(profile.y) == {15}


def test_points_that_are_no_numbers_are_left_out():
    [profile] = quality_profile("a", ["1", "2", "3", "4"], [30.0, None, float("nan"), 20.0])

    assert (profile.x, profile.y) == ((1, 4), (30, 20))


def test_a_file_without_reads_has_no_curves():
    assert length_profile("a", ["0"], [0], 0) == []
    assert length_profile("a", [], [], 3) == []
    assert gc_profile("a", ["0", "1"], [0, 0]) == []
    assert quality_profile("a", [], []) == []


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"per_position_mean_quality_and_spread": {"x_labels": ["1"], "percentiles": []}},
        {
            "per_position_mean_quality_and_spread": {
                "x_labels": ["1"],
                "percentiles": [["mean", []]],
            }
        },
        {"sequence_length_distribution": {"length_ranges": ["a-b"], "counts": [1]}},
        {"sequence_length_distribution": {"length_ranges": ["1"], "counts": ["1"]}},
        {
            "per_sequence_gc_content": {
                "smoothened_x_labels": ["1", "2"],
                "smoothened_gc_content_counts": [1],
            }
        },
        {"per_sequence_gc_content": None},
    ],
)
def test_a_report_without_a_curve_keeps_its_numbers(broken):
    summary = {"total_reads": 4, "total_bases": 400, "q20_reads": 3, "total_gc_bases": 100}
    meta = {"sequali_version": "1.0.2", "filename": "a.fq"}
    content = json.dumps({"meta": meta, "summary": summary, **broken}).encode()

    report = parse_report("a.json", content)

    assert [each.reads for each in report.reads] == [4]
    assert report.profiles == ()
