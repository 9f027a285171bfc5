"""The panel, driven through its widgets, against a real server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import ipywidgets
import pandas as pd
import pytest
from client.live_server import live_server
from client.reads import write_sheet

from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.widgets import RunPanel

BROKEN = "sample_id\treads_1\ngut 02\tmissing.fastq.gz\n"


def _until(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def _statuses(panel: RunPanel) -> list[str]:
    return [run["status"] for run in panel.table.runs]


def _threads() -> int:
    return sum(thread.name.startswith("omnidomain-") for thread in threading.enumerate())


@pytest.fixture
def panel(client: Client, email: str, sheet: str) -> Iterator[RunPanel]:
    panel = RunPanel(sheet, client=client, email=email)
    yield panel
    panel.close()
    assert _until(lambda: _threads() == 0, 10)


def test_from_the_sheet_to_the_report(panel: RunPanel):
    assert panel.submit.description == "Submit 2 runs"
    assert not panel.submit.disabled
    assert _until(lambda: panel.table.loaded)

    panel.submit.click()

    assert panel.submit.disabled
    assert "Submitted 2 runs" in panel.reason.text
    assert _until(lambda: _statuses(panel) == ["COMPLETED"] * 2)
    assert _until(lambda: all(run["report"] for run in panel.table.runs))
    first = panel.table.runs[0]
    assert first["sample"] == "gut_01"
    assert first["below_root"]
    assert first["report"].endswith(".html")


def test_a_second_click_submits_nothing(panel: RunPanel, client: Client):
    panel.submit.click()
    panel.submit.click()

    assert len(client.runs()) == 2


def test_a_sheet_can_be_submitted_again_on_purpose(panel: RunPanel, client: Client):
    panel.submit.click()
    panel.chooser.again.click()
    panel.submit.click()

    assert len(client.runs()) == 4


def test_signing_in_takes_one_field(client: Client, email: str):
    panel = RunPanel(client=client)
    assert panel.sign_in.layout.display != "none"

    panel.sign_in.email.value = "nobody"
    assert panel.sign_in.notice.tone == "error"
    panel.sign_in.email.value = email

    assert panel.sign_in.layout.display == "none"
    assert email in panel.title.text
    assert panel.pipeline.value == "ReadQC"
    assert panel.submit.disabled
    assert panel.reason.text == "Choose a sheet first."
    panel.close()


def test_bad_cells_are_shown_and_nothing_can_be_submitted(panel: RunPanel):
    panel.chooser.source.value = "Paste"
    panel.chooser.text.value = BROKEN

    assert panel.submit.disabled
    assert panel.reason.text == "Put 2 cells right first."
    assert panel.grid.rows == [
        {"line": 2, "cells": {"sample_id": "gut 02", "reads_1": "missing.fastq.gz"}}
    ]
    issue = panel.grid.issues[0]
    assert (issue["line"], issue["column"], issue["suggestion"]) == (2, "sample_id", "gut_02")


def test_a_sheet_is_uploaded(panel: RunPanel, sheet: str):
    text = f"\ufeffsample_id\treads_1\r\n001\t{Path(sheet).parent}/reads.fastq.gz\r\n"
    panel.chooser.source.value = "Upload"
    panel.chooser.upload.value = (
        {
            "name": "samples.tsv",
            "type": "text/plain",
            "size": len(text),
            "content": memoryview(text.encode("utf-16")),
            "last_modified": pd.Timestamp.now("UTC").to_pydatetime(),
        },
    )

    assert panel.submit.description == "Submit 1 run"
    assert panel.grid.rows[0]["cells"]["sample_id"] == "001"


def test_a_data_frame_is_shown_as_text(client: Client, email: str):
    frame = pd.DataFrame({"sample_id": ["a b"], "reads_1": ["x.fastq"]})
    panel = RunPanel(frame, client=client, email=email)

    assert panel.chooser.source.value == "Paste"
    assert panel.grid.rows[0]["cells"]["sample_id"] == "a b"
    panel.close()


def test_a_sheet_that_is_not_there_is_told(panel: RunPanel):
    panel.chooser.path.value = "nowhere.tsv"

    assert panel.submit.disabled
    assert "nowhere.tsv" in panel.reason.text
    assert panel.grid.rows == []


def test_no_token_is_in_the_state(panel: RunPanel, client: Client):
    panel.submit.click()
    assert _until(lambda: len(panel.table.runs) == 2)
    login = client._transport._login
    assert login is not None

    state = json.dumps(ipywidgets.Widget.get_manager_state(), default=str)

    assert login.access_token not in state
    assert client._transport.connection.token not in state


def test_at_most_fifty_runs_are_in_the_state(client: Client, email: str, server):
    folder = server.root / "many"
    many = write_sheet(folder, [f"gut_{number:03}" for number in range(55)])
    panel = RunPanel(many, client=client, email=email)
    panel.submit.click()

    assert _until(lambda: len(panel.table.runs) == 50)
    assert panel.table.more
    assert len(json.dumps(panel.table.runs)) < 50_000
    for run_id in client.runs()["run_id"][::-1]:
        client.run(run_id).cancel()
    panel.close()


def test_the_panel_outlives_its_server(tmp_path: Path, email: str, monkeypatch):
    with live_server(tmp_path) as server:
        sheet = write_sheet(server.root / "demo", ["gut_01"])
        monkeypatch.chdir(server.root)
        client = connect(server.url, server.token)
        panel = RunPanel(str(sheet.relative_to(server.root)), client=client, email=email)
        assert _until(lambda: panel.table.loaded)

        server.stop()
        assert _until(lambda: "does not answer" in panel.status.text)
        panel.chooser.again.click()
        assert panel.submit.disabled
        server.start()

        assert _until(lambda: panel.status.text == "")
        assert _until(lambda: not panel.submit.disabled)
        panel.submit.click()
        assert _until(lambda: _statuses(panel) == ["COMPLETED"])
        panel.close()
        client.close()


def test_the_panel_opens_when_its_server_comes(tmp_path: Path, email: str):
    with live_server(tmp_path) as server:
        server.stop()
        client = connect(server.url, server.token)
        panel = RunPanel(client=client, email=email)
        assert "does not answer" in panel.status.text

        server.start()

        assert _until(lambda: email in panel.title.text)
        panel.close()
        client.close()


def test_closing_ends_every_thread(client: Client, email: str):
    panel = RunPanel(client=client, email=email)
    assert _until(lambda: panel.table.loaded)
    assert _threads() > 0

    panel.close()

    assert _until(lambda: _threads() == 0, 10)
