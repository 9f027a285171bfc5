"""A scientist's day: from a right click to a filtered history, through the death of the server."""

from __future__ import annotations

import json
import signal

import pytest
from browser.laboratory import EMAIL, LONG, look_again, open_history, rows, submit_from_browser
from client.live_server import LiveServer
from playwright.sync_api import Locator, Page, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser
GONE = "The Jupyter server cannot be reached."
PANEL = f"from omnidomain_jupyter import RunPanel\nRunPanel(email={EMAIL!r})"


def kill(lab: LiveServer) -> None:
    """End the server as a power cut would."""
    assert lab.process is not None
    lab.process.send_signal(signal.SIGKILL)
    lab.process.wait()


def open_notebook(lab: LiveServer, page: Page) -> Locator:
    """Open a notebook with the panel beside the history at the left; return the panel's runs."""
    cell = {"cell_type": "code", "id": "panel", "metadata": {}, "execution_count": None}
    document = {
        "cells": [cell | {"outputs": [], "source": PANEL}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (lab.root / "panel.ipynb").write_text(json.dumps(document))
    page.goto(f"{lab.url}lab/workspaces/second/tree/panel.ipynb?reset&token={lab.token}")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=LONG)
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    page.get_by_role("tab", name="Monitor").click(timeout=LONG)
    page.locator(".lm-TabBar-tab[title^='OmniDomain']").click()
    return page.locator(".omnidomain-runs")


def numbers(log: Locator) -> list[int]:
    """Return the numbers of a log's lines."""
    return [int(line.split()[-1]) for line in log.inner_text().splitlines()]


def test_a_day(page: Page, lab: LiveServer, client: Client):
    (lab.root / "project" / "talkers.tsv").write_text("sample_id\nada\nbob\ncy\n")
    history = open_history(page, lab)
    details = history.locator(".jp-OmniDetails")

    # A second tab of the same browser, with a notebook's panel and the history at its side.
    with page.expect_popup() as popup:
        page.evaluate("void window.open('about:blank')")
    second = popup.value
    second.set_default_timeout(LONG / 2)
    lost = second.locator(".jp-Dialog", has_text="Server Connection Error")
    second.add_locator_handler(lost, lambda dialog: dialog.locator("button").last.click())
    panel = open_notebook(lab, second)
    side = second.locator("#omnidomain-run-history-side")

    def agree(statuses: dict[str, str]) -> None:
        """See these statuses in both tabs and in the panel, of which nobody touches any."""
        for sample, status in statuses.items():
            for list_ in (history, side):
                line = rows(list_).filter(has_text=sample)
                expect(line).to_have_attribute("data-status", status, timeout=LONG)
            row = panel.locator("tbody tr").filter(has_text=sample)
            expect(row).to_have_attribute("data-status", status, timeout=LONG)

    # Right click, submit, watch.
    dialog = submit_from_browser(page, "talkers.tsv")
    dialog.get_by_label("Pipeline").select_option("Talks")
    dialog.get_by_role("button", name="Submit 3 runs").click()
    expect(dialog.get_by_text("0 of 3 rows have ended.")).to_be_visible()
    dialog.get_by_role("button", name="Show its runs").click()
    history.get_by_role("button", name="show all").click()
    agree({"ada": "RUNNING", "bob": "RUNNING", "cy": "RUNNING"})

    # Details, log, cancel.
    rows(history).filter(has_text="ada").click()
    log = details.get_by_role("log")
    expect(log).to_contain_text("line 3")
    details.get_by_role("button", name="Cancel this run").click()
    agree({"ada": "CANCELLED", "bob": "RUNNING", "cy": "RUNNING"})

    # The server dies while a log is read. The runs go on, and so does the page.
    rows(history).filter(has_text="bob").click()
    expect(log).to_contain_text("line 3")
    kill(lab)
    look_again(page)
    expect(history.get_by_text(GONE)).to_be_visible()
    expect(rows(history)).to_have_count(3)
    seen = numbers(log)[-1]
    lab.start()
    for list_ in (history, side):
        expect(list_.get_by_text(GONE)).to_be_hidden(timeout=LONG)
    expect(log).to_contain_text(f"line {seen + 5}", timeout=LONG)
    expect(details.get_by_role("alert")).to_have_count(0)
    followed = numbers(log)  # of all that was printed meanwhile nothing is missing, or twice
    assert followed == list(range(len(followed)))

    # Cancel, and resume: both tabs know it without being touched.
    details.get_by_role("button", name="Cancel this run").click()
    states = details.get_by_label("The states of this run")
    expect(states).to_contain_text("CANCELLED", timeout=LONG)
    details.get_by_role("button", name="Resume", exact=True).click()
    expect(details.get_by_role("button", name="Cancel this run")).to_be_visible(timeout=LONG)
    page.keyboard.press("Escape")
    for list_ in (history, side):
        lines = rows(list_).filter(has_text="bob")
        expect(lines).to_have_count(2, timeout=LONG)
        expect(lines.first).to_have_attribute("data-status", "RUNNING", timeout=LONG)
        expect(lines.last).to_have_attribute("data-status", "CANCELLED")

    # Filter, and reload: it is as it was left.
    history.get_by_label("Status").select_option("CANCELLED")
    expect(rows(history)).to_have_count(2)
    page.wait_for_timeout(1500)  # for JupyterLab to keep its layout
    page.reload()
    expect(history.get_by_label("Status")).to_have_value("CANCELLED", timeout=LONG)
    expect(rows(history)).to_have_count(2)
    for run_id in client.runs(status="RUNNING")["run_id"]:
        client.run(run_id).cancel()
