"""Where OmniDomain is met in JupyterLab and in Notebook: launcher, palette, menu, status bar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser.laboratory import (
    EMAIL,
    LONG,
    open_history,
    open_lab,
    prepare,
    rows,
    submit_from_browser,
)
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from playwright.sync_api import Page, Request, expect
from stored_runs import store_runs

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture
def talking(client: Client) -> Iterator[str]:
    """A run that goes on; its id."""
    [run_id] = client.submit("sample_id\ntalker\n", "Talks").runs()["run_id"]
    yield run_id
    run = client.run(run_id)
    if not run.ended:
        run.cancel()


@contextmanager
def settings(lab: LiveServer, values: dict[str, object]) -> Iterator[None]:
    """Set what a user sets, for pages that are opened from now on."""
    folder = lab.home / "config" / "lab" / "user-settings" / "omnidomain-jupyter"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "run-history.jupyterlab-settings"
    file.write_text(json.dumps(values))
    try:
        yield
    finally:
        file.unlink()


def is_list(request: Request) -> bool:
    """Return whether a request is for the list; that of the status bar asks for states."""
    return "/omnidomain/runs?" in request.url and "status=" not in request.url


def test_the_history_is_opened_from_launcher_palette_and_menu(page: Page, lab: LiveServer):
    open_lab(page, lab)
    history = page.locator("#omnidomain-run-history")
    for card in ("Run history", "Submit runs"):
        expect(page.locator(".jp-LauncherCard", has_text=card)).to_be_visible(timeout=LONG)
    page.keyboard.press("Control+Shift+KeyC")
    page.keyboard.type("Open Run History")
    page.keyboard.press("Enter")
    expect(history).to_be_visible()
    page.locator(".lm-TabBar-tab", has_text="Run history").get_by_title("Close").click()
    expect(history).to_be_hidden()
    page.locator(".lm-MenuBar-itemLabel", has_text="OmniDomain").click()
    page.locator(".lm-Menu-itemLabel", has_text="Run history").click()
    expect(history).to_be_visible()


def test_the_status_bar_counts_and_a_notification_tells_of_the_end(
    page: Page, lab: LiveServer, client: Client, talking: str
):
    open_history(page, lab)
    status = page.locator(".jp-OmniStatusItem")
    expect(status).to_contain_text("1 running")
    client.submit("sample_id\nloser\n", "Fails")
    expect(status).to_contain_text("1 running, 1 failed")
    toast = page.get_by_role("alert").filter(has_text="loser (Fails): FAILED")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Show").click()
    expect(page.locator(".jp-OmniDetails h2")).to_have_text("loser")


def test_settings_hide_columns_and_silence_notifications(
    page: Page, lab: LiveServer, client: Client
):
    with settings(lab, {"notifications": "none", "columns": ["duration"]}):
        history = open_history(page, lab)
        client.submit("sample_id\nquiet\n", "Fails").wait(progress=False)
        expect(rows(history).filter(has_text="quiet")).to_be_visible()
        page.wait_for_timeout(2_000)
        expect(page.get_by_role("alert").filter(has_text="quiet")).to_have_count(0)
        heads = history.get_by_role("columnheader")
        expect(heads).to_have_text(["", "Sample", "Status", "Duration"])


def test_settings_say_how_much_is_fetched_and_how_often(page: Page, lab: LiveServer):
    store_runs(lab.variables["OMNIDOMAIN_DATABASE_URL"], EMAIL, 12)
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url) if is_list(each) else None)
    with settings(lab, {"pollSeconds": 10, "pageSize": 10}):
        history = open_history(page, lab)
        expect(history.get_by_text("newest 10 runs")).to_be_visible()
        # Nothing happens, of which the server could tell.
        with page.expect_request(is_list, timeout=20_000):
            pass
        assert "limit=10&" in asked[-1]


def test_it_is_there_in_notebook_too(tmp_path: Path):
    # A page of its own: Notebook's has an error about its settings, also without any extension.
    with (
        live_server(tmp_path, *prepare(tmp_path), module="notebook") as server,
        chromium_page() as page,
    ):
        page.goto(f"{server.url}tree?token={server.token}")
        page.locator(".lm-MenuBar-itemLabel", has_text="OmniDomain").click(timeout=LONG)
        page.locator(".lm-Menu-itemLabel", has_text="Run history").click()
        history = page.locator("#omnidomain-run-history")
        expect(history.get_by_label("Email")).to_be_visible(timeout=LONG)
        dialog = submit_from_browser(page, "samples.tsv")
        dialog.get_by_label("Email").fill(EMAIL)
        dialog.get_by_role("button", name="Sign in").click()
        dialog.get_by_role("button", name="Submit 3 runs").click(timeout=LONG)
        dialog.get_by_role("button", name="Show its runs").click(timeout=LONG)
        expect(rows(history)).to_have_count(3, timeout=LONG)
