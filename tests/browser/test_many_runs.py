"""A long history: its first runs are there at once, and all of them can be scrolled."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from browser.laboratory import EMAIL, laboratory, open_history, open_lab, rows
from browser.timing import first_rows, scroll_to
from client.live_server import LiveServer
from playwright.sync_api import Page, expect
from stored_runs import store_runs

pytestmark = pytest.mark.browser
SOAK = bool(os.environ.get("OMNIDOMAIN_SOAK"))
RUNS = 100_000 if SOAK else 5_000
IDLE_S = 65 if SOAK else 25
AT_ONCE = 5_000  # milliseconds, on a busy machine; benchmarks/bench_lab.py measures


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[LiveServer]:
    """A JupyterLab whose scientist has a long history."""
    with laboratory(postgres_server, tmp_path_factory.mktemp("many")) as server:
        store_runs(server.variables["OMNIDOMAIN_DATABASE_URL"], EMAIL, RUNS)
        yield server


def test_the_first_are_there_at_once_and_hardly_anything_is_asked(page: Page, lab: LiveServer):
    rows(open_history(page, lab)).first.wait_for()
    open_lab(page, lab)
    assert first_rows(page) < AT_ONCE
    page.wait_for_timeout(3_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(IDLE_S * 1000)
    ours = [url for url in asked if "/omnidomain/" in url]
    assert len(ours) <= max(1, IDLE_S // 30)  # two a minute


def test_a_press_meets_its_line_however_far_the_list_is_scrolled(page: Page, lab: LiveServer):
    history = open_history(page, lab)
    rows(history).first.wait_for()
    page.locator(".jp-DirListing-item", has_text="project").click()
    history.locator(".jp-OmniRuns-list").evaluate("list => { list.scrollTop = 1000 }")
    middle = rows(history).filter(has_text="sample_0000035")
    middle.click()
    expect(history.locator(".jp-OmniDetails h2")).to_have_text("sample_0000035")


def test_the_sidebar_is_ready_for_the_keyboard(page: Page, lab: LiveServer):
    history = open_history(page, lab)
    rows(history).first.wait_for()
    side = page.locator("#omnidomain-run-history-side")
    expect(side.locator("*")).to_have_count(0)  # what nobody opens is not drawn
    page.locator(".lm-TabBar-tab[title^='OmniDomain']").click()
    expect(rows(side).first).to_be_focused()


def test_all_of_them_can_be_scrolled(page: Page, lab: LiveServer):
    history = open_history(page, lab)
    rows(history).first.wait_for()
    scroll_to(page, f"sample_{RUNS - 1:07}")
    expect(history.get_by_text(f"{RUNS} runs")).to_be_visible()
    assert rows(history).count() < 100  # only those that can be seen are there
    rows(history).last.click()
    expect(history.locator(".jp-OmniDetails")).to_be_visible()
