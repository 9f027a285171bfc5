"""The run history in a real JupyterLab."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from browser.laboratory import EMAIL, LONG, look_again, open_history, open_lab, rows
from client.live_server import LiveServer
from playwright.sync_api import Page, expect
from stored_runs import store_runs

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sheet() -> str:
    """Three samples that end at once."""
    return "sample_id\ngut_9\ngut_10\ngut_2\n"


@pytest.fixture
def three(client: Client, sheet: str) -> list[str]:
    """Three runs that have failed, and the ids of them."""
    submission = client.submit(sheet, "Fails").wait(progress=False)
    return list(submission.runs()["run_id"])


def test_it_is_there_after_a_reload_as_it_was_left(page: Page, lab: LiveServer, three):
    history = open_history(page, lab)
    history.get_by_label("Status").select_option("FAILED")
    history.get_by_role("button", name="Sample", exact=True).click()
    samples = history.locator("[data-run-id] [data-column='sample']")
    expect(samples.first).to_have_text("gut_2")
    page.wait_for_timeout(1500)  # for JupyterLab to keep its layout
    open_lab(page, lab, reset=False)
    expect(history.get_by_label("Status")).to_have_value("FAILED", timeout=LONG)
    expect(samples.first).to_have_text("gut_2")


def test_filters_ask_the_server(page: Page, lab: LiveServer, three, client: Client):
    client.submit("sample_id\nsoil_1\n", "Talks")
    history = open_history(page, lab)
    history.get_by_label("Part of a sample name").fill("soil")
    expect(rows(history)).to_have_count(1)
    history.get_by_role("button", name="Show all").click()
    history.get_by_label("Status").select_option("not-finished")
    expect(rows(history)).to_have_count(1)
    history.get_by_label("Pipeline").select_option("Fails")
    expect(history.get_by_text("None of your runs is like that")).to_be_visible()
    history.get_by_role("button", name="Show all runs").click()
    history.get_by_label("Submitted", exact=True).select_option("day")
    expect(rows(history).nth(3)).to_be_visible()
    for run in client.runs(status="RUNNING")["run_id"]:
        client.run(run).cancel()


def test_days_are_chosen_from_a_calendar(page: Page, lab: LiveServer):
    noon = datetime.now().astimezone().replace(hour=12)
    days = [noon - timedelta(days=number) for number in range(1, 4)]

    def dated(number: int) -> dict[str, object]:
        return {"sample_id": f"dated_{number}", "created_at": days[number]}

    store_runs(lab.variables["OMNIDOMAIN_DATABASE_URL"], EMAIL, len(days), dated)
    history = open_history(page, lab)
    history.get_by_label("Part of a sample name").fill("dated_")
    samples = history.locator("[data-run-id] [data-column='sample']")
    expect(samples).to_have_text(["dated_0", "dated_1", "dated_2"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    history.get_by_label("Submitted", exact=True).select_option("days")
    history.get_by_label("From this day on").fill(str(days[1].date()))
    expect(samples).to_have_text(["dated_0", "dated_1"])
    assert "since=" in asked[-1]
    history.get_by_label("To the end of this day").fill(str(days[1].date()))
    expect(samples).to_have_text(["dated_1"])
    history.get_by_label("From this day on").fill("")
    expect(samples).to_have_text(["dated_1", "dated_2"])
    history.get_by_label("From this day on").press_sequentially("01012026")
    expect(history.get_by_label("From this day on")).to_have_value("2026-01-01")
    history.get_by_role("button", name="Show all", exact=True).click()
    expect(history.get_by_label("From this day on")).to_have_count(0)
    # A year that is typed half is no day yet.
    assert [url for url in asked if "since=2026-01-0" in url or "since=2025-12" in url]
    assert not [url for url in asked if "since=0" in url]


def test_a_change_is_seen_in_every_window_untouched(page: Page, lab: LiveServer, client: Client):
    history = open_history(page, lab)
    assert page.context.browser
    other_page = page.context.browser.new_page()
    other = open_history(other_page, lab)
    submission = client.submit("sample_id\nseen\n", "Talks")
    [run_id] = submission.runs()["run_id"]
    line = f"[data-run-id='{run_id}']"
    for each in (history, other):
        expect(each.locator(line)).to_have_attribute("data-status", "RUNNING")
    client.run(run_id).cancel()
    for each in (history, other):
        expect(each.locator(line)).to_have_attribute("data-status", "CANCELLED")


def test_it_comes_back_with_the_server(page: Page, lab: LiveServer, three):
    history = open_history(page, lab)
    before = rows(history).count()
    lab.stop()
    # Somebody who looks is told, and sees what was there.
    look_again(page)
    expect(history.get_by_text("The Jupyter server cannot be reached")).to_be_visible()
    assert rows(history).count() == before
    lab.start()
    expect(history.get_by_text("The Jupyter server cannot be reached")).to_be_hidden(timeout=LONG)


def test_runs_are_marked_compared_and_resumed(page: Page, lab: LiveServer, three):
    history = open_history(page, lab)
    history.get_by_label("Status").select_option("FAILED")
    rows(history).nth(0).click(modifiers=["Control"])
    rows(history).nth(1).click(modifiers=["Shift"])
    expect(history.get_by_text("2 marked")).to_be_visible()
    history.get_by_role("button", name="Compare 2").click()
    expect(history.get_by_role("rowheader", name="sample_id")).to_be_visible()
    page.keyboard.press("Escape")
    history.get_by_role("button", name="Resume 2").click()
    expect(history.get_by_text("2 requests sent.")).to_be_visible()


def test_marked_runs_are_cancelled_together(page: Page, lab: LiveServer, client: Client):
    client.submit("sample_id\nloud_1\nloud_2\n", "Talks")
    history = open_history(page, lab)
    going = rows(history).filter(has_text="loud_")
    for number in (0, 1):
        expect(going.nth(number)).to_have_attribute("data-status", "RUNNING", timeout=LONG)
        going.nth(number).click(modifiers=["Control"])
    history.get_by_role("button", name="Cancel 2").click()
    page.get_by_role("button", name="Let them run").click()
    expect(history.get_by_text("2 marked")).to_be_visible()
    history.get_by_role("button", name="Cancel 2").click()
    page.locator(".jp-Dialog").get_by_role("button", name="Cancel 2 runs").click()
    expect(history.get_by_text("2 requests sent.")).to_be_visible()
    for number in (0, 1):
        expect(going.nth(number)).to_have_attribute("data-status", "CANCELLED", timeout=LONG)


def test_the_keyboard_is_enough(page: Page, lab: LiveServer, three):
    history = open_history(page, lab)
    rows(history).first.focus()
    page.keyboard.press("ArrowDown")
    second = rows(history).nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Space")
    expect(second).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    details = history.locator(".jp-OmniDetails")
    expect(details).to_be_focused()
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()
    expect(second).to_be_focused()


def test_runs_stand_below_their_submission(page: Page, lab: LiveServer, three):
    history = open_history(page, lab)
    history.get_by_label("By submission").check()
    head = history.locator(".jp-OmniGroup").first
    expect(head).to_contain_text(re.compile("3 rows · 3 FAILED"))
    shown = rows(history).count()
    head.click()
    expect(rows(history)).to_have_count(shown - 3)


def test_the_sidebar_shows_the_same(page: Page, lab: LiveServer, three):
    history = open_history(page, lab)
    page.locator(".lm-TabBar-tab[title^='OmniDomain']").click()
    side = page.locator("#omnidomain-run-history-side")
    expect(rows(side).first).to_be_visible()
    side.get_by_label("Part of a sample name").fill("gut_10")
    expect(history.get_by_label("Part of a sample name")).to_have_value("gut_10")
    for view in (side, history):
        expect(rows(view).filter(has_not_text="gut_10")).to_have_count(0)
    expect(rows(history)).to_have_count(rows(side).count())


def test_the_sidebar_sorts_and_marks_too(page: Page, lab: LiveServer, three):
    open_history(page, lab)
    page.locator(".lm-TabBar-tab[title^='OmniDomain']").click()
    side = page.locator("#omnidomain-run-history-side")
    side.get_by_label("Status").select_option("FAILED")
    samples = side.locator("[data-run-id] [data-column='sample']")
    side.get_by_label("Sort by").select_option("sample")
    expect(samples.first).to_have_text("gut_2")
    side.get_by_role("button", name="Descending").click()
    expect(samples.first).not_to_have_text("gut_2")
    side.get_by_label("Mark all that are loaded").check()
    expect(rows(side).and_(side.locator("[aria-selected='false']"))).to_have_count(0)
    # No heads of columns that nobody can see are in the order of the tab key.
    expect(side.locator("[role='columnheader']")).to_have_count(0)


def test_a_run_that_waits_for_long_says_for_what(page: Page, lab: LiveServer):
    why = "The job waits for a machine on AWS Batch: none is free."
    waiting = {
        "sample_id": "waiting",
        "status": "SUBMITTED",
        "status_reason": why,
        "started_at": None,
        "completed_at": None,
        # Not this server's own: its monitor leaves it as it is.
        "backend": "aws_batch",
    }
    store_runs(lab.variables["OMNIDOMAIN_DATABASE_URL"], EMAIL, 1, lambda _: waiting)
    history = open_history(page, lab)
    line = rows(history).filter(has_text="waiting").first
    expect(line.get_by_text(why)).to_be_visible()
    shape = line.locator(".jp-OmniShape-line")
    assert shape.evaluate("shape => getComputedStyle(shape).strokeDasharray") == "2.6px, 1.8px"
    line.click()
    expect(history.locator(".jp-OmniDetails [data-waits]")).to_be_visible()
