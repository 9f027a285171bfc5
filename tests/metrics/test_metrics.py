from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnidomain_jupyter.metrics import Report, parse_report

SUMMARY = {"total_reads": 4, "total_bases": 400, "q20_reads": 3, "total_gc_bases": 100}


def report(**changes):
    return {
        "meta": {"sequali_version": "1.0.2", "filename": "a.fq", "filename_read2": None},
        "summary": SUMMARY,
        **changes,
    }


def parsed(content):
    return list(parse_report("x.json", json.dumps(content).encode()).reads)


def test_shares_are_of_reads_and_of_bases():
    (metrics,) = parsed(report())

    assert (metrics.file, metrics.reads, metrics.bases, metrics.mean_length) == (
        "a.fq",
        4,
        400,
        100,
    )
    assert (metrics.q20_reads, metrics.q20_share) == (3, 0.75)
    assert (metrics.gc_bases, metrics.gc_share) == (100, 0.25)
    assert metrics.adapter_share is None


def test_a_pair_gives_read_1_then_read_2_with_their_own_adapters():
    first, second = parsed(
        report(
            meta={"sequali_version": "1", "filename": "a.fq", "filename_read2": "b.fq"},
            summary_read2={**SUMMARY, "q20_reads": 1},
            adapter_content_from_overlap={
                "number_of_adapters_read1": 1,
                "number_of_adapters_read2": 2,
            },
        )
    )

    assert (first.file, first.q20_share, first.adapter_share) == ("a.fq", 0.75, 0.25)
    assert (second.file, second.q20_share, second.adapter_share) == ("b.fq", 0.25, 0.5)


def test_the_most_frequent_adapter_of_a_single_file_counts_and_poly_a_is_none():
    content = [["PolyA", [1.0, 90.0]], ["Illumina", [0.0, 12.5]], ["Nextera", [0.0, 1.0]]]

    (metrics,) = parsed(report(adapter_content={"adapter_content": content}))

    assert metrics.adapter_share == 0.125


@pytest.mark.parametrize("percentage", [float("nan"), float("inf")])
def test_a_share_of_adapters_that_is_no_number_is_none(percentage):
    content = {"adapter_content": [["Illumina", [percentage, 1.0]]]}

    (metrics,) = parsed(report(adapter_content=content))

    assert metrics.adapter_share is None


def test_a_file_without_reads_has_shares_of_zero():
    (metrics,) = parsed(report(summary=dict.fromkeys(SUMMARY, 0)))

    assert (metrics.reads, metrics.mean_length, metrics.q20_share, metrics.gc_share) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "content",
    [
        *([], {}, None, 5, "x", {"meta": {}}, {"meta": None}, {"meta": {"sequali_version": "1"}}),
        report(summary={}),
        report(summary={**SUMMARY, "total_reads": "many"}),
        report(summary={**SUMMARY, "total_bases": -1}),
        report(summary={**SUMMARY, "q20_reads": 1.5}),
        report(adapter_content_from_overlap={"number_of_adapters_read2": 1}),
    ],
)
def test_json_of_another_kind_holds_no_numbers(content):
    assert parsed(content) == []


@given(st.binary(max_size=200))
def test_any_bytes_are_no_error(content):
    assert parse_report("x.json", content) == Report()


def test_unknown_names_are_not_read():
    assert parse_report("x.txt", json.dumps(report()).encode()) == Report()
