"""The migrations make what the models describe, once, however many servers start."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import omnidomain_jupyter.store
from omnidomain_jupyter.errors import StoreUnavailableError
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.migrations import HEAD
from omnidomain_jupyter.store.models import Base


def test_head_is_the_newest_script():
    config = Config()
    directory = Path(omnidomain_jupyter.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(directory))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_migrated_tables_are_the_models(database: Database):
    database.ping()
    with database._ready().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_database_of_a_newer_version_is_left_alone(database: Database):
    database.ping()
    with database._ready().execution_options(omnidomain_write=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreUnavailableError, match="update omnidomain-jupyter"):
        database.ping()


def test_servers_that_start_together_migrate_once(database_url: str):
    code = (
        "import sys; from omnidomain_jupyter.store.database import Database;"
        "Database(sys.argv[1]).ping()"
    )
    servers = [
        subprocess.Popen([sys.executable, "-c", code, database_url], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    errors = [server.communicate(timeout=60)[1].decode() for server in servers]
    assert [server.returncode for server in servers] == [0, 0, 0, 0], "\n".join(errors)


def test_connections_that_open_a_new_file_at_the_same_moment_all_get_it(tmp_path: Path):
    for attempt in range(20):
        url = f"sqlite:///{tmp_path / str(attempt) / 'omnidomain.sqlite'}"
        together = threading.Barrier(4)

        def open_it(url: str = url, together: threading.Barrier = together) -> None:
            database = Database(url)
            together.wait(timeout=30)
            database.ping()
            database.close()

        with ThreadPoolExecutor(4) as pool:
            for opened in [pool.submit(open_it) for _ in range(4)]:
                opened.result(timeout=60)
