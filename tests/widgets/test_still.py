"""The table in a saved notebook says no more than was seen."""

from __future__ import annotations

from datetime import UTC, datetime

from omnidomain_jupyter.widgets.still import Still, still_html, which_runs

AT = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
RUN = {
    "status": "FAILED",
    "sample": "gut_01",
    "pipeline": "ReadQC",
    "created_at": "2026-03-01T09:00:00.000+00:00",
    "reason": "exit 1",
}


def test_before_the_first_look_nothing_is_known():
    html = Still().html

    assert "not read yet" in html
    assert "no runs" not in html
    assert " as of " not in html


def test_no_runs_is_said_of_a_look_that_found_none():
    assert "as of 2026-03-01 09:05 UTC: no runs." in still_html([], at=AT)


def test_filters_and_page_are_named():
    filters = {"status": ["FAILED"], "q": "gut", "submission_id": "1"}
    which = which_runs(filters, 3, {"1": "plate.tsv"})
    html = still_html([RUN], at=AT, which=which, more=True)

    assert which == "failed, sample name with 'gut', of plate.tsv, page 3"
    assert "of plate.tsv, page 3) as of 2026-03-01 09:05 UTC: 1 failed." in html
    assert "newest" not in html
    assert "the newest 1: 1 failed" in still_html([RUN], at=AT, more=True)
    assert which_runs({}, 1, {}) == ""
