"""Nobody is shut out: axe-core finds nothing in any view, in every theme."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser.axe import AXE, set_theme, violations
from browser.laboratory import (
    LONG,
    client_of,
    open_history,
    open_lab,
    rows,
    submit_from_browser,
    try_again,
    until_tried_again,
)
from client.live_server import LiveServer
from playwright.sync_api import Locator, Page, Route, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.exists(), reason="the front end is not set up: jlpm install"),
]
VIEW = "#omnidomain-run-history"
SIDE = "#omnidomain-run-history-side"


@pytest.fixture(
    params=[
        "Light",
        pytest.param("Dark", marks=pytest.mark.long),
        pytest.param("Dark High Contrast", marks=pytest.mark.long),
    ]
)
def theme(request: pytest.FixtureRequest, lab: LiveServer) -> str:
    """JupyterLab's theme."""
    set_theme(lab, request.param)
    return str(request.param)


@pytest.fixture(scope="module", autouse=True)
def runs(lab: LiveServer) -> Iterator[None]:
    """Runs that have failed, one that is done, and one that goes on."""
    client = client_of(lab)
    client.submit("sample_id\none\ntwo\n", "Fails").wait(progress=False)
    client.submit("project/samples.tsv", "ReadQC").wait(progress=False)
    [talker] = client.submit("sample_id\ntalker\n", "Talks").runs()["run_id"]
    yield
    client.run(talker).cancel()
    client.close()


def away(route: Route) -> None:
    route.fulfill(status=404, content_type="text/html", body="<h1>404</h1>")


def line(history: Locator, sample: str) -> Locator:
    """Return a run's line."""
    return rows(history).filter(has_text=sample).first


def test_no_view_shuts_anybody_out(page: Page, lab: LiveServer, theme: str):
    open_lab(page, lab)
    page.route("**/omnidomain/**", until_tried_again(page, away))
    page.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    history = page.locator(VIEW)
    history.get_by_role("button", name="Try again").wait_for()
    assert violations(page, VIEW) == []
    try_again(page, history)
    email = history.get_by_label("Email")
    email.wait_for()
    page.unroute_all()
    assert violations(page, VIEW) == []
    email.fill(f"{theme.replace(' ', '.')}@example.org")
    history.get_by_role("button", name="Sign in").click()
    history.get_by_text("No runs yet").wait_for()
    assert violations(page, VIEW) == []
    history.get_by_role("button", name="Sign out").click()
    email.wait_for()

    open_history(page, lab)
    line(history, "talker").wait_for()
    history.get_by_label("Submitted", exact=True).select_option("days")
    assert violations(page, VIEW) == []
    history.get_by_role("button", name="Show all", exact=True).click()
    page.locator(".jp-OmniStatusItem", has_text="1 running").wait_for()
    assert violations(page, ".jp-OmniStatusItem") == []
    line(history, "one").click()
    for tab in ("Log", "Results", "Row", "Command", "History"):
        history.get_by_role("tab", name=tab).click()
        assert violations(page, VIEW) == []
    line(history, "gut_01").click()
    history.locator(".jp-OmniFiles").get_by_role("button", name=re.compile("json$")).click()
    history.locator(".jp-OmniFiles .jp-OmniLog").wait_for()
    assert violations(page, VIEW) == []
    page.locator(".lm-TabBar-tab[title^='OmniDomain']").click()
    line(page.locator(SIDE), "talker").wait_for()
    assert violations(page, SIDE) == []
    line(page.locator(SIDE), "talker").click()
    assert violations(page, SIDE) == []
    page.locator(".lm-TabBar-tab[title^='File Browser']").click()

    history.locator(".jp-OmniDetails-close").click()
    history.get_by_label("By submission").check()
    history.locator(".jp-OmniGroup").first.wait_for()
    assert violations(page, VIEW) == []
    for sample in ("one", "two"):
        line(history, sample).click(modifiers=["Control"])
    history.get_by_role("button", name="Compare 2").click()
    history.get_by_role("rowheader", name="sample_id").wait_for()
    assert violations(page, VIEW) == []
    history.get_by_role("button", name="Back to the list").click()
    dialog = submit_from_browser(page, "faulty.tsv")
    dialog.get_by_text("cells first").wait_for()
    assert violations(page, ".jp-OmniSubmit-dialog") == []


def test_what_is_chosen_or_wrong_is_seen_in_the_users_own_colours(page: Page, lab: LiveServer):
    page.emulate_media(forced_colors="active")
    history = open_history(page, lab)
    chosen, marked, other = (line(history, name) for name in ("one", "two", "talker"))
    marked.click(modifiers=["Control"])
    chosen.click()
    outline = "element => getComputedStyle(element).outlineStyle"
    assert (chosen.evaluate(outline), marked.evaluate(outline)) == ("double", "dashed")
    assert other.evaluate(outline) == "none"
    border = "element => getComputedStyle(element).borderBottomColor"
    log, row = (history.get_by_role("tab", name=name) for name in ("Log", "Row"))
    assert log.evaluate(border) != row.evaluate(border)
    page.keyboard.press("Escape")
    dialog = submit_from_browser(page, "faulty.tsv")
    expect(dialog.locator("td[aria-invalid]")).to_have_count(2)
    assert dialog.locator("td[aria-invalid]").first.evaluate(outline) == "solid"
