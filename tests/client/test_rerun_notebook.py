"""A submission as a notebook that anybody can run: the same sheet, compared with before."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
from client.live_server import LiveServer
from nbclient import NotebookClient

from omnidomain_jupyter.client import Client
from omnidomain_jupyter.errors import ConflictError, InvalidInputError


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_colleague_runs_it_again(
    server: LiveServer, client: Client, sheet: str, monkeypatch: pytest.MonkeyPatch
):
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)
    file = submission.to_notebook("rerun.ipynb")
    text = file.read_text()
    assert server.token not in text
    assert client.user is not None
    assert client.user.email not in text
    assert "eyJ" not in text  # how every JWT begins
    assert sha256(submission.sheet.encode()).hexdigest() in text

    for name, value in {**server.environment(), "JPY_PARENT_PID": str(server.pid)}.items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    cell = next(each for each in notebook.cells if "sign_in" in each.source)
    cell.source = cell.source.replace("# client.sign_in", "client.sign_in")
    NotebookClient(notebook, timeout=120).execute()
    outputs = str([each.get("outputs") for each in notebook.cells])
    assert "The same pipeline." in outputs
    assert " numbers compared, 0 differ." in outputs
    assert " 0 numbers compared" not in outputs


def test_numbers_of_a_whole_sheet(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC").wait(120, progress=False)
    numbers = submission.metrics()
    assert set(numbers["sample_id"]) == {"gut_01", "gut_02"}
    assert [name for name in numbers.columns if name.startswith("sequali.")]


def test_a_file_that_is_there_is_not_written_over(client: Client, sheet: str):
    submission = client.submit(sheet, "ReadQC")
    Path("mine.ipynb").write_text("mine")
    with pytest.raises(ConflictError, match="already"):
        submission.to_notebook("mine.ipynb")
    assert Path("mine.ipynb").read_text() == "mine"
    with pytest.raises(InvalidInputError, match="ipynb"):
        submission.to_notebook("mine.txt")
    submission.wait(120, progress=False)


def test_a_text_has_a_folder(client: Client, sheet: str):
    text, folder = Path(sheet).read_text(), str(Path(sheet).parent)
    assert not client.validate(text, "ReadQC")
    assert client.validate(text, "ReadQC", folder=folder)
    submission = client.submit(text, "ReadQC", folder=folder)
    assert submission.sheet == text
    assert submission._sheet().folder == folder
    assert submission.wait(120, progress=False).model.counts == {"COMPLETED": 2}
