"""A panel whose kernel has ended says so, and does not count on."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import live_server
from client.reads import write_sheet
from dropped_pipelines import add_pipeline
from playwright.sync_api import expect
from widgets.notebooks import LONG, open_notebook, run_all, write_notebook

CELL = """
from omnidomain_jupyter import RunPanel, connect
panel = RunPanel(email='silent@example.org')
panel.heartbeat.patience = 14
connect(email='silent@example.org').submit('sample_id\\ngut_01\\n', 'Slow')
panel.tabs.selected = 'monitor'
panel
"""


@pytest.mark.browser
def test_a_panel_whose_server_is_gone_says_since_when(tmp_path: Path):
    add_pipeline(tmp_path / "pipelines", "Slow", ["sleep", "60"])
    pipelines = f"--OmniDomainApp.pipelines_path={tmp_path / 'pipelines'}"
    with (
        live_server(tmp_path, pipelines, module="jupyterlab") as lab,
        chromium_page(width=1280, height=1200) as page,
    ):
        write_sheet(lab.root / "demo", ["gut_01"])
        write_notebook(lab.root / "silent.ipynb", CELL)
        open_notebook(page, lab, "silent.ipynb")
        panel = run_all(page)
        row = panel.locator('.omnidomain-runs tr[data-status="RUNNING"]')
        expect(row).to_have_count(1, timeout=LONG)
        told = panel.get_by_text("Nothing has been heard from this notebook's kernel since")
        page.wait_for_timeout(16_000)
        expect(told).to_be_hidden()

        lab.stop()  # and its kernels with it

        expect(told).to_be_visible(timeout=LONG)
        expect(panel).to_contain_text("run the cell again")
        time = row.locator("td").nth(3).inner_text()
        page.wait_for_timeout(2_500)
        assert row.locator("td").nth(3).inner_text() == time
