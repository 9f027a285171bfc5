"""The example notebooks, opened without knowing where they are."""

from __future__ import annotations

import pytest
from browser.laboratory import LONG, open_lab
from client.live_server import LiveServer
from playwright.sync_api import Page, expect
from widgets.notebooks import cells_to_the_panel

pytestmark = pytest.mark.browser


def test_the_quickstart_is_in_the_launcher_and_runs(page: Page, lab: LiveServer):
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="Quickstart").click(timeout=LONG)
    tab = page.locator(".lm-TabBar-tabLabel", has_text="quickstart.ipynb")
    expect(tab).to_be_visible(timeout=LONG)
    copy = lab.root / "omnidomain-examples" / "quickstart.ipynb"
    assert copy.exists()
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=LONG)
    page.locator(".jp-Notebook .jp-Cell").first.click()
    # As far as the panel: all of it is run where the notebooks are tested.
    for _ in cells_to_the_panel(copy):
        page.keyboard.press("Shift+Enter")
    expect(page.get_by_role("button", name="Submit 3 runs")).to_be_visible(timeout=LONG)


def test_an_example_that_was_changed_is_opened_as_it_is(page: Page, lab: LiveServer):
    copy = lab.root / "omnidomain-examples" / "your_own_pipeline.ipynb"
    copy.parent.mkdir(exist_ok=True)
    copy.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    before = copy.read_text()
    open_lab(page, lab)
    page.locator(".lm-MenuBar-itemLabel", has_text="OmniDomain").click(timeout=LONG)
    page.locator(".lm-Menu-itemLabel", has_text="Examples").hover()
    page.locator(".lm-Menu-itemLabel", has_text="Your Own Pipeline").click()
    tab = page.locator(".lm-TabBar-tabLabel", has_text="your_own_pipeline.ipynb")
    expect(tab).to_be_visible(timeout=LONG)
    assert copy.read_text() == before
