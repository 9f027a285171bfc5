"""A server that stops answering, and two tabs with one sign-in, in a real JupyterLab."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser.laboratory import EMAIL, LONG, look_again, open_history, open_lab, rows
from client.live_server import LiveServer
from playwright.sync_api import Page, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser
PATIENCE = "00:31"  # of the page's clock: a little longer than a look may take


@contextmanager
def frozen(lab: LiveServer) -> Iterator[None]:
    """Let the server take connections, and answer none, as a machine that thrashes."""
    assert lab.process is not None
    lab.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        lab.process.send_signal(signal.SIGCONT)


@pytest.mark.own_clock
def test_a_server_that_stops_answering_is_told_and_comes_back(
    page: Page, lab: LiveServer, client: Client
):
    [run_id] = client.submit("sample_id\ntalker\n", "Talks").runs()["run_id"]
    history = open_history(page, lab)
    page.clock.install()
    rows(history).filter(has_text="talker").click()
    log = history.get_by_role("log")
    expect(log).to_contain_text("line 1")
    gone = history.get_by_text("The Jupyter server cannot be reached")
    with frozen(lab):
        with page.expect_request(re.compile(r"/runs\?")):
            look_again(page)
        page.clock.fast_forward(PATIENCE)
        expect(gone).to_be_visible()
        page.clock.fast_forward(PATIENCE)  # for the log, which may have been asked for since
        late = "The log is not up to date: The Jupyter server has not answered for 30 seconds."
        expect(history.get_by_text(late)).to_be_visible()
        before = log.inner_text()
    expect(gone).to_be_hidden(timeout=LONG)
    expect(log).not_to_have_text(before, timeout=LONG)
    client.run(run_id).cancel()


def test_who_signs_in_in_one_tab_is_signed_in_in_the_other(page: Page, lab: LiveServer):
    history = open_history(page, lab)
    with page.expect_popup() as popup:
        page.evaluate("void window.open('about:blank')")
    second = popup.value
    open_lab(second, lab)
    second.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    there = second.locator("#omnidomain-run-history")
    there.get_by_role("button", name="Sign out").click(timeout=LONG)
    expect(history.get_by_text("Sign in to see your runs")).to_be_visible()
    there.get_by_label("Email").fill("other@example.org")
    there.get_by_role("button", name="Sign in").click()
    expect(history.get_by_text("other@example.org")).to_be_visible()
    expect(history.get_by_text("No runs yet")).to_be_visible()
    expect(history.get_by_text(EMAIL)).to_be_hidden()
