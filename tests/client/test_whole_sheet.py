"""The outputs of all runs of a sheet: their files, and their tables as one."""

from __future__ import annotations

import gzip
import warnings
from pathlib import Path

import pytest

from omnidomain_jupyter.client import Client, Submission, UnreadableFileError
from omnidomain_jupyter.errors import InvalidInputError, NotFoundError


@pytest.fixture
def submission(client: Client, sheet: str) -> Submission:
    return client.submit(sheet, "Notes").wait(120, progress=False)


@pytest.fixture
def outdirs(submission: Submission) -> list[Path]:
    """The output directories of gut_01 and gut_02."""
    return [Path(outdir) for outdir in submission.runs()["outdir"]]


def test_the_files_of_all_runs_are_in_the_sheet_s_order(submission: Submission):
    files = submission.results(progress=False)
    assert list(files.columns[:4]) == ["sample_id", "run_id", "path", "size_bytes"]
    assert list(files["path"]) == [
        f"{sample}.{ending}" for sample in ("gut_01", "gut_02") for ending in ("json", "note")
    ]
    assert set(files["run_id"]) == set(submission.runs()["run_id"])


def test_tables_of_one_name_become_one(submission: Submission, outdirs: list[Path]):
    for number, outdir in enumerate(outdirs):
        (outdir / "report.tsv").write_text(f"contig\tlength\nc1\t{number}\nc2\t{number}\n")

    table = submission.read("report.tsv", progress=False)

    assert list(table.columns) == ["sample_id", "contig", "length"]
    assert list(table["sample_id"]) == ["gut_01", "gut_01", "gut_02", "gut_02"]
    assert list(table["length"]) == [0, 0, 1, 1]
    assert list(table.index) == [0, 1, 2, 3]


def test_a_table_without_rows_takes_no_types_away(submission: Submission, outdirs: list[Path]):
    for outdir, rows in zip(outdirs, ("a\t1\t0.5\n", "", "b\t2\t0.25\n"), strict=False):
        more = "" if rows else "\tnote"
        (outdir / "typed.tsv").write_text(f"contig\tlength\tgc{more}\n{rows}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = submission.read("typed.tsv", progress=False)
    assert (found["length"].dtype.kind, found["gc"].dtype.kind) == ("i", "f")
    assert "note" in found.columns
    for outdir in outdirs:
        (outdir / "typed.tsv").write_text("contig\n")
    assert list(submission.read("typed.tsv", progress=False).columns) == ["sample_id", "contig"]


def test_a_pattern_finds_files_that_are_called_after_their_sample(
    submission: Submission, outdirs: list[Path]
):
    for sample, outdir in zip(("gut_01", "gut_02"), outdirs, strict=True):
        (outdir / "qc").mkdir()
        packed = gzip.compress(f"sample_id,path\nmine_{sample},p\n".encode())
        (outdir / "qc" / f"{sample}.report.csv.gz").write_bytes(packed)

    table = submission.read("*/*.report.csv.gz", progress=False)

    assert list(table.columns) == ["sample_id", "path", "sample_id_in_file", "path_in_file"]
    assert list(table["sample_id"]) == ["gut_01", "gut_02"]
    assert list(table["path"]) == [f"qc/{name}.report.csv.gz" for name in ("gut_01", "gut_02")]
    assert list(table["sample_id_in_file"]) == ["mine_gut_01", "mine_gut_02"]


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("*.tsv", ["a.tsv"]),
        ("**/*.tsv", ["a.tsv", "q[c]/deep/b.tsv"]),
        ("q[c]/**/b.tsv", ["q[c]/deep/b.tsv"]),
    ],
)
def test_a_star_stays_in_its_folder_and_two_are_any_folders(
    submission: Submission, outdirs: list[Path], pattern: str, files: list[str]
):
    for outdir in outdirs:
        (outdir / "q[c]" / "deep").mkdir(parents=True)
        (outdir / "a.tsv").write_text("x\n1\n")
        (outdir / "q[c]" / "deep" / "b.tsv").write_text("x\n1\n")

    assert list(submission.read(pattern, progress=False)["path"]) == [*files, *files]


@pytest.mark.parametrize("path", ["report.tsv", "rep*.tsv"])
def test_a_run_without_the_table_is_named(submission: Submission, outdirs: list[Path], path: str):
    (outdirs[1] / "report.tsv").write_text("contig\nc1\n")
    with pytest.warns(UserWarning, match=r"1 run has no .*: gut_01 \(COMPLETED\)\."):
        table = submission.read(path, progress=False)
    assert list(table["sample_id"]) == ["gut_02"]


def test_a_table_that_no_run_has_is_told(submission: Submission, outdirs: list[Path]):
    (outdirs[0] / "report.tsv").write_text("contig\nc1\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(NotFoundError, match=r"Did you mean 'report\.tsv'"):
            submission.read("reports.tsv", progress=False)
        with pytest.raises(NotFoundError, match="of any of its runs"):
            submission.read("*/reports.tsv", progress=False)


def test_what_is_no_table_is_told(submission: Submission, outdirs: list[Path]):
    with pytest.raises(InvalidInputError, match=r"no table: its name ends in \.tsv or \.csv"):
        submission.read("gut_01.json", progress=False)
    (outdirs[1] / "report.tsv").write_bytes(b"a\tb\n1\t2\n1\t2\t3\t4\n")
    (outdirs[0] / "report.tsv").write_text("a\tb\n1\t2\n")
    with pytest.raises(UnreadableFileError, match="line 3"):
        submission.read("report.tsv", progress=False)
