"""What a scientist does, from the email to the report, in JupyterLab and in Notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import Locator, Page, expect
from widgets.notebooks import (
    LONG,
    completed,
    open_notebook,
    run_all,
    run_first,
    save,
    write_notebook,
)

pytestmark = pytest.mark.browser
PANEL = "from omnidomain_jupyter import RunPanel\nRunPanel()"
BUSY = "import os, time\nwhile not os.path.exists('enough'):\n    time.sleep(0.1)"
# Notebook's own, also without any extension: its list of shortcuts names a plugin that it lacks.
NOTEBOOKS_OWN = "Cannot read properties of undefined (reading 'schema')"


def first(here: str, later: str) -> pytest.MarkDecorator:
    """Run a test with one server every time, and with the other among the long ones."""
    servers = [here, pytest.param(later, marks=pytest.mark.long)]
    return pytest.mark.parametrize("server", servers, indirect=True, scope="module")


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A JupyterLab, and a Notebook."""
    with live_server(tmp_path_factory.mktemp("home"), module=request.param) as server:
        yield server


@pytest.fixture
def page(server: LiveServer) -> Iterator[Page]:
    """A page; an error on it that is ours fails the test."""
    with chromium_page(width=1280, height=1200) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        known = {NOTEBOOKS_OWN} if server.module == "notebook" else set()
        assert set(errors) <= known


def from_email_to_report(page: Page, panel: Locator, name: str) -> None:
    """Sign in, put a sheet right, submit it, wait, and open a report."""
    panel.get_by_label("Email").fill(f"{name}@example.org", timeout=LONG)
    page.keyboard.press("Enter")
    panel.get_by_label("Path").fill(f"{name}/plate.tsv", timeout=LONG)
    page.keyboard.press("Enter")

    cell = panel.locator('.omnidomain-sheet td[aria-invalid="true"]')
    expect(cell).to_contain_text("gut 02", timeout=LONG)
    expect(panel.get_by_text("Fix 1 cell first.")).to_be_visible()
    panel.get_by_role("button", name="Use gut_02").first.click()
    expect(cell).to_have_count(0, timeout=LONG)
    panel.get_by_role("button", name="Submit 2 runs").click(timeout=LONG)

    expect(completed(panel)).to_have_count(2, timeout=LONG)  # nothing was touched
    panel.get_by_role("button", name="Results of gut_02").click()
    shows_the_report(panel)


def shows_the_report(panel: Locator) -> None:
    report = panel.frame_locator(".preview iframe")
    expect(report.get_by_text("Sequali report").first).to_be_visible(timeout=LONG)
    expect(panel.locator(".profiles svg")).to_be_visible(timeout=LONG)
    expect(panel.get_by_label("Sample to bring out")).to_contain_text("gut_02")
    folder = panel.locator(".place").get_by_role("link")
    expect(folder).to_have_attribute("href", re.compile("/tree/omnidomain-results/gut_02_"))


def keeps_a_file_and_finds_it(page: Page, panel: Locator, server: LiveServer, folder: str) -> None:
    """Save a result among one's own files, and look at where it is."""
    name = "gut_02.sequali.json"
    panel.get_by_label(f"Choose {name}").check()
    panel.get_by_label("Folder to save them in").fill(f"kept/{folder}")
    panel.get_by_role("button", name="Save 1 file to my files").click()
    there = panel.get_by_role("link", name="Show the folder")
    expect(there).to_be_visible(timeout=LONG)
    if server.module == "jupyterlab":
        there.click()
        shown = page
    else:
        with page.expect_popup() as popup:
            there.click()
        shown = popup.value
    expect(shown.locator(".jp-DirListing-item", has_text=name)).to_be_visible(timeout=LONG)
    if shown is not page:
        shown.close()


def find_everything_again(panel: Locator) -> None:
    """Find the runs and the report in a page that was loaded anew."""
    panel.get_by_role("tab", name="Monitor").click(timeout=LONG)
    expect(completed(panel)).to_have_count(2, timeout=LONG)
    panel.get_by_role("tab", name="Results").click()
    shows_the_report(panel)


def broken_sheet(folder: Path) -> None:
    write_sheet(folder, ["gut_01"])
    rows = "sample_id\treads_1\ngut_01\treads.fastq.gz\ngut 02\treads.fastq.gz\n"
    (folder / "plate.tsv").write_text(rows)


@first("jupyterlab", later="notebook")
def test_from_a_broken_sheet_to_the_report_and_back_after_a_reload(page: Page, server: LiveServer):
    broken_sheet(server.root / "plain")
    write_notebook(server.root / "plain.ipynb", PANEL, "'of no concern'")
    open_notebook(page, server, "plain.ipynb")
    panel = run_first(page)

    from_email_to_report(page, panel, "plain")
    keeps_a_file_and_finds_it(page, panel, server, "plain")
    save(page)
    page.reload()

    find_everything_again(panel)


@first("notebook", later="jupyterlab")
def test_the_same_while_a_long_cell_runs(page: Page, server: LiveServer):
    broken_sheet(server.root / "busy")
    write_notebook(server.root / "busy.ipynb", PANEL, BUSY)
    open_notebook(page, server, "busy.ipynb")
    panel = run_all(page)

    from_email_to_report(page, panel, "busy")
    keeps_a_file_and_finds_it(page, panel, server, "busy")
    still = page.locator(".omnidomain-still")
    expect(still).to_contain_text("2 completed", timeout=LONG)
    save(page)
    page.reload()

    # The kernel tells a new page of its widgets when it is free; until then there is the table.
    expect(still.get_by_text("gut_02")).to_be_visible(timeout=LONG)
    (server.root / "enough").touch()
    find_everything_again(panel)
