"""A report that means harm, in the panel of a notebook that is signed in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import live_server
from client.reads import write_sheet
from playwright.sync_api import expect
from results.test_sandbox import ATTACK
from widgets.notebooks import LONG, open_notebook, run_all, write_notebook

from omnidomain_jupyter.client import connect

pytestmark = pytest.mark.browser


def test_it_runs_its_scripts_and_reaches_nothing(tmp_path: Path):
    with live_server(tmp_path, module="jupyterlab") as lab:
        sheet = write_sheet(lab.root, ["gut_01"])
        client = connect(url=lab.url, token=lab.token, email="ada@example.org")
        [outdir] = client.submit(sheet, "ReadQC").wait(progress=False).runs()["outdir"]
        client.close()
        [report] = Path(outdir).glob("*.html")
        report.write_text(ATTACK)
        panel = "from omnidomain_jupyter import RunPanel\nRunPanel(email='ada@example.org')"
        write_notebook(lab.root / "panel.ipynb", panel)
        with chromium_page() as page:
            open_notebook(page, lab, "panel.ipynb")
            shown = run_all(page)
            shown.get_by_role("tab", name="Results").click(timeout=LONG)
            shown.get_by_label("Finished run").select_option(index=1)
            expect(shown.locator("iframe")).to_be_visible(timeout=LONG)
            frame = shown.locator("iframe").element_handle().content_frame()
            seen: list[str] = []
            page.on("response", lambda answer: answer.frame == frame and seen.append(answer.url))
            frame.wait_for_function("document.title.startsWith('{')", timeout=LONG)
            found = json.loads(frame.title())
            assert (found.pop("script"), found.pop("origin")) == ("ran", "null")
            assert all(said.startswith("no") for said in found.values()), found
            assert seen == []
            assert frame.evaluate("document.compatMode") == "CSS1Compat"
