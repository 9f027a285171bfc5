"""What is told when something is missing, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser.laboratory import (
    LONG,
    look_again,
    open_history,
    open_lab,
    rows,
    try_again,
    until_tried_again,
)
from client.live_server import LiveServer
from playwright.sync_api import Page, Route, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture
def calm(page: Page) -> Iterator[Page]:
    """A page whose requests can be answered otherwise."""
    yield page
    page.unroute_all(behavior="ignoreErrors")


def away(route: Route) -> None:
    route.fulfill(status=404, content_type="text/html", body="<h1>404</h1>")


def test_the_server_extension_is_missing(calm: Page, lab: LiveServer):
    calm.route("**/omnidomain/**", until_tried_again(calm, away))
    open_lab(calm, lab)
    calm.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    history = calm.locator("#omnidomain-run-history")
    expect(history.get_by_text("OmniDomain is not running on this server")).to_be_visible()
    expect(history.get_by_text("jupyter server extension enable")).to_be_visible()
    try_again(calm, history)
    expect(history.get_by_label("Email")).to_be_visible()


def test_another_version_is_told(calm: Page, lab: LiveServer):
    def older(route: Route) -> None:
        route.fulfill(json={"status": "ok", "version": "0.0.9", "detail": None})

    calm.route("**/omnidomain/health*", older)
    history = open_history(calm, lab)
    expect(history.get_by_text("the server is 0.0.9")).to_be_visible()
    expect(history.get_by_role("button", name="Reload the page")).to_be_visible()


def test_being_offline_is_told_and_passes(calm: Page, lab: LiveServer, client: Client):
    client.submit("sample_id\nthere\n", "Fails").wait(progress=False)
    history = open_history(calm, lab)
    expect(rows(history).first).to_be_visible()
    calm.context.set_offline(True)
    look_again(calm)
    expect(history.get_by_text("The Jupyter server cannot be reached")).to_be_visible()
    expect(rows(history).first).to_be_visible()
    calm.context.set_offline(False)
    expect(history.get_by_text("The Jupyter server cannot be reached")).to_be_hidden(timeout=LONG)


def test_the_session_has_ended(page: Page, lab: LiveServer, client: Client):
    client.submit("sample_id\nthere\n", "Fails").wait(progress=False)
    history = open_history(page, lab)
    page.context.clear_cookies(name=re.compile("omnidomain"))
    look_again(page)
    expect(history.get_by_text("Your sign-in has expired.")).to_be_visible()
    expect(rows(history)).to_have_count(0)
    history.get_by_role("button", name="Sign in").click()
    expect(history.get_by_text("Please give your email address.")).to_be_visible()


def test_the_database_is_away(calm: Page, lab: LiveServer, client: Client):
    client.submit("sample_id\nthere\n", "Fails").wait(progress=False)
    history = open_history(calm, lab)
    expect(rows(history).first).to_be_visible()
    problem = {"title": "Service Unavailable", "status": 503, "detail": "", "message": "Full."}
    calm.route("**/omnidomain/**", lambda route: route.fulfill(status=503, json=problem))
    look_again(calm)
    told = history.get_by_text("OmniDomain cannot get at your runs")
    expect(told).to_be_visible()
    expect(history.get_by_text("Full. Your runs go on")).to_be_visible()
    expect(history.get_by_text("This is how it was at")).to_be_visible()
    expect(rows(history).first).to_be_visible()
    calm.unroute_all()
    expect(told).to_be_hidden(timeout=LONG)  # it looks again by itself


def test_a_fault_of_the_server_is_told_as_it_tells_it(calm: Page, lab: LiveServer, client: Client):
    client.submit("sample_id\nthere\n", "Fails").wait(progress=False)
    history = open_history(calm, lab)
    expect(rows(history).first).to_be_visible()
    problem = {"title": "Error", "status": 500, "message": "The disk is full."}
    fault = until_tried_again(calm, lambda route: route.fulfill(status=500, json=problem))
    calm.route("**/omnidomain/runs?*", fault)
    look_again(calm)
    told = history.get_by_role("status").filter(has_text="cannot be brought up to date")
    expect(told).to_contain_text("The disk is full. If it stays so, show this to whoever runs")
    expect(rows(history).first).to_be_visible()
    try_again(calm, told)
    expect(told).to_be_hidden()
