"""A page that loses its connection to the kernel, as on a laptop that sleeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import Page, expect
from widgets.notebooks import LONG, completed, open_notebook, run_all, write_notebook

pytestmark = pytest.mark.browser
# JupyterLab gives all widgets their whole state once more when its kernel is connected anew.
RECONNECT = """async () => {
    const { session } = jupyterapp.shell.currentWidget.sessionContext;
    await session.kernel.reconnect();
}"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LiveServer]:
    """A JupyterLab whose page can be told to connect anew."""
    exposed = "--LabApp.expose_app_in_browser=True"
    with live_server(tmp_path, exposed, module="jupyterlab") as server:
        yield server


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium_page(width=1280, height=1400) as page:
        yield page


def test_what_a_panel_showed_is_there_when_it_is_connected_anew(page: Page, lab: LiveServer):
    write_sheet(lab.root / "demo", ["gut_01"])
    write_notebook(
        lab.root / "asleep.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        "RunPanel('demo/samples.tsv', email='asleep@example.org')",
    )
    open_notebook(page, lab, "asleep.ipynb")
    panel = run_all(page)
    panel.get_by_role("button", name="Submit 1 run").click(timeout=LONG)
    expect(completed(panel)).to_have_count(1, timeout=LONG)
    frames: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))),
    )

    page.evaluate(RECONNECT)

    while not any("update_states" in frame for frame in frames):
        page.wait_for_timeout(100)
    page.wait_for_timeout(1_000)
    expect(completed(panel)).to_have_count(1)
