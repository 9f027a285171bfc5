"""The quickstart runs from top to bottom, with nobody to press a button."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from client.live_server import LiveServer
from nbclient import NotebookClient

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_quickstart_runs_from_top_to_bottom(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
):
    folder = server.root / "notebooks"
    folder.mkdir()
    for name, text in {**server.environment(), "JPY_PARENT_PID": str(server.pid)}.items():
        monkeypatch.setenv(name, text)
    notebook = nbformat.read(QUICKSTART, as_version=4)

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()

    text = nbformat.writes(notebook)
    assert "application/vnd.jupyter.widget-view+json" in text
    assert server.token not in text
    assert "eyJ" not in text  # how every JWT begins
