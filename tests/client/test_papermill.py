"""The client in a notebook that papermill runs from a terminal, with a parameter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
from client.live_server import LiveServer

CELLS = """\
sheet = "no-such-sheet.tsv"
---
from omnidomain_jupyter import connect

client = connect(email="papermill@example.org")
client
---
submission = client.submit(sheet, "ReadQC").wait(120)
submission
---
submission.runs()[["sample_id", "status"]]
---
submission.metrics()[["sample_id", "sequali.reads"]]"""


def test_a_sheet_is_a_parameter(server: LiveServer, sheet: str, tmp_path: Path):
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS.split("\n---\n")]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    written, ran = tmp_path / "night.ipynb", tmp_path / "night-ran.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), written)

    # The kernel is papermill's child and no server's: the only one that runs here is found.
    done = subprocess.run(
        [sys.executable, "-m", "papermill", written, ran, "-p", "sheet", sheet],
        env=server.environment(),
        cwd=server.root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    notebook = nbformat.read(ran, as_version=4)
    outputs = [str(cell.get("outputs")) for cell in notebook.cells]
    assert f"<OmniDomain at {server.url}, signed in as papermill@example.org>" in outputs[2]
    assert "application/vnd.jupyter.widget-view+json" in outputs[3]  # the bar
    shown = json.dumps(notebook.metadata["widgets"], ensure_ascii=False)
    assert "ReadQC: 2 COMPLETED" in shown.replace("\u2007", " ")  # tqdm's spaces
    assert "gut_02  COMPLETED" in outputs[4]
    assert "gut_02           40.0" in outputs[5]
    for text in (ran.read_text(), done.stdout, done.stderr):
        assert server.token not in text
        assert "eyJ" not in text  # how every JWT begins
