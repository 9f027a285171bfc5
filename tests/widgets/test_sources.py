"""Where a sheet comes from, in a real browser: a file, the clipboard, a variable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import Locator, Page, expect
from widgets.notebooks import LONG, open_notebook, run_all, write_notebook

pytestmark = pytest.mark.browser
MOST = 200_000  # bytes of a message
DROP = """(element, [name, text]) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], name));
    element.dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, bubbles: true}));
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A JupyterLab."""
    with live_server(tmp_path_factory.mktemp("lab"), module="jupyterlab") as server:
        write_sheet(server.root / "plate", ["gut_01"])
        yield server


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a real browser."""
    with chromium_page(width=1280, height=1400) as page:
        yield page


@pytest.fixture
def sizes(page: Page) -> list[int]:
    """The sizes of the messages on the page's sockets, as they come."""
    found: list[int] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda data: found.append(len(data)))
        socket.on("framereceived", lambda data: found.append(len(data)))

    page.on("websocket", listen)
    return found


def opened(page: Page, lab: LiveServer, name: str, *cells: str) -> Locator:
    """Open a notebook with a panel, and run it."""
    panel = f"from omnidomain_jupyter import RunPanel\nRunPanel(email='{name}@example.org')"
    write_notebook(lab.root / f"{name}.ipynb", panel, *cells)
    open_notebook(page, lab, f"{name}.ipynb")
    made = run_all(page)
    expect(made.get_by_text("Choose a sheet first.")).to_be_visible(timeout=LONG)
    return made


def test_a_sheet_of_12_mb_arrives_in_slices(
    page: Page, lab: LiveServer, tmp_path: Path, sizes: list[int]
):
    panel = opened(page, lab, "large")
    line = "plate/reads.fastq.gz\t" + "a long remark, " * 40
    rows = "\n".join(f"gut_{number:05}\t{line}" for number in range(20_000))
    sheet = tmp_path / "large.tsv"
    sheet.write_text(f"sample_id\treads_1\tremark\n{rows}\n")
    assert sheet.stat().st_size > 12_000_000

    panel.get_by_role("radio", name="From my computer").click()
    panel.locator('input[type="file"]').set_input_files(sheet)

    expect(panel.get_by_text("MB …")).to_be_visible(timeout=LONG)
    submit = panel.get_by_role("button", name="Submit 20,000 runs")
    expect(submit).to_be_enabled(timeout=2 * LONG)
    expect(panel.get_by_text("large.tsv, 12,")).to_be_visible()
    assert max(sizes) < MOST


def test_a_sheet_is_dropped_corrected_and_saved(page: Page, lab: LiveServer):
    panel = opened(page, lab, "dropped")
    text = "sample_id\treads_1\ngut 01\tplate/reads.fastq.gz\n"
    panel.locator(".omnidomain-source").evaluate(DROP, ["mine.tsv", text])
    panel.get_by_role("button", name="Use gut_01").click(timeout=LONG)
    expect(panel.get_by_role("button", name="Submit 1 run")).to_be_enabled(timeout=LONG)

    with page.expect_download() as corrected:
        panel.get_by_role("button", name="Download the corrected sheet").click()

    assert corrected.value.suggested_filename == "mine_corrected.tsv"
    assert corrected.value.path().read_text() == text.replace("gut 01", "gut_01")


def test_the_starter_sheet_is_saved(page: Page, lab: LiveServer):
    panel = opened(page, lab, "starter")

    with page.expect_download() as starter:
        panel.get_by_role("button", name="Download a starter sheet").click()

    assert starter.value.suggested_filename == "ReadQC_samples.tsv"
    assert starter.value.path().read_text().startswith("sample_id\treads_1\treads_2\n")


def test_a_data_frame_that_a_later_cell_makes_is_offered(page: Page, lab: LiveServer):
    frame = (
        "import pandas as pd\n"
        "plate = pd.DataFrame({'sample_id': ['gut_01'], 'reads_1': ['plate/reads.fastq.gz']})\n"
    )
    panel = opened(page, lab, "variable", frame)
    panel.get_by_role("radio", name="DataFrame").click()

    panel.get_by_label("Variable").select_option("plate", timeout=LONG)

    expect(panel.get_by_role("button", name="Submit 1 run")).to_be_enabled(timeout=LONG)
