"""Curves of runs and submissions as DataFrames."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from client.live_server import LiveServer
from client.reads import LENGTH, write_sheet

from omnidomain_jupyter.client import Client, OmniDomainError, connect


def test_a_run_s_curves_are_rows_of_points(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)

    found = client.run(submission.runs()["run_id"][0]).profiles()

    assert list(found.columns) == ["sample_id", "file", "name", "x", "y"]
    assert set(found["name"]) == {"quality", "length", "gc"}
    assert set(found["sample_id"]) == {"gut_01"}
    quality = found[found["name"] == "quality"]
    assert list(quality["x"]) == list(range(1, LENGTH + 1))
    assert quality["y"].between(38, 42).all()


def test_a_submission_s_curve_is_of_all_its_runs_in_the_sheet_s_order(
    client: Client, server: LiveServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(server.root)
    names = [f"gut_{number:02}" for number in range(12, 0, -1)]
    sheet = write_sheet(server.root / uuid4().hex, names).relative_to(server.root)
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)

    found = submission.profiles("length")

    assert list(dict.fromkeys(found["sample_id"])) == names
    assert set(found["name"]) == {"length"}
    assert len(found) == 12 * (LENGTH + 2)  # from 0 on, and behind the last

    route = f"submissions/{submission.submission_id}/profiles"
    seen, cursor = [], None
    while True:
        page = client._transport.get(route, name="gc", limit=5, cursor=cursor)
        assert len(page["profiles"]) <= 5
        assert len(json.dumps(page)) < 20_000
        seen += [each["sample_id"] for each in page["profiles"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(names)
    assert (page["name"], page["title"]) == ("gc", "GC of the reads")


def test_what_is_not_there_has_no_points(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC")
    submission.cancel().wait(60, progress=False)

    assert list(submission.profiles().columns) == ["sample_id", "file", "name", "x", "y"]


def test_a_curve_that_there_is_not_is_told(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC")

    with pytest.raises(OmniDomainError, match="name"):
        submission.profiles("colour")


def test_somebody_else_s_curves_are_not_there(client: Client, server: LiveServer, sheet: str):
    submission = client.submit(sheet, "ReadQC")
    other = connect(server.url, server.token, f"{uuid4().hex}@example.org")

    with pytest.raises(OmniDomainError, match="no such"):
        other._transport.get(f"submissions/{submission.submission_id}/profiles")
    other.close()
