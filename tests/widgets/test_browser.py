"""The panel in a real JupyterLab, as a scientist meets it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = pytest.mark.browser
QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
CHROMIUM = shutil.which("chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
LONG = 60_000  # milliseconds, on a busy machine
BROKEN = "sample_id\treads_1\ngut_01\tdemo/reads.fastq.gz\ngut 02\tmissing.fastq.gz\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A JupyterLab."""
    with live_server(tmp_path_factory.mktemp("lab"), module="jupyterlab") as server:
        yield server


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a real browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 1400})
        browser.close()


def _open(page: Page, lab: LiveServer, name: str) -> None:
    page.goto(f"{lab.url}lab/tree/{name}?reset&token={lab.token}")
    # The status bar's word: the notebook's own indicator says idle before there is a kernel,
    # and what is run then is lost.
    expect(page.locator("#jp-bottom-panel").get_by_text("| Idle")).to_be_visible(timeout=LONG)


def _run_all(page: Page) -> None:
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()


def _notebook(lab: LiveServer, name: str, *cells: str) -> None:
    document = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (lab.root / name).write_text(json.dumps(document))


def test_the_quickstart_is_submitted_by_its_button(page: Page, lab: LiveServer):
    shutil.copy(QUICKSTART, lab.root)
    _open(page, lab, "quickstart.ipynb")
    _run_all(page)

    page.get_by_role("button", name="Submit 3 runs").click(timeout=LONG)

    done = page.locator('.omnidomain-runs tr[data-status="COMPLETED"]')
    expect(done).to_have_count(3, timeout=LONG)
    expect(page.locator(".jp-OutputArea-output[data-mime-type*='error']")).to_have_count(0)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Report").first.click(timeout=LONG)
    opened.value.wait_for_load_state()
    assert "Sequali Report" in opened.value.title()


def test_runs_go_on_while_a_long_cell_runs(page: Page, lab: LiveServer):
    write_sheet(lab.root / "demo", ["gut_01"])
    _notebook(
        lab,
        "busy.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        "panel = RunPanel('demo/samples.tsv', email='busy@example.org')\npanel",
        "import time\npanel.submit.click()\ntime.sleep(60)\nprint('the cell has ended')",
    )
    _open(page, lab, "busy.ipynb")
    _run_all(page)

    done = page.locator('.omnidomain-runs tr[data-status="COMPLETED"]')
    expect(done).to_have_count(1, timeout=50_000)
    expect(page.locator(".jp-OutputArea").get_by_text("the cell has ended")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 320])
def test_a_broken_sheet_is_marked_at_its_cells(page: Page, lab: LiveServer, width: int):
    write_sheet(lab.root / "demo", ["gut_01"])
    _notebook(
        lab,
        "broken.ipynb",
        "from omnidomain_jupyter import RunPanel\n"
        f"panel = RunPanel({BROKEN!r}, email='broken@example.org')\n"
        f"panel.layout.width = '{width}px'\npanel",
    )
    _open(page, lab, "broken.ipynb")
    _run_all(page)

    panel = page.locator(".omnidomain-panel")
    bad = panel.locator('td[aria-invalid="true"]')
    expect(bad).to_have_count(2, timeout=LONG)
    expect(bad.first).to_contain_text("gut 02")
    expect(panel.get_by_text("line 3, sample_id:")).to_be_visible()
    expect(panel.get_by_text("Put 2 cells right first.")).to_be_visible()
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
