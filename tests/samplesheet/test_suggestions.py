from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.samplesheet.headers import meaning, near_headers, renamings
from omnidomain_jupyter.samplesheet.suggestions import near, repaired, truth

SAMPLE = re.compile(r"^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]*$")
READS = re.compile(r"^\S+\.(fastq|fq)(\.gz)?$")


@pytest.mark.parametrize(
    ("value", "choices", "expected"),
    [
        ("nuclar", ["organelle", "nuclear"], "nuclear"),
        ("Nuclear", ["organelle", "nuclear"], "nuclear"),
        ("“nuclear”", ["organelle", "nuclear"], "nuclear"),
        ("nuclear\u200b", ["organelle", "nuclear"], "nuclear"),
        ("OXFORD NANOPORE", ["ILLUMINA", "OXFORD_NANOPORE"], "OXFORD_NANOPORE"),
        ("xyz", ["organelle", "nuclear"], None),
        ("nuclear", ["nuclear"], None),
        ("anything", [], None),
    ],
)
def test_the_nearest_choice(value, choices, expected):
    assert near(value, choices) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("two words", "two_words"),
        ("two\u00a0words", "two_words"),
        ("“S1”", "S1"),
        ("'S1'", "S1"),
        ("S\u20131", "S-1"),
        ("S#1", "S_1"),
        ("a / b", "a_b"),
        ("a..b", "a_b"),
        ("S1\u200b", "S1"),
        ("S1", None),
        ("é", None),
    ],
)
def test_a_sample_name_is_mended(value, expected):
    found = repaired(value, lambda text: SAMPLE.match(text) is not None)

    assert found == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a.fastq.gz.", "a.fastq.gz"),
        ("a.fastq.gz,", "a.fastq.gz"),
        ("“a.fastq.gz”", "a.fastq.gz"),
        ("a.fastq.gz\u00a0", "a.fastq.gz"),
        ("C:\\data\\a.fastq.gz.", "/data/a.fastq.gz"),
        ("file:///data/a.fq.", "/data/a.fq"),
        ("my reads.fastq.gz", None),
        ("a.bam", None),
    ],
)
def test_a_path_is_mended_but_the_file_not_renamed(value, expected):
    assert repaired(value, lambda text: READS.match(text) is not None, is_path=True) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("0,5", "0.5"), ("1,000", "1000"), ("5.0", "5"), ("abc", None)]
)
def test_a_number_is_mended(value, expected):
    pattern = r"[0-9]+(\.[0-9]+)?" if "0,5" in value else r"[0-9]+"

    assert repaired(value, lambda text: re.fullmatch(pattern, text) is not None) == expected


def test_yes_and_no():
    assert [truth(each) for each in ("Yes", "n", "0", "perhaps")] == [
        "true",
        "false",
        "false",
        None,
    ]


@given(st.text(max_size=30), st.text("ab", max_size=3))
def test_a_suggestion_is_acceptable_and_another_text(value, wanted):
    def accepted(text):
        return wanted in text and len(text) < 20

    for is_path in (True, False):
        found = repaired(value, accepted, is_path=is_path)
        assert found is None or (accepted(found) and found != value)


def test_each_header_is_taken_once_and_the_same_name_goes_before_a_near_one():
    assert near_headers(["sample_id"], ["Sample_ID", "x"]) == {"sample_id": "Sample_ID"}
    assert near_headers(["fastq_1", "fastq_2"], ["fastq"]) == {"fastq_1": "fastq"}
    assert near_headers(["fastq_1", "fastq_2"], ["Fastq2", "Fastq1"]) == {
        "fastq_1": "Fastq1",
        "fastq_2": "Fastq2",
    }
    assert near_headers(["sample_id"], ["", "quite_other"]) == {}


@pytest.mark.parametrize(
    ("wanted", "columns", "found"),
    [
        (
            ["sample_id", "reads_1", "reads_2"],
            ["sample", "fastq_1", "fastq_2"],
            {"sample_id": "sample", "reads_1": "fastq_1", "reads_2": "fastq_2"},
        ),
        (
            ["shortreads_r1", "shortreads_r2", "longreads"],
            ["R1", "R2", "nanopore"],
            {"shortreads_r1": "R1", "shortreads_r2": "R2", "longreads": "nanopore"},
        ),
        (["illumina_r1"], ["forward_reads"], {"illumina_r1": "forward_reads"}),
        (["reads_1"], ["reads_2"], {}),
    ],
)
def test_columns_of_other_pipelines_are_known_by_what_they_hold(wanted, columns, found):
    assert near_headers(wanted, columns) == found


def test_no_name_is_suggested_for_two_columns():
    assert list(renamings(["fastq_1", "read1"], ["reads_1", "reads_2"]).values()) == ["reads_1"]


def test_a_column_that_is_about_something_else_has_no_meaning():
    for name in ("strandedness", "run_accession", "fasta", "", "notes", "group", "replicate_1"):
        assert meaning(name) is None, name
