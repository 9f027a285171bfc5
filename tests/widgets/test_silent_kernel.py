"""A panel whose kernel has ended says so, and does not count on."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from chromium import chromium_page
from client.live_server import live_server
from client.reads import write_sheet
from dropped_pipelines import add_pipeline
from playwright.sync_api import expect
from widgets.notebooks import LONG, open_notebook, run_all, write_notebook

CELL = """
from omnidomain_jupyter import RunPanel, connect
panel = RunPanel(email='silent@example.org')
panel.presence.every = 2
connect(email='silent@example.org').submit('sample_id\\ngut_01\\n', 'Slow')
panel.tabs.selected = 'monitor'
panel
"""


@pytest.mark.browser
def test_a_panel_says_that_its_kernel_has_ended_and_that_its_server_is_away(tmp_path: Path):
    add_pipeline(tmp_path / "pipelines", "Slow", ["sleep", "60"])
    pipelines = f"--OmniDomainApp.pipelines_path={tmp_path / 'pipelines'}"
    with (
        live_server(tmp_path, pipelines, module="jupyterlab", base_url="/lab/ada/") as lab,
        chromium_page(width=1280, height=1200) as page,
    ):
        write_sheet(lab.root / "demo", ["gut_01"])
        write_notebook(lab.root / "silent.ipynb", CELL)
        open_notebook(page, lab, "silent.ipynb")
        panel = run_all(page)
        row = panel.locator('.omnidomain-runs tr[data-status="RUNNING"]')
        expect(row).to_have_count(1, timeout=LONG)
        restarted = panel.get_by_text("This notebook's kernel was restarted")
        ended = panel.get_by_text("This notebook's kernel has ended")
        away = panel.get_by_text("The Jupyter server has not answered since")
        with page.expect_response(lambda answer: "/api/kernels/" in answer.url and answer.ok):
            pass
        for told in (restarted, ended, away):
            expect(told).to_be_hidden()

        token = {"Authorization": f"token {lab.token}"}
        for kernel in requests.get(f"{lab.url}api/kernels", headers=token, timeout=10).json():
            requests.delete(f"{lab.url}api/kernels/{kernel['id']}", headers=token, timeout=30)
        expect(ended).to_be_visible(timeout=LONG)
        expect(panel).to_contain_text("Run the cell again")
        time = row.locator("td").nth(3).inner_text()
        page.wait_for_timeout(2_500)
        assert row.locator("td").nth(3).inner_text() == time

        lab.stop()
        expect(away).to_be_visible(timeout=LONG)
