from __future__ import annotations

import csv
import gzip
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from omnidomain_jupyter.demo.reads import PAIRS, READ_LENGTH, write_demo
from omnidomain_jupyter.metrics import parse_report


@pytest.fixture(scope="module")
def sheet(tmp_path_factory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"))


def rows(sheet: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(sheet.read_text().splitlines(), delimiter="\t"))


def records(path: Path) -> list[list[str]]:
    lines = gzip.decompress(path.read_bytes()).decode("ascii").splitlines()
    return [lines[start : start + 4] for start in range(0, len(lines), 4)]


def test_the_sheet_names_three_pairs_beside_it(sheet):
    assert sheet.name == "samples.tsv"
    assert [row["sample_id"] for row in rows(sheet)] == ["good", "short", "poor"]
    for row in rows(sheet):
        assert (sheet.parent / row["reads_1"]).is_file()
        assert (sheet.parent / row["reads_2"]).is_file()


def test_the_same_bytes_are_written_every_time(sheet, tmp_path):
    again = write_demo(tmp_path)
    write_demo(tmp_path)

    for path in (sheet.parent / "reads").iterdir():
        assert (again.parent / "reads" / path.name).read_bytes() == path.read_bytes()
    assert again.read_bytes() == sheet.read_bytes()


def test_the_files_are_pairs_of_well_formed_fastq(sheet):
    for row in rows(sheet):
        first, second = (records(sheet.parent / row[f"reads_{mate}"]) for mate in (1, 2))
        assert len(first) == len(second) == PAIRS
        for mate, reads in enumerate((first, second), 1):
            for name, bases, plus, qualities in reads:
                assert re.fullmatch(rf"@A\d+:\d+:\w+:\d:\d+:\d+:\d+ {mate}:N:0:ATCACG", name)
                assert re.fullmatch(f"[ACGTN]{{{READ_LENGTH}}}", bases)
                assert plus == "+"
                assert len(qualities) == READ_LENGTH
        assert [read[0].split()[0] for read in first] == [read[0].split()[0] for read in second]


@pytest.mark.long
def test_sequali_sees_that_the_samples_differ(sheet, tmp_path):
    seen = {}
    sequali = Path(sysconfig.get_path("scripts"), "sequali")
    for row in rows(sheet):
        out = tmp_path / row["sample_id"]
        files = [str(sheet.parent / row[column]) for column in ("reads_1", "reads_2")]
        command = [sequali, "--threads", "1", "--outdir", str(out), "--", *files]
        subprocess.run(command, check=True, capture_output=True)
        (report,) = out.glob("*.json")
        seen[row["sample_id"]] = parse_report(report.name, report.read_bytes()).reads

    for first, second in seen.values():
        assert first.reads == second.reads == PAIRS
        assert 0.46 < first.gc_share < 0.50
    good, short, poor = seen.values()
    assert min(metrics.q20_share for metrics in (*good, *short)) > 0.95
    assert max(metrics.q20_share for metrics in poor) < 0.6
    assert good[0].adapter_share < 0.02
    assert short[0].adapter_share > 0.8
