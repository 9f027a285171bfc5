"""JupyterLab on a real JupyterHub, behind its proxy: nothing to type, and runs shown live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from browser.laboratory import LONG, TALKS, look_again, rows, submit_from_browser, without_news
from chromium import chromium_page
from client.reads import write_sheet
from dropped_pipelines import add_pipeline
from hub.real_hub import Hub, real_hub
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
NAME = "ada"
TALKER = {"pipeline": "Talks", "sample_id": "talker", "tsv_row": {"sample_id": "talker"}}


@pytest.fixture
def hub(tmp_path: Path, proxy: list[str], postgres_url: str) -> Iterator[Hub]:
    """A Hub whose users' runs are processes on its machine."""
    add_pipeline(tmp_path / "pipelines", "Talks", ["python3", "-c", TALKS])
    environment = {
        "OMNIDOMAIN_DATABASE_URL": postgres_url,
        "OMNIDOMAIN_EMAIL_DOMAIN": "lab.example.org",
        "OMNIDOMAIN_PIPELINES_PATH": str(tmp_path / "pipelines"),
        "OMNIDOMAIN_MONITOR_INTERVAL": "0.5",
    }
    with real_hub(tmp_path / "hub", proxy, environment) as hub:
        home = hub.homes / NAME
        write_sheet(home / "project", ["gut_01", "gut_02"])
        without_news(home / ".jupyter")
        yield hub


@pytest.fixture
def page() -> Iterator[Page]:
    """A page that knows of nothing."""
    with chromium_page() as page:
        page.set_default_timeout(LONG / 2)
        yield page


def log_in(page: Page, hub: Hub) -> None:
    """Log in at the Hub as everybody does, and go to JupyterLab."""
    page.goto(f"{hub.url}hub/login?next=%2Fuser%2F{NAME}%2Flab")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()
    page.locator("#jp-main-statusbar").wait_for(timeout=LONG)


def test_runs_are_shown_live_and_nothing_needs_to_be_typed(page: Page, hub: Hub):
    ada = hub.add(NAME)
    log_in(page, hub)
    page.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    history = page.locator("#omnidomain-run-history")
    expect(history.get_by_text("No runs yet")).to_be_visible(timeout=LONG)

    dialog = submit_from_browser(page, "samples.tsv")
    dialog.get_by_role("button", name="Submit 2 runs").click()
    expect(dialog.get_by_text("All 2 rows have ended.")).to_be_visible(timeout=LONG)
    dialog.get_by_role("button", name="Show its runs").click()
    expect(history.locator("[data-run-id][data-status='COMPLETED']")).to_have_count(2)
    expect(history.get_by_text(f"{NAME}@lab.example.org")).to_be_visible()

    # A report in its frame, whose address goes through the proxy too.
    rows(history).first.click()
    details = history.locator(".jp-OmniDetails")
    details.get_by_role("button", name=re.compile("html$")).click()
    expect(details.frame_locator("iframe").get_by_text("Sequali report")).to_be_visible()
    page.keyboard.press("Escape")
    history.get_by_role("button", name="show all").click()

    # What is done elsewhere is seen here: the events come through the Hub's proxy.
    assert ada.sign_in().ok
    run = ada.ask("POST", "runs", TALKER).json()
    line = history.locator(f"[data-run-id='{run['run_id']}']")
    expect(line).to_have_attribute("data-status", "RUNNING", timeout=LONG / 4)
    line.click()
    expect(history.get_by_role("log")).to_contain_text("line 1", timeout=LONG / 4)
    assert ada.ask("POST", f"runs/{run['run_id']}/cancel").ok
    expect(line).to_have_attribute("data-status", "CANCELLED", timeout=LONG / 4)
    expect(rows(history)).to_have_count(3)

    # A Hub whose culler has ended the server answers in its stead.
    ada.stop()
    with page.expect_response(lambda answer: answer.status == HTTPStatus.FAILED_DEPENDENCY):
        look_again(page)
    expect(history.get_by_text("The Jupyter server cannot be reached.")).to_be_visible()
    expect(rows(history)).to_have_count(3)
