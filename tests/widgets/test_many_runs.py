"""Ten thousand runs with long names and reasons: the panel stays quick, its messages small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import WebSocket, expect
from widgets.long_history import CELL, DRAWN, store_history
from widgets.notebooks import LONG, completed, open_notebook, run_all, save, write_notebook

pytestmark = pytest.mark.browser
MESSAGE = 200_000  # bytes


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LiveServer]:
    """A JupyterLab whose scientist has a long history."""
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    variables = {"OMNIDOMAIN_DATABASE_URL": url}
    with live_server(tmp_path / "lab", module="jupyterlab", variables=variables) as server:
        store_history(url)
        yield server


def test_a_page_is_there_at_once_and_no_message_is_large(lab: LiveServer):
    write_sheet(lab.root / "demo", ["gut_01", "gut_02"])
    again = CELL.splitlines()[-1]
    write_notebook(lab.root / "many.ipynb", CELL, again, again)
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        if "/channels" in socket.url:
            for event in ("framereceived", "framesent"):
                socket.on(event, lambda frame: sizes.append(len(frame)))

    with chromium_page(width=1280, height=1400) as page:
        page.on("websocket", listen)
        open_notebook(page, lab, "many.ipynb")
        panels = run_all(page)
        expect(panels).to_have_count(3, timeout=LONG)
        panel = panels.first
        panel.get_by_role("tab", name="Monitor").click(timeout=LONG)
        expect(panel.locator(".omnidomain-runs tbody tr")).to_have_count(50, timeout=LONG)

        for button, name in (("Older", "sample_000050"), ("Newer", "sample_000000")):
            page.evaluate(DRAWN, [button, name])  # how soon is the benchmark's business

        panel.locator(".omnidomain-runs tbody th").first.click()
        expect(panel.locator(".omnidomain-details")).to_contain_text("no space left")
        panel.get_by_role("tab", name="Submit").click()
        panel.get_by_role("button", name="Submit 2 runs").click()
        expect(completed(panel)).to_have_count(2, timeout=LONG)
        panel.get_by_role("button", name="Results of").first.click()
        expect(panel.locator(".preview iframe")).to_be_visible(timeout=LONG)
        expect(panel.locator(".profiles svg")).to_be_visible(timeout=LONG)

        _add_files(Path(panel.locator(".place").get_attribute("title") or ""))
        chosen = panel.get_by_label("Finished run")
        run_id = chosen.input_value()
        chosen.select_option(index=2)
        expect(panel.locator(".files li")).to_have_count(2, timeout=LONG)
        chosen.select_option(run_id)
        panel.get_by_role("button", name="Show the files of deep").click(timeout=LONG)
        expect(panel.locator(".files li")).to_have_count(1001, timeout=LONG)
        save(page)
        page.reload()
        expect(panel.locator(".files li")).to_have_count(1001, timeout=LONG)
        expect(panel.locator(".preview iframe")).to_be_visible(timeout=LONG)
    assert len(sizes) > 50
    assert max(sizes) < MESSAGE


def _add_files(outdir: Path) -> None:
    for number in range(1000):
        folder = outdir / "deep" / f"phase_{number % 9}" / "nextflow" / f"sample_{number:04}"
        folder.mkdir(parents=True)
        (folder / f"{'猫' * 40}_{number}.stats.txt").write_text("1")
