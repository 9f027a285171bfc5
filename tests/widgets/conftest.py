"""A real server for the panel's tests."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from chromium import jp_asyncio_loop, jp_server_cleanup  # noqa: F401
from client.live_server import LiveServer, live_server
from client.reads import write_sheet
from widgets.waiting import our_threads, until

from omnidomain_jupyter.client import Client, connect
from omnidomain_jupyter.widgets import RunPanel


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server for the whole session. Its root is a link, as many home directories are."""
    home = tmp_path_factory.mktemp("widgets-server")
    (home / "disk").mkdir()
    (home / "root").symlink_to("disk")
    with live_server(home) as server:
        yield server


@pytest.fixture
def client(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client, found as from a kernel of that server; nobody is signed in."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(server.runtime))
    monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
    monkeypatch.chdir(server.root)
    client = connect()
    yield client
    client.close()


@pytest.fixture
def email() -> str:
    """Somebody new."""
    return f"{uuid4().hex}@example.org"


@pytest.fixture
def sheet(server: LiveServer) -> str:
    """The path, below the server's root, of a sheet of two samples."""
    folder = server.root / uuid4().hex
    return str(write_sheet(folder, ["gut_01", "gut_02"]).relative_to(server.root))


@pytest.fixture
def panel(client: Client, email: str, sheet: str) -> Iterator[RunPanel]:
    """A panel with that sheet; its threads end with it."""
    panel = RunPanel(sheet, client=client, email=email)
    yield panel
    panel.close()
    assert until(lambda: our_threads() == 0, 10)
