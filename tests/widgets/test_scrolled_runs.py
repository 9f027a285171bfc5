"""Runs that come while the list is scrolled wait above it; a submission is chosen by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import live_server
from client.reads import write_sheet
from playwright.sync_api import expect
from widgets.notebooks import LONG, open_notebook, run_all, write_notebook

CELL = """
from omnidomain_jupyter import RunPanel
panel = RunPanel(email='scrolled@example.org')
def rows(first, more):
    one = {"pipeline": "ReadQC", "status": "COMPLETED", "reason": "", "since": None, "seconds": 1.0,
           "created_at": "2026-03-01T09:00:00+00:00", "submission_id": None, "ended": True}
    all = range(first, first + more)
    return [one | {"run_id": str(n), "sample": f"gut_{n:02}"} for n in all][::-1]
panel.monitor._watch.stop()
panel.tabs.selected = 'monitor'
panel.table.show(rows(0, 40), page=1, more=False)
panel.table.observe(lambda change: panel.table.show(
    rows(0, 40 + int(change["new"])), page=1, more=False), "selected")
panel
"""


@pytest.mark.browser
def test_new_runs_wait_while_the_list_is_scrolled(tmp_path: Path):
    with (
        live_server(tmp_path, module="jupyterlab") as lab,
        chromium_page(width=1280, height=1200) as page,
    ):
        write_sheet(lab.root / "demo", ["gut_01"])
        write_notebook(lab.root / "scrolled.ipynb", CELL)
        open_notebook(page, lab, "scrolled.ipynb")
        panel = run_all(page)
        rows = panel.locator(".omnidomain-runs tbody tr")
        expect(rows).to_have_count(40, timeout=LONG)
        frame = panel.locator(".omnidomain-runs .frame")
        frame.evaluate("frame => frame.scrollTo({ top: 200 })")

        # A selected row is what this notebook's kernel adds so many new runs for.
        for added in (2, 5):
            panel.locator(f'tr[data-run="{added}"]').click()
            waiting = panel.get_by_role("button", name=f"{added} new runs")
            expect(waiting).to_be_visible(timeout=LONG)
            expect(rows).to_have_count(40)
            expect(rows.first).to_contain_text("gut_39")
            frame.evaluate("frame => frame.scrollTo({ top: 200 })")

        waiting.click()
        expect(rows).to_have_count(45)
        expect(rows.first).to_contain_text("gut_44")
        expect(waiting).to_be_hidden()
