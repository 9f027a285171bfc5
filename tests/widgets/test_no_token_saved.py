"""Nothing that opens a door is in what a notebook saves: its outputs and the widgets' state."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium_page
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from playwright.sync_api import expect
from widgets.notebooks import LONG, completed, open_notebook, run_all, save, write_notebook

TOKEN = "planted-jupyter-token-4711"
SECRET = "planted-signing-secret-0815-0815-0815"
JWT = re.compile(rb"eyJ[\w-]{8,}\.[\w-]{8,}\.")
STATE = "application/vnd.jupyter.widget-state+json"
COMMITTED = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
PANEL = """
from omnidomain_jupyter import RunPanel, connect
panel = RunPanel('demo/samples.tsv', email='saved@example.org')
panel
"""
CLIENT = """
import time
client = connect(email='saved@example.org')
while client.runs().empty:
    time.sleep(.2)
run = client.run(client.runs()['run_id'][0]).wait()
display(client, run, client.runs(), client.pipelines(), client.me(), vars(client), panel)
print(vars(client._transport), client._transport.connection, client.hints)
client.submission(run.model.submission_id).wait()
"""
FAULTS = """
%xmode Verbose
for wrong in (lambda: client.run('nothing'), lambda: client.submit('nothing.tsv', 'ReadQC')):
    try:
        wrong()
    except Exception:
        get_ipython().showtraceback()
client.validate('sample_id\\n', 'ReadQC')
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LiveServer]:
    """A JupyterLab that saves the widgets' state, with secrets that are known here."""
    settings = tmp_path / "config/lab/user-settings/@jupyter-widgets/jupyterlab-manager"
    settings.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text('{"saveState": true}')
    variables = {"OMNIDOMAIN_JWT_SECRET": SECRET}
    with live_server(tmp_path, module="jupyterlab", token=TOKEN, variables=variables) as server:
        yield server


def found_in(text: bytes) -> list[str]:
    """Return which secrets are in a text, plain or in Base64."""
    planted = {
        name: [secret.encode(), base64.b64encode(secret.encode()).rstrip(b"=")[:-1]]
        for name, secret in (("Jupyter's token", TOKEN), ("the signing secret", SECRET))
    }
    found = [name for name, forms in planted.items() if any(form in text for form in forms)]
    return [*found, *(["a sign-in"] if JWT.search(text) else [])]


@pytest.mark.browser
def test_a_notebook_with_its_widgets_state_holds_none(lab: LiveServer):
    write_sheet(lab.root / "demo", ["gut_01", "gut_02"])
    write_notebook(lab.root / "saved.ipynb", PANEL, CLIENT, FAULTS)
    with chromium_page(width=1280, height=1400) as page:
        open_notebook(page, lab, "saved.ipynb")
        panel = run_all(page).first
        panel.get_by_role("button", name="Submit 2 runs").click(timeout=LONG)
        expect(completed(panel)).to_have_count(2, timeout=LONG)
        completed(panel).first.locator("th").click()
        expect(panel.locator(".omnidomain-details .log")).to_contain_text("Processing")
        panel.get_by_role("button", name="Results of").first.click()
        expect(panel.locator(".profiles svg")).to_be_visible(timeout=LONG)
        expect(page.locator(".jp-OutputArea").get_by_text("nothing.tsv").last).to_be_visible(
            timeout=LONG
        )
        save(page)

    notebook = json.loads((lab.root / "saved.ipynb").read_text())
    state = notebook["metadata"]["widgets"][STATE]["state"]
    assert any("gut_01" in json.dumps(each) for each in state.values())
    assert all(cell["outputs"] for cell in notebook["cells"])
    files = [path for path in lab.root.rglob("*") if path.is_file()]
    assert len([path for path in files if path.suffix == ".ipynb"]) == 2  # and its checkpoint
    assert {str(path): found_in(path.read_bytes()) for path in files} == {
        str(path): [] for path in files
    }


def test_a_secret_would_be_found():
    coded = base64.b64encode(f"{TOKEN}".encode())
    assert found_in(b"token=" + coded) == ["Jupyter's token"]
    assert found_in(SECRET.encode()) == ["the signing secret"]
    assert found_in(b'"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"') == ["a sign-in"]


@pytest.mark.parametrize("notebook", COMMITTED, ids=lambda path: path.stem)
def test_the_notebooks_that_are_shipped_hold_none(notebook: Path):
    text = notebook.read_bytes()

    assert JWT.search(text) is None
    assert re.search(rb"token=[0-9a-f]{16,}|AKIA[0-9A-Z]{16}", text) is None
