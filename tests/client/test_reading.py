"""Output files as a scientist wants them, and what is said of those that are not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from omnidomain_jupyter.client import Client, Run, UnreadableFileError
from omnidomain_jupyter.errors import NotFoundError

TABLE = "sample_id\treads\n001\t40\n"


@pytest.fixture
def run(client: Client, sheet: str) -> Run:
    submission = client.submit(sheet, "Notes").wait(120, progress=False)
    return client.run(submission.runs()["run_id"][0])


@pytest.fixture
def outdir(run: Run) -> Path:
    (Path(run.model.outdir) / "tables").mkdir()
    return Path(run.model.outdir)


def test_tables(run: Run, outdir: Path):
    names = ["tables/report.tsv", "tables/a name.tsv", "tables/50%#1?.tsv"]
    for name in names:
        (outdir / name).write_text(TABLE)
    (outdir / "tables/report.tsv.gz").write_bytes(gzip.compress(TABLE.encode()))
    (outdir / "tables/report.csv").write_text(TABLE.replace("\t", ","))
    for name in [*names, "tables/report.tsv.gz", "tables/report.csv"]:
        assert list(run.read(name)["reads"]) == [40]
    assert list(run.read(str(outdir / names[0]))["reads"]) == [40]  # as the run's card shows it
    assert run.read(names[0], raw=True) == TABLE.encode()


def test_other_files(run: Run, outdir: Path):
    (outdir / "numbers.json").write_text(json.dumps({"reads": 40}))
    (outdir / "log.txt").write_text("één\n", encoding="utf-8")
    (outdir / "reads.bam").write_bytes(b"\x1f\x8b\0")
    packed = gzip.compress(b"@")
    (outdir / "reads.fastq.gz").write_bytes(packed)
    assert run.read("numbers.json") == {"reads": 40}
    assert run.read("log.txt") == "één\n"
    assert run.read("reads.bam") == b"\x1f\x8b\0"
    assert run.read("reads.fastq.gz") == packed


def test_an_empty_table_is_empty(run: Run, outdir: Path):
    (outdir / "none.tsv").write_text("")
    assert isinstance(run.read("none.tsv"), pd.DataFrame)
    assert run.read("none.tsv").empty


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("bad.tsv", b"a\tb\n1\t2\n1\t2\t3\t4\n", "cannot be read as a table: .*line 3"),
        ("bad.json", b'{"a": ', "not valid JSON"),
        ("bad.tsv.gz", b"\x1f\x8b\x08", "no gzip file"),
        ("bad.csv", b"a\xff\xfe,b\n", "cannot be read as a table"),
    ],
)
def test_files_that_are_not_what_they_seem(run: Run, outdir: Path, name, data, told):
    (outdir / name).write_bytes(data)
    with pytest.raises(UnreadableFileError, match=told) as caught:
        run.read(name)
    assert "raw=True" in str(caught.value)
    assert run.read(name, raw=True) == data


def test_a_file_that_is_not_there_is_told_with_what_may_be_meant(run: Run, outdir: Path):
    (outdir / "tables/report.tsv").write_text(TABLE)
    for name in ("report.tsv", "tables/Report.tsv", "results/report.tsv"):
        with pytest.raises(NotFoundError, match=r"of gut_01\. Did you mean 'tables/report.tsv'\?"):
            run.read(name)
    for name in ("", "..", "../logs", "zzz"):
        with pytest.raises(NotFoundError, match=r"There are: gut_01"):
            run.read(name)
    with pytest.raises(TypeError, match="by its path"):
        run.read(3)  # type: ignore[arg-type]
