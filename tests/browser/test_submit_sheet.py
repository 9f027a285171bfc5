"""From a right click on a sheet to its runs, in a real JupyterLab."""

from __future__ import annotations

import re

import openpyxl
import pytest
from browser.laboratory import EMAIL, LONG, open_history, open_lab, rows, submit_from_browser
from client.live_server import LiveServer
from playwright.sync_api import Locator, Page, Route, expect

from omnidomain_jupyter.client import Client

pytestmark = pytest.mark.browser


def open_in_editor(page: Page, sheet: str) -> Locator:
    """Open a sheet of the folder `project` as a text; return what is shown of it."""
    page.locator(".jp-DirListing-item", has_text="project").dblclick()
    page.locator(".jp-DirListing-item", has_text=sheet).click(button="right")
    page.locator(".lm-Menu-itemLabel", has_text="Open With").hover()
    page.locator(".lm-Menu-itemLabel").get_by_text("Editor", exact=True).click()
    return page.locator(".cm-content")


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
    history.get_by_label("By submission").check()
    expect(history.locator(".jp-OmniGroup-title b")).to_have_text("samples.tsv")
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
    expect(page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")).to_have_count(0)
    dialog = submit_from_browser(page, "typed.tsv")
    expect(dialog.get_by_role("button", name="Submit 1 run")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@pytest.mark.own_clock
def test_an_open_sheet_is_marked_as_soon_as_somebody_has_signed_in(page: Page, lab: LiveServer):
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="Run history").click(timeout=LONG)
    history = page.locator("#omnidomain-run-history")
    email = history.get_by_label("Email")
    expect(email).to_be_visible()
    page.clock.install()
    expect(open_in_editor(page, "faulty.tsv")).to_contain_text("gut 02")
    page.clock.fast_forward("00:02")  # the check comes when typing rests: nobody is signed in
    marks = page.locator(".cm-lintRange-error")
    expect(marks).to_have_count(0)
    page.locator(".lm-TabBar-tab", has_text="Run history").click()
    email.fill(EMAIL)
    history.get_by_role("button", name="Sign in").click()
    page.locator(".lm-TabBar-tab", has_text="faulty.tsv").click()
    expect(marks).to_have_text(["gut 02", "missing.fastq.gz"])


def test_what_is_on_screen_is_saved_before_it_is_checked(page: Page, lab: LiveServer):
    sheet = lab.root / "project" / "unsaved.tsv"
    sheet.write_text("sample_id\treads_1\ngut_01\treads.fastq.gz\n")
    open_history(page, lab)
    editor = open_in_editor(page, "unsaved.tsv")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("gut_02\treads.fastq.gz\n")
    dialog = submit_from_browser(page, "unsaved.tsv")
    question = page.locator(".jp-Dialog", has_text="Save unsaved.tsv first?")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_be_hidden()
    expect(dialog).to_be_hidden()
    submit_from_browser(page, "unsaved.tsv")
    question.get_by_role("button", name="Save and check").click()
    expect(dialog.get_by_role("button", name="Submit 2 runs")).to_be_visible()
    assert sheet.read_text().endswith("gut_02\treads.fastq.gz\n")


def test_a_sheet_whose_answer_was_lost_is_not_submitted_twice(page: Page, lab: LiveServer):
    sheet = lab.root / "project" / "lost.tsv"
    sheet.write_text("sample_id\treads_1\ngut_01\treads.fastq.gz\n")

    def lose(route: Route) -> None:
        assert route.fetch().status == 202
        route.abort()

    history = open_history(page, lab)
    page.route(re.compile("/omnidomain/submissions"), lose, times=1)
    dialog = submit_from_browser(page, "lost.tsv")
    submit = dialog.get_by_role("button", name="Submit 1 run")
    submit.click()
    expect(dialog.get_by_text("There is no connection to the Jupyter server.")).to_be_visible()
    page.keyboard.press("Escape")
    sheet.write_text("sample_id\treads_1\ngut_02\treads.fastq.gz\n")
    dialog = submit_from_browser(page, "lost.tsv")
    expect(dialog.get_by_text("gut_02")).to_be_visible()
    submit.click()
    expect(dialog.get_by_text("An earlier version of this sheet was submitted")).to_be_visible()
    dialog.get_by_role("button", name="Show its runs").click()
    expect(rows(history)).to_have_count(1)
    expect(rows(history).first).to_contain_text("gut_01")

    # Who still wants the new one is shown what it is, if that is no longer what was checked.
    submit_from_browser(page, "lost.tsv")
    expect(dialog.get_by_text("gut_02")).to_be_visible()
    sheet.write_text("sample_id\treads_1\ngut_03\treads.fastq.gz\n\n")
    submit.click()
    expect(dialog.get_by_text("The sheet has changed since it was checked.")).to_be_visible()
    expect(dialog.get_by_text("gut_03")).to_be_visible()
    submit.click()
    expect(dialog.get_by_text("1 row has ended.", exact=True)).to_be_visible(timeout=LONG)


def test_a_sheet_with_commas_is_offered_too(page: Page, lab: LiveServer):
    text = "sample_id,reads_1\ngut 01,reads.fastq.gz\n"
    (lab.root / "project" / "commas.csv").write_text(text)
    open_history(page, lab)
    dialog = submit_from_browser(page, "commas.csv")
    dialog.get_by_role("button", name="Use gut_01").click()
    expect(dialog.get_by_role("button", name="Submit 1 run")).to_be_visible()


def test_a_workbook_is_offered_too_and_its_cells_are_left_to_excel(page: Page, lab: LiveServer):
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("sample_id", "reads_1"), ("gut 01", "reads.fastq.gz")):
        book.active.append(row)
    book.save(lab.root / "project" / "book.xlsx")
    open_history(page, lab)
    dialog = submit_from_browser(page, "book.xlsx")
    expect(dialog.get_by_text("Perhaps “gut_01”.")).to_be_visible()
    expect(dialog.get_by_text("Line 2, sample_id")).to_be_visible()
    expect(dialog.get_by_role("button", name=re.compile("^(Use|Line) "))).to_have_count(0)


def test_a_cost_is_a_range(page: Page, lab: LiveServer):
    (lab.root / "project" / "fungi.tsv").write_text(
        "sample_id\tshortreads_r1\tlongreads\n"
        "niger_01\treads.fastq.gz\treads.fastq.gz\nniger_02\treads.fastq.gz\t\n"
    )
    open_history(page, lab)
    dialog = submit_from_browser(page, "fungi.tsv")
    expect(dialog.get_by_label("Pipeline")).to_have_value("FungalFlow")
    expect(dialog.get_by_text("about $15.00 to $40.00")).to_be_visible()


def test_other_files_are_not_offered(page: Page, lab: LiveServer):
    open_history(page, lab)
    page.locator(".jp-DirListing-item", has_text="project").dblclick()
    page.locator(".jp-DirListing-item", has_text="reads.fastq.gz").click(button="right")
    menu = page.locator(".lm-Menu-itemLabel")
    expect(menu.get_by_text("Rename")).to_be_visible()
    expect(menu.get_by_text("Submit to OmniDomain")).to_be_hidden()
