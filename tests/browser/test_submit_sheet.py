"""From a right click on a sheet to its runs, in a real JupyterLab."""

from __future__ import annotations

import pytest
from browser.laboratory import LONG, open_history, rows, submit_from_browser
from client.live_server import LiveServer
from playwright.sync_api import Page, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser


def test_a_sheet_is_submitted_and_seen_on_its_way(page: Page, lab: LiveServer, client: Client):
    history = open_history(page, lab)
    dialog = submit_from_browser(page, "samples.tsv")
    expect(dialog.get_by_label("Pipeline")).to_have_value("ReadQC")
    expect(dialog.get_by_text("Chosen by the columns.")).to_be_visible()
    expect(dialog.get_by_text("no cost: it runs on this machine")).to_be_visible()
    dialog.get_by_role("button", name="Submit 3 runs").click()
    expect(dialog.get_by_text("All 3 rows have ended.")).to_be_visible(timeout=LONG)
    dialog.get_by_role("button", name="Show its runs").click()
    expect(history.get_by_text("One submission only")).to_be_visible()
    expect(rows(history)).to_have_count(3)
    expect(history.locator("[data-run-id][data-status='COMPLETED']")).to_have_count(3)
    # One word for the whole sheet.
    expect(page.locator(".jp-Notification-Toast-Success, .Toastify__toast")).to_have_count(1)


def test_faults_are_at_their_cells_and_lead_to_their_lines(page: Page, lab: LiveServer):
    open_history(page, lab)
    dialog = submit_from_browser(page, "faulty.tsv")
    expect(dialog.get_by_text("Fix 2 cells first")).to_be_visible()
    expect(dialog.get_by_role("button", name="Submit")).to_have_count(0)
    expect(dialog.locator("td[aria-invalid]")).to_have_count(2)
    dialog.get_by_role("button", name="Line 4, reads_1").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Ln 4, Col 1")).to_be_visible()


def test_a_suggestion_is_written_into_its_cell(page: Page, lab: LiveServer):
    sheet = lab.root / "project" / "suggested.tsv"
    sheet.write_text("sample_id\treads_1\ngut 01\treads.fastq.gz\ngut 02\treads.fastq.gz\n")
    open_history(page, lab)
    dialog = submit_from_browser(page, "suggested.tsv")
    expect(dialog.get_by_text("Fix 2 cells first")).to_be_visible()
    dialog.get_by_role("button", name="Use gut_01").click()
    expect(dialog.get_by_text("Fix 1 cell first")).to_be_visible()
    # What has changed meanwhile is not written over.
    sheet.write_text("sample_id\treads_1\ngut_01\treads.fastq.gz\ngut 2\treads.fastq.gz\n")
    dialog.get_by_role("button", name="Use gut_02").click()
    expect(dialog.get_by_text("it was left as it is")).to_be_visible()
    dialog.get_by_role("button", name="Check again").click()
    dialog.get_by_role("button", name="Use gut_2").click()
    expect(dialog.get_by_role("button", name="Submit 2 runs")).to_be_visible()
    assert sheet.read_text().split() == [
        *("sample_id", "reads_1", "gut_01", "reads.fastq.gz", "gut_2", "reads.fastq.gz")
    ]


def test_faults_are_marked_in_the_editor_until_they_are_put_right(page: Page, lab: LiveServer):
    sheet = lab.root / "project" / "typed.tsv"
    sheet.write_text("sample_id\treads_1\ngut 01\treads.fastq.gz\n")
    open_history(page, lab)
    dialog = submit_from_browser(page, "typed.tsv")
    dialog.get_by_role("button", name="Line 2, sample_id").click()
    mark = page.locator(".cm-lintRange-error")
    expect(mark).to_have_text("gut 01")
    mark.hover()
    page.locator(".cm-tooltip button", has_text="gut_01").click()
    expect(mark).to_have_count(0)
    page.keyboard.press("Control+s")
    dialog = submit_from_browser(page, "typed.tsv")
    expect(dialog.get_by_role("button", name="Submit 1 run")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_other_files_are_not_offered(page: Page, lab: LiveServer):
    open_history(page, lab)
    page.locator(".jp-DirListing-item", has_text="project").dblclick()
    page.locator(".jp-DirListing-item", has_text="reads.fastq.gz").click(button="right")
    menu = page.locator(".lm-Menu-itemLabel")
    expect(menu.get_by_text("Rename")).to_be_visible()
    expect(menu.get_by_text("Submit to OmniDomain")).to_be_hidden()
