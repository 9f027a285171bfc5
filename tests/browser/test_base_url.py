"""Everything is there under a base URL too, where a proxy gives each server a path of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.laboratory import (
    LONG,
    client_of,
    laboratory,
    open_history,
    rows,
    submit_from_browser,
)
from client.live_server import LiveServer
from playwright.sync_api import Page, WebSocket, expect

pytestmark = pytest.mark.browser
BASE_URL = "/labs/ada/"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[LiveServer]:
    """A JupyterLab of which a proxy knows only the path."""
    home = tmp_path_factory.mktemp("base-url")
    with laboratory(postgres_server, home, base_url=BASE_URL) as server:
        yield server


@pytest.mark.long  # a hub puts its servers under one, too
def test_the_whole_way_under_a_base_url(page: Page, lab: LiveServer):
    elsewhere: list[str] = []
    told: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        if "/api/events/subscribe" in socket.url:
            socket.on("framereceived", keep)

    def keep(message: str | bytes) -> None:
        told.append(message)

    def check(url: str) -> None:
        if "/omnidomain/" in url and f"{BASE_URL}omnidomain/" not in url:
            elsewhere.append(url)

    page.on("websocket", listen)
    page.on("request", lambda request: check(request.url))
    history = open_history(page, lab)

    # From the file browser to runs that have ended.
    dialog = submit_from_browser(page, "samples.tsv")
    dialog.get_by_role("button", name="Submit 3 runs").click()
    expect(dialog.get_by_text("All 3 rows have ended.")).to_be_visible(timeout=LONG)
    dialog.get_by_role("button", name="Show its runs").click()
    expect(history.locator("[data-run-id][data-status='COMPLETED']")).to_have_count(3)

    # Results: shown in place, and downloaded.
    rows(history).first.click()
    details = history.locator(".jp-OmniDetails")
    details.get_by_role("button", name=re.compile("html$")).click()
    expect(details.frame_locator("iframe").get_by_text("Sequali report")).to_be_visible()
    with page.expect_download() as download:
        details.get_by_label(re.compile("^Download.*json$")).click()
    assert Path(download.value.path()).read_text().startswith("{")
    page.keyboard.press("Escape")

    # A change that nobody here has made comes with the server's event, long before a poll.
    history.get_by_role("button", name="show all").click()
    client = client_of(lab)
    [run_id] = client.submit("sample_id\ntalker\n", "Talks").runs()["run_id"]
    line = history.locator(f"[data-run-id='{run_id}']")
    expect(line).to_have_attribute("data-status", "RUNNING")
    line.click()
    expect(details.get_by_role("log")).to_contain_text("line 3")
    told.clear()
    client.run(run_id).cancel()
    client.close()
    expect(line).to_have_attribute("data-status", "CANCELLED")
    assert any(run_id in str(message) for message in told)
    assert elsewhere == []
