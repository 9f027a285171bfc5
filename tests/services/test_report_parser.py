"""Large reports are taken apart in a process of their own."""

from __future__ import annotations

import json
import os
import signal

import pytest

from omnidomain_jupyter.metrics import MOST_NUMBERS, Report, parse_report
from omnidomain_jupyter.services.report_parser import PARSED_HERE, ReportParser

NAME = "multiqc_data.json"


@pytest.fixture
def parser():
    found = ReportParser()
    yield found
    found.close()


def multiqc(samples: int) -> bytes:
    rows = {f"sample {number}": {"reads": number, "gc": 0.5} for number in range(samples)}
    return json.dumps({"report_general_stats_data": {"FastQC": rows}}).encode()


def sequali() -> bytes:
    summary = dict.fromkeys(("total_reads", "total_bases", "q20_reads", "total_gc_bases"), 5)
    return json.dumps(
        {
            "meta": {"sequali_version": "1.0.2", "filename": "a.fastq"},
            "summary": summary,
            "per_position_mean_quality_and_spread": {
                "x_labels": ["1", "2-3"],
                "percentiles": [["mean", [30.0, 31.5]]],
            },
            "filler": "x" * PARSED_HERE,
        }
    ).encode()


@pytest.mark.parametrize(("name", "content"), [(NAME, multiqc(3000)), ("a.json", sequali())])
def test_a_large_report_says_the_same_there_as_here(parser, name, content):
    assert len(content) > PARSED_HERE
    here = parse_report(name, content)
    assert here.numbers
    assert parser.parse(name, content) == here
    assert parser._process is not None


def test_a_small_report_needs_no_process(parser):
    assert parser.parse(NAME, multiqc(3)).numbers
    assert parser._process is None


def test_numbers_of_a_report_are_bounded(parser):
    assert len(parser.parse(NAME, multiqc(MOST_NUMBERS)).numbers) == MOST_NUMBERS + 1


def test_what_is_broken_holds_nothing_and_is_no_error(parser):
    assert parser.parse(NAME, b"[" * (2 * PARSED_HERE)) == Report()
    assert parser.parse("a.json", b"\xff\n" * PARSED_HERE) == Report()


def test_a_process_that_dies_costs_one_report(parser):
    content = multiqc(3000)
    parser.parse(NAME, content)
    os.kill(parser._process.pid, signal.SIGKILL)
    parser._process.wait(30)
    assert parser.parse(NAME, content) is None
    assert parser.parse(NAME, content).numbers


def test_the_process_ends_with_its_server(parser):
    parser.parse(NAME, multiqc(3000))
    process = parser._process
    process.stdin.close()  # what happens when a server is killed
    assert process.wait(30) == 0
