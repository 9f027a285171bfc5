"""One JupyterLab for the tests of this folder that leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.laboratory import EMAIL, LONG, client_of, laboratory
from chromium import chromium_page, jp_asyncio_loop, jp_server_cleanup  # noqa: F401
from client.live_server import LiveServer
from playwright.sync_api import Page

from omnidomain_jupyter.client import Client


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[LiveServer]:
    """A JupyterLab for the tests of a file, on PostgreSQL."""
    with laboratory(postgres_server, tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def client(lab: LiveServer) -> Iterator[Client]:
    """The same scientist in Python."""
    client = client_of(lab)
    assert client.me().email == EMAIL
    yield client
    client.close()


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that knows of nothing; an error in it fails the test."""
    errors: list[str] = []
    own_clock = request.node.get_closest_marker("own_clock") is not None
    with chromium_page(own_clock=own_clock) as page:
        page.set_default_timeout(LONG / 2)
        page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
        # Of JupyterLab, after its server was killed; it would lie over everything.
        lost = page.locator(".jp-Dialog", has_text="Server Connection Error")
        page.add_locator_handler(lost, lambda dialog: dialog.locator("button").last.click())
        yield page
    assert [error for error in errors if not broken_off(error)] == []


def broken_off(error: str) -> bool:
    """Return whether an error is of a request of JupyterLab's own, which a reload has ended."""
    return error.startswith("TypeError: Failed to fetch") and "omnidomain" not in error
