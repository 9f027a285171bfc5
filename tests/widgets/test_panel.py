"""The panel as a whole, driven through its widgets, against a real server."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import ipywidgets
import pytest
from client.live_server import live_server
from client.reads import write_sheet
from widgets.waiting import blocked, our_threads, ready, statuses, until

from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.widgets import RunPanel, cells
from omnidomain_jupyter.widgets import panel as panels


def test_from_the_sheet_to_the_report(panel: RunPanel):
    assert ready(panel)
    assert panel.submit.label == "Submit 2 runs"
    assert panel.tabs.selected == "submit"

    panel.submit.click()

    assert until(lambda: panel.tabs.selected == "monitor")
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    first = panel.table.runs[0]
    assert first["sample"] == "gut_01"
    panel.table._handle_custom_msg({"kind": "results", "id": first["run_id"]}, [])
    view = panel.results.view
    assert until(lambda: view.shown.get("kind") == "html")
    assert panel.tabs.selected == "results"
    assert view.shown["path"].endswith(".html")


def test_signing_in_takes_one_field(client: Client, email: str):
    panel = RunPanel(client=client)
    assert panel.sign_in.layout.display != "none"
    assert panel.tabs.layout.display == "none"

    panel.sign_in.submit("nobody")
    assert panel.sign_in.tone == "error"
    panel.sign_in.submit(email)

    assert panel.sign_in.layout.display == "none"
    assert panel.tabs.layout.display is None
    assert email in panel.title.text
    assert until(lambda: panel.submitting.pipeline.value == "ReadQC")
    assert blocked(panel, "Choose a sheet first.")
    panel.close()


def test_no_token_is_in_the_state(panel: RunPanel, client: Client):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    panel.table.selected = panel.table.runs[0]["run_id"]
    assert until(lambda: bool(panel.monitor.details.history))
    login = client._transport._login
    assert login is not None

    state = json.dumps(ipywidgets.Widget.get_manager_state(), default=str)

    assert login.access_token not in state
    assert "eyJ" not in state  # how every JWT begins
    assert client._transport.connection.token not in state
    bundle = json.dumps(panel._repr_mimebundle_(), default=str)
    assert login.access_token not in bundle
    assert client._transport.connection.token not in bundle


def test_a_new_panel_finds_the_runs_of_an_earlier_one(panel: RunPanel, client: Client):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: len(panel.table.runs) == 2)

    again = RunPanel(client=client)

    assert until(lambda: len(again.table.runs) == 2)
    again.close()


def test_who_has_signed_in_once_need_not_again(
    client: Client, email: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(panels, "_signed_in", {})
    first = RunPanel(email=email)

    again, other = RunPanel(), RunPanel(email=f"other-{email}")

    assert again.title.text == first.title.text
    assert again.sign_in.layout.display == "none"
    assert other.title.text != first.title.text
    for panel in (first, again, other):
        panel.close()
    for signed_in in (first, other):
        signed_in._client.close()


def test_the_panel_outlives_its_server(tmp_path: Path, email: str, monkeypatch):
    with live_server(tmp_path) as server:
        sheet = write_sheet(server.root / "demo", ["gut_01"])
        monkeypatch.chdir(server.root)
        client = connect(server.url, server.token)
        panel = RunPanel(str(sheet.relative_to(server.root)), client=client, email=email)
        assert until(lambda: panel.table.loaded)
        assert ready(panel)

        server.stop()
        assert until(lambda: "does not answer" in panel.status.text)
        panel.submitting.source.announce()
        assert until(lambda: panel.submit.disabled and "does not answer" in panel.submit.reason)
        server.start()

        assert until(lambda: panel.status.text == "")
        assert ready(panel)
        panel.submit.click()
        assert until(lambda: statuses(panel) == ["COMPLETED"])
        panel.close()
        client.close()


def test_the_panel_opens_when_its_server_comes(tmp_path: Path, email: str):
    with live_server(tmp_path) as server:
        server.stop()
        client = connect(server.url, server.token)
        panel = RunPanel(client=client, email=email)
        assert "does not answer" in panel.status.text

        server.start()

        assert until(lambda: email in panel.title.text)
        panel.close()
        client.close()


def test_the_cell_run_again_while_the_server_is_away_leaves_one_panel(
    tmp_path: Path, email: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(panels, "TRY_AGAIN", 0.1)
    monkeypatch.setattr(cells, "_panels", {})
    with live_server(tmp_path) as server:
        server.stop()
        client = connect(server.url, server.token)
        monkeypatch.setattr(cells, "_running_cell", lambda: ("cell", "first run"))
        first = RunPanel(client=client, email=email)
        monkeypatch.setattr(cells, "_running_cell", lambda: ("cell", "second run"))
        second = RunPanel(client=client, email=email)

        server.start()

        assert until(lambda: second.table.loaded)
        first._begin(email)  # as a try does that was under way when it was closed
        assert email not in first.title.text
        names = [thread.name for thread in threading.enumerate()]
        assert names.count("omnidomain-runs") == 1
        second.close()
        client.close()
    assert until(lambda: our_threads() == 0, 10)


def test_what_nobody_expects_is_told_where_it_can_be_seen(
    client: Client, email: str, monkeypatch: pytest.MonkeyPatch
):
    panel = RunPanel(client=client)
    monkeypatch.setattr(client, "me", lambda: 1 / 0)

    panel._begin_again(email)

    assert "ZeroDivisionError" in panel.status.text
    assert panel.status.tone == "error"
    panel.close()


def test_closing_ends_every_thread(client: Client, email: str):
    panel = RunPanel(client=client, email=email)
    assert until(lambda: panel.table.loaded)
    assert our_threads() > 0

    panel.close()

    assert until(lambda: our_threads() == 0, 10)
