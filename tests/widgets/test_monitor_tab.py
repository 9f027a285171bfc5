"""Watching runs: filters, pages, details, and what can be done with a run."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from client.live_server import LiveServer
from client.reads import write_sheet
from widgets.waiting import ready, statuses, until

from omnidomain_jupyter.client import Client
from omnidomain_jupyter.widgets import RunPanel


@pytest.fixture
def crowd(client: Client, email: str, server: LiveServer) -> Iterator[RunPanel]:
    """A panel of somebody with 120 runs, most of which are cancelled."""
    names = [f"gut_{number:03}" for number in range(120)]
    many = write_sheet(server.root / "many", names)
    client.sign_in(email)
    submission = client.submit(many, "ReadQC")
    client._transport.post(f"submissions/{submission.submission_id}/cancel", {})
    submission.wait(60, progress=False)
    panel = RunPanel(client=client)
    yield panel
    panel.close()


def _ask(panel: RunPanel, kind: str, about: str = "") -> None:
    panel.table._handle_custom_msg({"kind": kind, "id": about}, [])


def test_pages_of_runs(crowd: RunPanel):
    table = crowd.table
    assert until(lambda: len(table.runs) == 50 and table.more)
    newest = table.runs[0]["run_id"]
    assert len(json.dumps(table.runs)) < 60_000

    _ask(crowd, "older")
    assert until(lambda: table.page == 2 and newest not in {run["run_id"] for run in table.runs})
    _ask(crowd, "older")
    assert until(lambda: table.page == 3 and len(table.runs) == 20)
    assert not table.more
    _ask(crowd, "newer")
    assert until(lambda: table.page == 2)
    _ask(crowd, "newest")
    assert until(lambda: table.page == 1 and table.runs[0]["run_id"] == newest)


def test_filters(crowd: RunPanel):
    table = crowd.table
    assert until(lambda: len(table.runs) == 50)

    table.filters = {"q": "gut_07"}
    assert until(lambda: len(table.runs) == 10)
    table.filters = {"q": "gut_07", "status": ["FAILED"]}
    assert until(lambda: table.runs == [])
    table.filters = {"pipeline": "NextAMR"}
    assert until(lambda: table.runs == [])
    table.filters = {}
    assert until(lambda: len(table.runs) == 50)
    assert until(lambda: "ReadQC" in table.pipelines)


def test_a_submission_has_its_bar(panel: RunPanel):
    assert ready(panel)
    panel.submit.click()

    assert until(lambda: bool(panel.table.submissions))
    assert until(lambda: panel.table.submissions[0]["done"] == 2)
    shown = panel.table.submissions[0]
    assert shown["total"] == 2
    assert shown["counts"] == {"COMPLETED": 2}
    assert panel.table.filters == {"submission_id": shown["id"]}


def test_the_details_of_a_run(panel: RunPanel):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: len(panel.table.runs) == 2)
    panel.table.selected = panel.table.runs[0]["run_id"]
    details = panel.monitor.details

    assert until(lambda: details.run.get("status") == "COMPLETED")
    assert [change["status"] for change in details.history] == [
        "CREATED",
        "SUBMITTED",
        "RUNNING",
        "COMPLETED",
    ]
    assert ["sample_id", "gut_01"] in details.row
    assert until(lambda: bool(details.lines))

    details._handle_custom_msg({"kind": "close", "id": ""}, [])
    assert until(lambda: details.run == {})


def test_a_run_is_cancelled_and_resumed(crowd: RunPanel):
    table = crowd.table
    assert until(lambda: len(table.runs) == 50)
    cancelled = next(run for run in table.runs if run["status"] == "CANCELLED")

    _ask(crowd, "resume", cancelled["run_id"])

    assert until(lambda: "runs again" in table.told)
    assert until(lambda: table.runs[0]["sample"] == cancelled["sample"])
    assert until(lambda: statuses(crowd)[0] == "COMPLETED")


def test_what_cannot_be_done_is_told(crowd: RunPanel):
    table = crowd.table
    assert until(lambda: len(table.runs) == 50)
    _ask(crowd, "cancel", "00000000-0000-0000-0000-000000000000")

    assert until(lambda: "no such run" in table.told)
