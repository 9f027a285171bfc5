"""Ten thousand runs with long names and reasons: the panel stays quick, its messages small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import WebSocket, expect
from stored_runs import store_runs
from widgets.notebooks import LONG, completed, open_notebook, run_all, write_notebook

pytestmark = pytest.mark.browser
RUNS = 10_000
EMAIL = "many@example.org"
AT_ONCE = 300  # milliseconds from the server's answer to the rows on the page
MESSAGE = 200_000  # bytes
CELL = """
import json, time
from omnidomain_jupyter import RunPanel
from omnidomain_jupyter.client import Client
asked = Client.runs_page
def timed(self, **query):
    found = asked(self, **query)
    if "status" not in query:  # the page itself, and not how many go on
        with open("answered.json", "w") as out:
            json.dump(time.time() * 1000, out)
    return found
Client.runs_page = timed
RunPanel("demo/samples.tsv", email="many@example.org")
"""
DRAWN = """([from, to]) => new Promise(done => {
    const rows = document.querySelector('.omnidomain-runs tbody');
    const seen = new MutationObserver(() => {
        const name = rows.querySelector('th')?.textContent ?? '';
        if (name.includes(to)) requestAnimationFrame(() => done(Date.now()));
    });
    seen.observe(rows, { childList: true, subtree: true, characterData: true });
    const turn = [...document.querySelectorAll('.omnidomain-runs button')];
    turn.find(each => each.textContent.includes(from)).click();
})"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LiveServer]:
    """A JupyterLab whose scientist has a long history."""
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    variables = {"OMNIDOMAIN_DATABASE_URL": url}
    with live_server(tmp_path / "lab", module="jupyterlab", variables=variables) as server:
        store_runs(url, EMAIL, RUNS, _long)
        yield server


def _long(number: int) -> dict[str, object]:
    name = f"sample_{number:06}_{'x' * 86}"
    return {
        "pipeline": "ReadQC",
        "sample_id": name,
        "tsv_row": {"sample_id": name, "reads_1": f"{'deep/' * 60}{name}.fastq.gz"},
        "base_outdir": f"/results/{'folder/' * 30}",
        "status": "FAILED" if number % 3 == 0 else "COMPLETED",
        "status_reason": "no space left on device, " * 80,
    }


def test_a_page_is_there_at_once_and_no_message_is_large(lab: LiveServer):
    write_sheet(lab.root / "demo", ["gut_01", "gut_02"])
    write_notebook(lab.root / "many.ipynb", CELL)
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        if "/channels" in socket.url:
            socket.on("framereceived", lambda frame: sizes.append(len(frame)))

    with chromium_page(width=1280, height=1400) as page:
        page.on("websocket", listen)
        open_notebook(page, lab, "many.ipynb")
        panel = run_all(page)
        panel.get_by_role("tab", name="Monitor").click(timeout=LONG)
        expect(panel.locator(".omnidomain-runs tbody tr")).to_have_count(50, timeout=LONG)

        took = []
        for _ in range(4):
            for button, first in (("Older", "sample_000050"), ("Newer", "sample_000000")):
                drawn = page.evaluate(DRAWN, [button, first])
                took.append(drawn - json.loads((lab.root / "answered.json").read_text()))
        assert sorted(took)[len(took) // 2] < AT_ONCE, took

        panel.locator(".omnidomain-runs tbody th").first.click()
        expect(panel.locator(".omnidomain-details")).to_contain_text("no space left")
        panel.get_by_role("tab", name="Submit").click()
        panel.get_by_role("button", name="Submit 2 runs").click()
        expect(completed(panel)).to_have_count(2, timeout=LONG)
        panel.get_by_role("button", name="Results of").first.click()
        expect(panel.locator(".preview iframe")).to_be_visible(timeout=LONG)
        expect(panel.locator(".profiles svg")).to_be_visible(timeout=LONG)
        page.wait_for_timeout(1000)
    assert len(sizes) > 50
    assert max(sizes) < MESSAGE
