"""Nobody is shut out: axe-core finds nothing in any view, in both themes."""

from __future__ import annotations

import pytest
from browser.axe import AXE, set_theme, violations
from browser.laboratory import LONG, open_history, open_lab, rows, submit_from_browser
from client.live_server import LiveServer
from playwright.sync_api import Page, expect

from omnidomain_jupyter.client import Client

pytestmark = [pytest.mark.browser]


@pytest.fixture(params=["Light", "Dark"])
def theme(request: pytest.FixtureRequest, lab: LiveServer) -> str:
    """JupyterLab's theme."""
    set_theme(lab, request.param)
    return str(request.param)


@pytest.mark.skipif(not AXE.exists(), reason="the front end is not set up: jlpm install")
def test_no_view_shuts_anybody_out(page: Page, lab: LiveServer, client: Client, theme: str):
    client.submit("sample_id\none\ntwo\n", "Fails").wait(progress=False)
    view = "#omnidomain-run-history"
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    expect(page.locator(view).get_by_label("Email")).to_be_visible()
    assert violations(page, view) == []
    history = open_history(page, lab)
    rows(history).first.wait_for()
    assert violations(page, view) == []
    rows(history).first.click()
    for tab in ("Log", "Results", "Row", "Command", "History"):
        history.get_by_role("tab", name=tab).click()
        assert violations(page, view) == []
    page.keyboard.press("Escape")
    history.get_by_label("By submission").check()
    history.locator(".jp-OmniGroup").first.wait_for()
    assert violations(page, view) == []
    rows(history).nth(0).click(modifiers=["Control"])
    rows(history).nth(1).click(modifiers=["Control"])
    history.get_by_role("button", name="Compare 2").click()
    history.get_by_role("rowheader", name="sample_id").wait_for()
    assert violations(page, view) == []
    history.get_by_role("button", name="Back to the list").click()
    dialog = submit_from_browser(page, "faulty.tsv")
    dialog.get_by_text("cells first").wait_for()
    assert violations(page, ".jp-OmniSubmit-dialog") == []
