"""The whole way in a real JupyterLab: quickstart, panel, run, history view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.laboratory import LONG, laboratory
from client.live_server import LiveServer
from playwright.sync_api import Page, expect
from widgets.notebooks import copy_panel

pytestmark = pytest.mark.browser
QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"


@pytest.fixture
def lab(tmp_path: Path, postgres_server: str) -> Iterator[LiveServer]:
    """A JupyterLab of somebody who has submitted nothing yet."""
    with laboratory(postgres_server, tmp_path) as server:
        copy_panel(QUICKSTART, server.root)
        yield server


@pytest.mark.long
def test_from_the_quickstart_to_the_history_view(page: Page, lab: LiveServer):
    page.goto(f"{lab.url}lab/tree/quickstart.ipynb?reset&token={lab.token}")
    # The status bar tells the truth about the kernel; the notebook's own sign is idle before
    # there is one.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=LONG)
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    page.get_by_role("button", name="Submit 3 runs").click(timeout=LONG)

    # The history is opened while the runs go, and keeps up without being touched.
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+KeyL")
    page.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    history = page.locator("#omnidomain-run-history")
    history.get_by_label("Email").fill("you@example.org")
    history.get_by_role("button", name="Sign in").click()
    rows = history.locator("[data-run-id]")
    expect(rows).to_have_count(3, timeout=LONG)
    done = history.locator("[data-run-id]", has_text="COMPLETED")
    expect(done).to_have_count(3, timeout=LONG)

    # Details of one run: its timeline and what its program printed.
    rows.first.click()
    states = history.get_by_label("The states of this run")
    expect(states).to_contain_text("RUNNING", timeout=LONG)

    # The panel says the same.
    page.locator(".lm-TabBar-tabLabel", has_text="quickstart").first.click()
    panel = page.locator('.omnidomain-runs tr[data-status="COMPLETED"]')
    expect(panel).to_have_count(3, timeout=LONG)

    # After a reload the view is there again, and still signed in.
    page.reload()
    page.locator(".lm-TabBar-tabLabel", has_text="Run history").first.click(timeout=LONG)
    expect(page.locator("#omnidomain-run-history [data-run-id]")).to_have_count(3, timeout=LONG)
