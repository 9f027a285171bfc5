"""A panel that nobody looks at, or that shows nothing new, keeps nothing alive."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests
import websocket
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from widgets.waiting import ready, statuses, until

from omnidomain_jupyter.widgets import RunPanel, run_watch

CELL = """
from omnidomain_jupyter import RunPanel
panel = RunPanel('demo/samples.tsv', email='idle@example.org')
panel.presence._handle_custom_msg({'kind': 'view', 'id': 'one', 'seen': True}, [])
"""
IDLE_S = 15  # longer than a kernel takes to start on a busy machine


@pytest.fixture
def culling(tmp_path: Path) -> Iterator[LiveServer]:
    """A server that ends its idle kernels, also those that a page is connected to."""
    culler = [
        f"--MappingKernelManager.cull_idle_timeout={IDLE_S}",
        "--MappingKernelManager.cull_interval=1",
        "--MappingKernelManager.cull_connected=True",
    ]
    with live_server(tmp_path, *culler) as server:
        write_sheet(server.root / "demo", ["gut_01"])
        yield server


@pytest.mark.parametrize("page", ["closed", "open"])
def test_an_idle_kernel_with_a_panel_is_culled(culling: LiveServer, page: str):
    headers = {"Authorization": f"token {culling.token}"}
    kernel = requests.post(f"{culling.url}api/kernels", headers=headers, json={}, timeout=30)
    kernel_id = kernel.json()["id"]
    socket = _run(culling, kernel_id, CELL)
    if page == "closed":
        socket.close()

    def kernels() -> list[str]:
        url = f"{culling.url}api/kernels?no_track_activity=1"
        return [each["id"] for each in requests.get(url, headers=headers, timeout=10).json()]

    assert until(lambda: kernels() == [], 120)
    socket.close()


def _run(server: LiveServer, kernel_id: str, code: str) -> websocket.WebSocket:
    """Run code in a kernel; return the connection when it is done."""
    url = f"ws{server.url.removeprefix('http')}api/kernels/{kernel_id}/channels"
    socket = websocket.create_connection(
        url, header=[f"Authorization: token {server.token}"], timeout=60
    )
    asked = uuid4().hex
    header = {"msg_id": asked, "msg_type": "execute_request", "session": "test", "username": ""}
    content = {"code": code, "silent": False, "store_history": False}
    message = {"header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {}}
    socket.send(json.dumps(message | {"channel": "shell", "content": content}))
    while True:
        answer = json.loads(socket.recv())
        if answer["parent_header"].get("msg_id") == asked and answer["channel"] == "shell":
            assert answer["content"]["status"] == "ok", answer["content"]
            return socket


def test_while_nobody_looks_the_server_is_asked_nothing(
    panel: RunPanel, monkeypatch: pytest.MonkeyPatch
):
    assert ready(panel)
    panel.submit.click()
    assert until(lambda: statuses(panel) == ["COMPLETED"] * 2)
    panel.table.selected = panel.table.runs[0]["run_id"]
    assert until(lambda: panel.monitor.details.run != {})
    asked: list[str] = []
    session = panel._client._transport._session
    session.hooks["response"].append(lambda answer, **_: asked.append(answer.url))
    monkeypatch.setattr(run_watch, "POLL_IDLE", 0.2)
    panel.presence._handle_custom_msg({"kind": "view", "id": "one", "seen": True}, [])
    panel.monitor.look()
    assert until(lambda: len(asked) > 4, 20)

    panel.presence._handle_custom_msg({"kind": "view", "id": "one", "seen": False}, [])
    time.sleep(1)  # what was under way ends
    asked.clear()
    panel.monitor._hint(None)
    panel.monitor._watch.look()
    time.sleep(2)
    assert asked == []

    panel.presence._handle_custom_msg({"kind": "view", "id": "one", "seen": True}, [])
    assert until(lambda: any("/runs?" in url for url in asked), 20)


def test_a_view_that_is_gone_looks_no_more(panel: RunPanel):
    presence = panel.presence
    assert presence.looked_at  # nobody has said anything yet
    for view in ("one", "other"):
        presence._handle_custom_msg({"kind": "view", "id": view, "seen": True}, [])

    presence._handle_custom_msg({"kind": "gone", "id": "one"}, [])
    assert presence.looked_at
    presence._handle_custom_msg({"kind": "gone", "id": "other"}, [])
    assert not presence.looked_at
