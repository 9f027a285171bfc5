"""A real server for the client's tests, and reads that are counted in a moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from dropped_pipelines import add_pipeline

from omnidomain_jupyter.client import Client, connect


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server for the whole session, with a pipeline that takes no time.

    `Notes` leaves two files without a word in them: whoever reads what a run has left need not
    wait until reads have been counted.
    """
    home = tmp_path_factory.mktemp("client-server")
    notes = [f"{{outdir}}/{{sample_id}}.{ending}" for ending in ("json", "note")]
    add_pipeline(home / "pipelines", "Notes", ["touch", *notes])
    with live_server(home, f"--OmniDomainApp.pipelines_path={home / 'pipelines'}") as server:
        yield server


@pytest.fixture
def client(server: LiveServer) -> Iterator[Client]:
    """A client of a scientist who is new."""
    client = connect(server.url, server.token, f"{uuid4().hex}@example.org")
    yield client
    client.close()


@pytest.fixture
def sheet(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path, below the server's root and from here, of a sheet of two samples."""
    monkeypatch.chdir(server.root)
    folder = server.root / uuid4().hex
    return str(write_sheet(folder, ["gut_01", "gut_02"]).relative_to(server.root))


@pytest.fixture
def sheet_folder(sheet: str) -> Path:
    """The folder of that sheet, below the server's root."""
    return Path(sheet).parent
