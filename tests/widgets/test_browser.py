"""The panel in a real JupyterLab, as a scientist meets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import Page, Request, expect
from widgets.notebooks import (
    LONG,
    completed,
    copy_panel,
    open_notebook,
    run_all,
    save,
    write_notebook,
)

pytestmark = pytest.mark.browser
QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
BROKEN = "sample\treads_1\ngut_01\treads.fastq.gz\ngut 02\treads.txt\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A JupyterLab."""
    with live_server(tmp_path_factory.mktemp("lab"), module="jupyterlab") as server:
        yield server


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a real browser; an error on it fails the test."""
    with chromium_page(width=1280, height=1400) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert errors == []


@pytest.mark.long  # it is run from the launcher, too, and from top to bottom
def test_the_quickstart_is_submitted_by_its_button(page: Page, lab: LiveServer):
    copy_panel(QUICKSTART, lab.root)
    open_notebook(page, lab, "quickstart.ipynb")
    panel = run_all(page)

    panel.get_by_role("button", name="Submit 3 runs").click(timeout=LONG)

    expect(completed(panel)).to_have_count(3, timeout=LONG)
    expect(panel.get_by_role("tab", name="Monitor")).to_have_attribute("aria-selected", "true")
    panel.get_by_role("button", name="Results of").first.click()
    report = panel.frame_locator(".preview iframe")
    expect(report.get_by_text("Sequali report").first).to_be_visible(timeout=LONG)
    expect(panel.locator(".numbers tbody tr")).to_have_count(6, timeout=LONG)


def _saves(request: Request) -> bool:
    return request.method == "PUT" and "/api/contents/" in request.url


def test_a_sheet_is_put_right_where_it_is_wrong(page: Page, lab: LiveServer):
    write_sheet(lab.root / "broken", ["gut_01"])
    (lab.root / "broken" / "plate.tsv").write_text(BROKEN)
    write_notebook(
        lab.root / "broken.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        "RunPanel('broken/plate.tsv', email='broken@example.org')",
    )
    open_notebook(page, lab, "broken.ipynb")
    panel = run_all(page)

    head = panel.locator('.omnidomain-sheet th[aria-invalid="true"]')
    expect(head).to_contain_text("sample", timeout=LONG)
    panel.get_by_role("button", name="Use sample_id").click()
    expect(panel.get_by_text("line 3, sample_id:")).to_be_visible(timeout=LONG)

    # The message stands at its cell, with the way out.
    cell = panel.locator('td[data-row="1"][data-column="0"]')
    cell.click()
    panel.locator(".bubble").get_by_role("button", name="Use gut_02").click()
    expect(cell).to_have_text("gut_02")

    # By keyboard: to the next cell, write, and it is checked while one writes.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("reads.fastq.gz")
    submit = panel.get_by_role("button", name="Submit 2 runs")
    expect(submit).to_be_enabled(timeout=LONG)
    page.keyboard.press("Enter")
    expect(panel.locator(".omnidomain-sheet [aria-invalid]")).to_have_count(0)
    # Of JupyterLab's shortcuts the one that saves the notebook goes on.
    with page.expect_request(_saves, timeout=10_000):
        page.keyboard.press("Control+s")

    submit.click()
    expect(completed(panel)).to_have_count(2, timeout=LONG)
    assert (lab.root / "broken" / "plate.tsv").read_text() == BROKEN

    # After a reload everything is there again.
    save(page)
    page.reload()
    expect(completed(panel)).to_have_count(2, timeout=LONG)


@pytest.mark.long
def test_everything_goes_on_while_a_long_cell_runs(page: Page, lab: LiveServer):
    write_sheet(lab.root / "busy", ["gut_01", "gut_02"])
    write_notebook(
        lab.root / "busy.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        "RunPanel('busy/samples.tsv', email='busy@example.org')",
        "import time\ntime.sleep(60)\nprint('it has', 'ended')",
    )
    open_notebook(page, lab, "busy.ipynb")
    panel = run_all(page)

    panel.get_by_role("button", name="Submit 2 runs").click(timeout=LONG)
    row = panel.locator(".omnidomain-runs tbody tr").first
    row.evaluate("row => { row.kept = true }")
    expect(completed(panel)).to_have_count(2, timeout=40_000)
    assert row.evaluate("row => row.kept")  # changed in place, not drawn anew
    completed(panel).first.locator("th").click()
    expect(panel.locator(".omnidomain-details .log")).to_contain_text("Processing", timeout=20_000)
    panel.get_by_label("Sample name").fill("gut_02")
    expect(completed(panel)).to_have_count(1, timeout=20_000)
    expect(page.locator(".jp-OutputArea").get_by_text("it has ended")).to_have_count(0)


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 320])
def test_nothing_is_wider_than_the_panel(page: Page, lab: LiveServer, width: int):
    write_sheet(lab.root / "narrow", ["gut_01"])
    write_notebook(
        lab.root / "narrow.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        f"panel = RunPanel({BROKEN!r}, email='narrow-{width}@example.org')\n"
        f"panel.layout.width = '{width}px'\npanel",
    )
    open_notebook(page, lab, "narrow.ipynb")
    panel = run_all(page)
    expect(panel.get_by_text("to fix")).to_be_visible(timeout=LONG)

    for tab in ("Submit", "Monitor", "Results"):
        panel.get_by_role("tab", name=tab).click()
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_signing_in_takes_an_email_and_enter(page: Page, lab: LiveServer):
    write_notebook(lab.root / "who.ipynb", "from omnidomain_jupyter import RunPanel\nRunPanel()")
    open_notebook(page, lab, "who.ipynb")
    panel = run_all(page)
    email = panel.get_by_label("Email")
    email.fill("nobody", timeout=LONG)
    page.keyboard.press("Enter")
    expect(panel.get_by_text("must have an @-sign")).to_be_visible(timeout=LONG)
    email.fill("who@example.org")
    page.keyboard.press("Enter")

    expect(panel.get_by_text("Choose a sheet first.")).to_be_visible(timeout=LONG)
    expect(email).to_be_hidden()


def test_the_pages_are_turned_by_keyboard(page: Page, lab: LiveServer):
    write_notebook(
        lab.root / "keys.ipynb",
        "from omnidomain_jupyter import RunPanel\nRunPanel(email='keys@example.org')",
    )
    open_notebook(page, lab, "keys.ipynb")
    panel = run_all(page)
    panel.get_by_role("tab", name="Submit").focus()

    page.keyboard.press("ArrowRight")

    expect(panel.get_by_role("tab", name="Monitor")).to_be_focused()
    expect(panel.get_by_role("tabpanel", name="Monitor")).to_be_visible()
    expect(panel.get_by_role("tabpanel", name="Submit")).to_be_hidden()
    panel.get_by_role("button", name="Submit a sheet").click(timeout=LONG)
    expect(panel.get_by_role("tabpanel", name="Submit")).to_be_visible()


def test_a_saved_notebook_without_its_kernel_shows_the_last_table(page: Page, lab: LiveServer):
    write_sheet(lab.root / "saved", ["gut_01"])
    write_notebook(
        lab.root / "saved.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        "RunPanel('saved/samples.tsv', email='saved@example.org')",
    )
    open_notebook(page, lab, "saved.ipynb")
    panel = run_all(page)
    panel.get_by_role("button", name="Submit 1 run").click(timeout=LONG)
    expect(completed(panel)).to_have_count(1, timeout=LONG)
    still = page.locator(".omnidomain-still")
    expect(still).to_contain_text("1 completed", timeout=LONG)
    expect(still).to_be_hidden()

    save(page)
    saved = (lab.root / "saved.ipynb").read_text()
    assert lab.token not in saved
    assert "eyJ" not in saved  # how every JWT begins
    page.locator(".lm-MenuBar-itemLabel", has_text="Kernel").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Shut Down Kernel", exact=True).click()
    page.reload()

    expect(still).to_be_visible(timeout=LONG)
    expect(still.locator("td").nth(1)).to_have_text("gut_01")


def test_after_a_restart_of_the_kernel_the_cell_finds_its_runs(page: Page, lab: LiveServer):
    write_sheet(lab.root / "restart", ["gut_01"])
    write_notebook(
        lab.root / "restart.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        "RunPanel('restart/samples.tsv', email='restart@example.org')",
    )
    open_notebook(page, lab, "restart.ipynb")
    panel = run_all(page)
    panel.get_by_role("button", name="Submit 1 run").click(timeout=LONG)
    expect(completed(panel)).to_have_count(1, timeout=LONG)

    page.locator(".lm-MenuBar-itemLabel", has_text="Kernel").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Restart Kernel and Run All Cells…").click()
    page.locator(".jp-Dialog .jp-mod-accept").click()

    panel.get_by_role("tab", name="Monitor").click(timeout=LONG)
    expect(panel.get_by_role("tab", name="Monitor")).to_have_attribute("aria-selected", "true")
    expect(completed(panel)).to_have_count(1, timeout=LONG)
    panel.get_by_role("tab", name="Submit").click()
    panel.get_by_role("button", name="Submit 1 run").click(timeout=LONG)
    expect(panel.get_by_text("Nothing was submitted twice")).to_be_visible(timeout=LONG)
