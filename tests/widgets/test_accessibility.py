"""Nobody is shut out: axe-core finds nothing on any page of the panel, in both themes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import Page, expect
from widgets.notebooks import LONG, completed, open_notebook, run_all, write_notebook

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
# Which heading may come next depends on the notebook around the panel, which is not ours.
RUN = """async selector => {
    const found = await axe.run(selector, {rules: {"heading-order": {enabled: false}}});
    return found.violations.map(each => `${each.impact}: ${each.help}, ${each.nodes[0].html}`);
}"""
SETTINGS = "config/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"


@pytest.fixture(scope="module", params=["Light", pytest.param("Dark", marks=pytest.mark.long)])
def lab(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A JupyterLab of a theme."""
    home = tmp_path_factory.mktemp("lab")
    settings = home / SETTINGS
    settings.parent.mkdir(parents=True)
    settings.write_text(f'{{"theme": "JupyterLab {request.param}"}}')
    with live_server(home, module="jupyterlab") as server:
        yield server


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A Notebook 7."""
    with live_server(tmp_path_factory.mktemp("notebook"), module="notebook") as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def _axe() -> None:
    """Without axe-core there is nothing to test with; in CI that is a failure."""
    if not AXE.exists():
        told = "the front end is not set up: jlpm install"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds in the panel."""
    page.evaluate(AXE.read_text())
    return list(page.evaluate(RUN, ".omnidomain-panel"))


def test_no_page_shuts_anybody_out(lab: LiveServer):
    sheet = write_sheet(lab.root / "axe", [f"gut_{number}" for number in range(6)])
    sheet.write_text(sheet.read_text().replace("gut_1", "gut 1"))
    write_notebook(
        lab.root / "axe.ipynb",
        "from omnidomain_jupyter import RunPanel\nRunPanel('axe/samples.tsv')",
    )
    with chromium_page(width=1280, height=1400) as page:
        open_notebook(page, lab, "axe.ipynb")
        panel = run_all(page)
        email = panel.get_by_label("Email")
        expect(email).to_be_visible(timeout=LONG)
        assert violations(page) == []
        email.fill("axe@example.org")
        page.keyboard.press("Enter")
        for empty in ("Monitor", "Results"):
            panel.get_by_role("tab", name=empty).click(timeout=LONG)
            assert violations(page) == []
        panel.get_by_role("tab", name="Submit").click()

        cell = panel.locator('td[aria-invalid="true"]')
        expect(cell).to_contain_text("gut 1", timeout=LONG)
        assert violations(page) == []
        cell.click()
        expect(panel.locator(".bubble")).to_be_visible()
        assert violations(page) == []
        panel.locator(".bubble").get_by_role("button", name="Use gut_1").click()
        for source in ("From my computer", "Paste", "Folder of reads", "Form"):
            panel.get_by_role("radio", name=source).click()
            assert violations(page) == []
        panel.get_by_role("radio", name="On this server").click()

        panel.get_by_role("button", name="Submit 6 runs").click(timeout=LONG)
        expect(completed(panel)).to_have_count(6, timeout=LONG)
        assert violations(page) == []
        completed(panel).first.locator("th").click()
        expect(panel.locator(".omnidomain-details .log")).to_contain_text("Processing")
        assert violations(page) == []

        panel.get_by_role("button", name="Results of").first.click()
        expect(panel.locator(".profiles svg")).to_be_visible(timeout=LONG)
        expect(panel.locator(".preview iframe")).to_be_visible(timeout=LONG)
        panel.get_by_text("As a table").click()
        expect(panel.locator(".profiles tbody tr")).to_have_count(6)
        # The report is not ours, and in a frame of its own.
        page.locator(".preview iframe").evaluate("frame => frame.srcdoc = '<html lang=en><title>r'")
        assert violations(page) == []


def test_nor_does_the_narrowest_panel_in_notebook(notebook: LiveServer):
    sheet = write_sheet(notebook.root / "axe", ["gut_01", "gut_02"])
    sheet.write_text(sheet.read_text().replace("gut_02", "gut 02"))
    write_notebook(
        notebook.root / "axe.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        "panel = RunPanel('axe/samples.tsv', email='axe@example.org')\n"
        "panel.layout.width = '320px'\npanel",
    )
    with chromium_page(width=800, height=1400) as page:
        open_notebook(page, notebook, "axe.ipynb")
        panel = run_all(page)
        panel.locator('td[aria-invalid="true"]').click(timeout=LONG)
        expect(panel.locator(".bubble")).to_be_visible()
        assert violations(page) == []

        panel.locator(".bubble").get_by_role("button", name="Use gut_02").click()
        panel.get_by_role("button", name="Submit 2 runs").click(timeout=LONG)
        expect(completed(panel)).to_have_count(2, timeout=LONG)
        assert violations(page) == []
        panel.get_by_role("button", name="Results of").first.click()
        expect(panel.locator(".profiles svg")).to_be_visible(timeout=LONG)
        page.locator(".preview iframe").evaluate("frame => frame.srcdoc = '<html lang=en><title>r'")
        assert violations(page) == []
