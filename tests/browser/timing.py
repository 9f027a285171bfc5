"""How long a scientist waits for the run history, in milliseconds, as the page itself sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from browser.laboratory import LONG
from playwright.sync_api import Page, expect

from omnidomain_jupyter.client import Client

APART = 500  # milliseconds; of a storm of changes only some are looked at at once
OPEN = """async () => {
    const cards = [...document.querySelectorAll('.jp-LauncherCard')];
    const card = cards.find(each => each.textContent.includes('Run history'));
    const began = performance.now();
    card.click();
    while (!document.querySelector('#omnidomain-run-history [data-run-id]')) {
        await new Promise(requestAnimationFrame);
    }
    return performance.now() - began;
}"""
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
SCROLL = """async last => {
    const list = document.querySelector('#omnidomain-run-history .jp-OmniRuns-list');
    const began = performance.now();
    while (!list.textContent.includes(last)) {
        list.scrollTop = list.scrollHeight;
        await new Promise(resolve => setTimeout(resolve, 20));
    }
    return performance.now() - began;
}"""


def first_rows(page: Page) -> float:
    """Press the launcher's card of the history; return how long its first row takes."""
    page.locator(".jp-LauncherCard", has_text="Run history").wait_for(timeout=LONG)
    return float(page.evaluate(OPEN))


def note_events(page: Page, client: Client) -> None:
    """Make ready for `event_to_screen`, before a page is opened."""
    page.add_init_script(NOTE_EVENTS)
    page.expose_function("omnidomainCancel", lambda run_id: client.run(run_id).cancel() and None)


def event_to_screen(page: Page, run_ids: Sequence[str]) -> Iterator[float]:
    """Cancel runs, each in its turn; yield the time from the event of it to the changed row."""
    history = page.locator("#omnidomain-run-history")
    for run_id in run_ids:
        line = history.locator(f"[data-run-id='{run_id}']")
        expect(line).to_have_attribute("data-status", "RUNNING", timeout=LONG)
    for run_id in run_ids:
        page.wait_for_timeout(APART)
        yield float(page.evaluate(LAG, [run_id, "CANCELLED"]))


def scroll_to(page: Page, last: str) -> float:
    """Scroll down until that sample is there; return how long it takes."""
    return float(page.evaluate(SCROLL, last))
