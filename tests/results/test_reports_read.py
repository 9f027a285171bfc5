"""Which of a run's files are read for their numbers, wherever they are."""

from __future__ import annotations

import json
import threading

import pytest

from omnidomain_jupyter.metrics import MOST_BYTES
from omnidomain_jupyter.services.report_parser import ReportParser
from omnidomain_jupyter.services.reports import AT_A_TIME, MOST_REPORTS, ReportReader, mapper

QUAST = b"Assembly\tcontigs\nN50\t10\n"


class CountedParser(ReportParser):
    """Notes what it is given, and how many others wait with a content meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, int] = {}
        self.waiting = self.most = 0
        self._count = threading.Lock()

    def parse(self, path, content):
        with self._count:
            self.given[path] = len(content)
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        try:
            return super().parse(path, content)
        finally:
            with self._count:
                self.waiting -= 1


@pytest.fixture
def parser():
    found = CountedParser()
    yield found
    found.close()


@pytest.fixture
def read(place, parser):
    def read():
        directory = f"{place.base}/run1"
        with mapper(directory) as mapped:
            return ReportReader(place._stores, parser).of(directory, mapped)

    return read


def test_reports_of_known_names_go_before_others(place, read):
    for number in range(MOST_REPORTS):
        place.put(f"fastp/{number:04}.json", b"{}")
    place.put("quast/report.tsv", QUAST)
    found, truncated = read()
    assert [number.value for path, report in found for number in report.numbers] == [10]
    assert len(found) == MOST_REPORTS
    assert truncated


def test_large_files_that_are_no_reports_are_not_read(place, parser, read):
    place.put("fastp.json", b'{"summary": "' + b"x" * MOST_BYTES + b'"}')
    place.put("quast/report.tsv", QUAST)
    found, truncated = read()
    assert parser.given == {"quast/report.tsv": len(QUAST)}
    assert [path for path, _ in found] == ["fastp.json", "quast/report.tsv"]
    assert not truncated


@pytest.mark.parametrize(
    ("path", "beginning"),
    [
        ("a.json", json.dumps({"meta": {"sequali_version": "1.0.2"}}).encode()),
        ("multiqc_data/multiqc_data.json", b"{"),
    ],
)
def test_a_report_that_is_too_large_is_told(place, read, path, beginning):
    place.put(path, beginning + b" " * MOST_BYTES)
    assert read() == ([], True)


def test_reports_are_taken_apart_as_they_come(place, parser, read):
    for number in range(40):
        place.put(f"{number:02}/report.tsv", QUAST)
    found, truncated = read()
    assert (len(found), truncated) == (40, False)
    assert parser.most <= AT_A_TIME
