"""Live and calm: a change is seen at once, nothing moves under the pointer, little is asked."""

from __future__ import annotations

import statistics

import pytest
from browser.laboratory import LONG, client_of, open_history, open_lab, rows
from client.live_server import LiveServer
from playwright.sync_api import Page, Request, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser
SOON = 1_000  # milliseconds, on a busy machine; 300 are wanted
CHANGES = 6
APART = 500  # milliseconds; of a storm of changes only some are looked at at once
# Notes when each message of the server's events arrives, before anybody else hears of it.
NOTE_EVENTS = """
const Plain = window.WebSocket;
window.omnidomainEvents = [];
window.WebSocket = class extends Plain {
    constructor(url, protocols) {
        super(url, protocols);
        if (String(url).includes('/api/events/subscribe')) {
            this.addEventListener('message', event => {
                window.omnidomainEvents.push({ at: performance.now(), text: event.data });
            });
        }
    }
};
"""
# Resolves with the time between the last event about a run and its status in the list.
LAG = """([runId, status]) => new Promise((resolve, reject) => {
    const line = document.querySelector(`#omnidomain-run-history [data-run-id="${runId}"]`);
    const observer = new MutationObserver(() => {
        if (line.dataset.status === status) {
            const drawn = performance.now();
            const told = window.omnidomainEvents.findLast(
                each => each.text.includes(runId) && each.text.includes(status)
            );
            observer.disconnect();
            told ? resolve(drawn - told.at) : reject(new Error('There was no event.'));
        }
    });
    observer.observe(line, { attributes: true });
    window.omnidomainCancel(runId);
})"""


def test_a_change_is_on_screen_soon_after_its_event(page: Page, lab: LiveServer):
    client = client_of(lab)
    names = "\n".join(f"soon_{number}" for number in range(CHANGES))
    runs = list(client.submit(f"sample_id\n{names}\n", "Talks").runs()["run_id"])
    page.add_init_script(NOTE_EVENTS)
    page.expose_function("omnidomainCancel", lambda run_id: client.run(run_id).cancel() and None)
    history = open_history(page, lab)
    for run_id in runs:
        line = history.locator(f"[data-run-id='{run_id}']")
        expect(line).to_have_attribute("data-status", "RUNNING", timeout=LONG)
    lags = []
    for run_id in runs:
        page.wait_for_timeout(APART)
        lags.append(page.evaluate(LAG, [run_id, "CANCELLED"]))
    client.close()
    told = ", ".join(f"{lag:.0f}" for lag in lags)
    print(f"from event to screen: {told} ms; median {statistics.median(lags):.0f} ms")
    assert max(lags) < SOON


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
    print("asked without a view:", asked)
    assert len(asked) <= 2
