"""A submission as a notebook that anybody can run: the same sheet, compared with before."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat
import pytest
from client.live_server import LiveServer, live_server
from dropped_pipelines import SCHEMA
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.errors import ConflictError, InvalidInputError

ANY_CLIENT = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
MEASURES = "import pathlib; pathlib.Path(r'{outdir}', 'report.txt').write_text('x' * SIZE)"


@pytest.fixture(scope="module")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pipelines")


@pytest.fixture(scope="module")
def own_server(pipelines: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with pipelines that a test can change."""
    home = tmp_path_factory.mktemp("rerun-server")
    with live_server(home, f"--OmniDomainApp.pipelines_path={pipelines}") as server:
        yield server


@pytest.fixture
def own_client(own_server: LiveServer) -> Iterator[Client]:
    client = connect(own_server.url, own_server.token, f"{uuid4().hex}@example.org")
    yield client
    client.close()


@pytest.fixture
def measure(pipelines: Path) -> str:
    """A pipeline without numbers, which writes one file."""
    name = f"measure_{uuid4().hex[:8]}"
    put(pipelines, name)
    return name


def put(
    pipelines: Path, name: str, *, revision: str = "1.0", size: int = 7, most: int = 40
) -> None:
    """Write that pipeline, or change it."""
    folder = pipelines / name
    folder.mkdir(exist_ok=True)
    code = MEASURES.replace("SIZE", str(size))
    (folder / "pipeline.toml").write_text(
        f'name = "{name}"\ntitle = "Measure"\nengine = "command"\nrevision = "{revision}"\n'
        f"command = {json.dumps([sys.executable, '-c', code])}\n"
    )
    schema = json.loads(json.dumps(SCHEMA))
    schema["items"]["properties"]["sample_id"]["maxLength"] = most
    (folder / "schema_input.json").write_text(json.dumps(schema))


def run_by_a_colleague(
    file: Path, server: LiveServer, monkeypatch: pytest.MonkeyPatch, *, allow: bool = False
) -> str:
    """Run the notebook under another account; return its outputs."""
    for name, value in {**server.environment(), "JPY_PARENT_PID": str(server.pid)}.items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        cell.source = cell.source.replace("# client.sign_in", "client.sign_in")
        if allow:
            cell.source = cell.source.replace("ALLOW_CHANGES = False", "ALLOW_CHANGES = True")
    try:
        NotebookClient(notebook, timeout=120).execute()
    except CellExecutionError as error:
        return str(error)
    return str([each.get("outputs") for each in notebook.cells])


@ANY_CLIENT
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

    outputs = run_by_a_colleague(file, server, monkeypatch)
    assert "The same pipeline." in outputs
    assert "4 files compared, " in outputs
    assert " numbers compared, 0 differ." in outputs
    assert " 0 numbers compared" not in outputs


@ANY_CLIENT
def test_files_are_compared_where_there_are_no_numbers(
    own_client: Client,
    own_server: LiveServer,
    measure: str,
    pipelines: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    submission = own_client.submit("sample_id\na\nb\n", measure).wait(60, progress=False)
    file = submission.to_notebook(tmp_path / "rerun.ipynb")

    outputs = run_by_a_colleague(file, own_server, monkeypatch)
    assert "2 files compared, 0 differ in size or are there only once." in outputs
    assert "No numbers were found in the outputs" in outputs

    put(pipelines, measure, size=9)
    outputs = run_by_a_colleague(file, own_server, monkeypatch)
    assert "2 files compared, 2 differ in size or are there only once." in outputs


@ANY_CLIENT
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"revision": "2.0"}, "has changed since: its revision was 1.0 and is 2.0."),
        ({"most": 30}, "has changed since: its sheet's schema is another one."),
    ],
)
@pytest.mark.parametrize("when", ["before it is written", "before it is run"])
def test_what_ran_is_pinned_and_not_what_is_there_now(
    own_client: Client,
    own_server: LiveServer,
    measure: str,
    pipelines: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    told: str,
    when: str,
):
    submission = own_client.submit("sample_id\na\n", measure).wait(60, progress=False)
    if when == "before it is written":
        put(pipelines, measure, **change)
    file = submission.to_notebook(tmp_path / "rerun.ipynb")
    put(pipelines, measure, **change)
    before = len(own_client.runs(pipeline=measure))

    outputs = run_by_a_colleague(file, own_server, monkeypatch)
    assert f"{measure} {told} ALLOW_CHANGES = True in the first cell" in outputs
    assert '"maxLength": 40' in file.read_text().replace('\\"', '"')
    assert len(own_client.runs(pipeline=measure)) == before


@ANY_CLIENT
def test_a_change_can_be_allowed(
    own_client: Client,
    own_server: LiveServer,
    measure: str,
    pipelines: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    submission = own_client.submit("sample_id\na\n", measure).wait(60, progress=False)
    file = submission.to_notebook(tmp_path / "rerun.ipynb")
    put(pipelines, measure, revision="2.0", size=9)

    outputs = run_by_a_colleague(file, own_server, monkeypatch, allow=True)
    assert "its revision was 1.0 and is 2.0." in outputs
    assert "1 files compared, 1 differ in size" in outputs


def test_the_switch_resume_is_pinned(own_client: Client, measure: str, tmp_path: Path):
    submission = own_client.submit("sample_id\na\n", measure, resume=True)
    assert "RESUME = True" in submission.to_notebook(tmp_path / "rerun.ipynb").read_text()


def test_the_schema_of_a_submission_is_told_by_its_hash(own_client: Client, measure: str):
    submission = own_client.submit("sample_id\na\n", measure)
    schema = json.dumps(own_client.pipeline(measure).schema_, sort_keys=True)
    assert submission.model.schema_sha256 == sha256(schema.encode()).hexdigest()
    assert submission.refresh().model.schema_sha256 == submission.model.schema_sha256


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
