"""Live and calm: a change is seen at once, nothing moves under the pointer, little is asked."""

from __future__ import annotations

import pytest
from browser.laboratory import LONG, open_history, open_lab, rows
from browser.timing import event_to_screen, note_events
from client.live_server import LiveServer
from playwright.sync_api import Page, Request, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser
SOON = 5_000  # milliseconds, on a busy machine; benchmarks/bench_lab.py measures
CHANGES = 3


def test_a_change_is_on_screen_soon_after_its_event(page: Page, lab: LiveServer, client: Client):
    names = "\n".join(f"soon_{number}" for number in range(CHANGES))
    runs = list(client.submit(f"sample_id\n{names}\n", "Talks").runs()["run_id"])
    note_events(page, client)
    open_history(page, lab)
    assert max(event_to_screen(page, runs)) < SOON


def test_nothing_moves_under_the_pointer(page: Page, lab: LiveServer, client: Client):
    names = "\n".join(f"still_{number:02}" for number in range(20))
    client.submit(f"sample_id\n{names}\n", "Fails").wait(progress=False)
    page.set_viewport_size({"width": 1280, "height": 500})
    history = open_history(page, lab)
    rows(history).first.wait_for()
    history.locator(".jp-OmniRuns-list").evaluate("list => { list.scrollTop = 160 }")
    line = rows(history).filter(has_text="still_10")
    before = line.bounding_box()
    client.submit("sample_id\nnewcomer\n", "Fails").wait(progress=False)
    newer = history.get_by_role("button", name="1 new run")
    expect(newer).to_be_visible()
    assert line.bounding_box() == before
    newer.click()
    expect(rows(history).filter(has_text="newcomer")).to_be_in_viewport()


def test_a_page_without_a_view_asks_hardly_anything(page: Page, lab: LiveServer):
    history = open_history(page, lab)
    rows(history).first.wait_for()
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/omnidomain/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="Run history").wait_for(timeout=LONG)
    page.wait_for_timeout(5_000)
    assert len(asked) <= 2
