"""The same file as both reads of a pair passes every schema, and is an error all the same."""

from __future__ import annotations

import pytest

from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.samplesheet.mates import mate_columns
from omnidomain_jupyter.samplesheet.reader import read_sheet
from omnidomain_jupyter.samplesheet.validator import SheetValidator


@pytest.fixture
def readqc() -> SheetValidator:
    return SheetValidator(dict(PipelineRegistry().get("ReadQC").schema))


def test_columns_that_are_pairs_are_found_by_their_names():
    columns = ["fastq_1", "fastq_2", "shortreads_r1", "shortreads_r2", "longreads", "hifi_1"]
    assert mate_columns(columns) == [("fastq_1", "fastq_2"), ("shortreads_r1", "shortreads_r2")]
    assert mate_columns(["input1_control", "input2_control"]) == [
        ("input1_control", "input2_control")
    ]


@pytest.mark.parametrize(
    ("file", "suggestion"),
    [
        ("a/s_R1.fastq.gz", "a/s_R2.fastq.gz"),
        ("s_1_L001_R1_001.fq", "s_1_L001_R2_001.fq"),
        ("run_1/s_1.fastq", "run_1/s_2.fastq"),
        ("s.fastq", None),
    ],
)
def test_one_file_as_both_reads_is_an_error_at_the_second(readqc, file, suggestion):
    report = readqc.validate(read_sheet(f"sample_id\treads_1\treads_2\ns\t{file}\t{file}\n"))
    (error,) = report.errors
    assert (error.line, error.row, error.column, error.code) == (2, 1, "reads_2", "same_file")
    assert error.suggestion == suggestion
    (alone,) = readqc.validate_row({"sample_id": "s", "reads_1": file, "reads_2": file}).errors
    assert (alone.column, alone.code) == ("reads_2", "same_file")


def test_unset_cells_are_no_pair(readqc):
    sheet = read_sheet("sample_id\treads_1\treads_2\na\ta.fastq\t-\nb\tb.fastq\tNA\n")
    assert readqc.validate(sheet).valid


def test_reads_that_are_in_two_rows_are_a_warning(readqc):
    sheet = read_sheet("sample_id\treads_1\nash\tx.fastq\noak\ty.fastq\nelm\tx.fastq\n")
    report = readqc.validate(sheet)
    assert report.valid
    (warning,) = report.warnings
    assert (warning.line, warning.column, warning.code) == (4, "reads_1", "repeated_file")
    assert "line 2" in warning.message
