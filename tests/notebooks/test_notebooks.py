"""Every example notebook runs from top to bottom, and none has anything to hide."""

from __future__ import annotations

import nbformat
import pytest

from .execution import EXECUTED, NOTEBOOKS, environment_of, executed, server_for_notebooks

ALL = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with server_for_notebooks(tmp_path_factory.mktemp("notebooks")) as server:
        yield server


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", EXECUTED)
def test_it_runs_from_top_to_bottom(name, server, monkeypatch):
    for variable, text in environment_of(server).items():
        monkeypatch.setenv(variable, text)
    text = nbformat.writes(executed(name, server))
    assert server.token not in text
    assert "eyJ" not in text  # how every JWT begins


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_it_is_a_notebook_with_its_outputs_and_no_secret(file):
    text = file.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert any(outputs) == (file.stem in EXECUTED)
    assert "eyJ" not in text
    assert "/tmp/" not in text
    assert "Traceback" not in text
