"""The migrations make what the models describe, once, however many servers start."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, DateTime, MetaData, inspect, text

import omnidomain_jupyter.store
from omnidomain_jupyter.errors import StoreUnavailableError
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.migrate import known_revisions, upgrade
from omnidomain_jupyter.store.migrations import HEAD
from omnidomain_jupyter.store.models import Base
from omnidomain_jupyter.store.runs import RunFilter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_head_is_the_newest_script():
    config = Config()
    directory = Path(omnidomain_jupyter.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(directory))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_tables_are_the_models(database: Database):
    database.ping()
    with database._ready().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def described(connection: Connection) -> dict[str, object]:
    """All that the database itself tells of its tables."""

    def by_name(found: list[dict[str, object]]) -> dict[object, str]:
        return {each["name"]: str(sorted(each.items(), key=str)) for each in found}

    inspector = inspect(connection)
    return {
        table: (
            by_name(inspector.get_columns(table)),
            by_name(inspector.get_indexes(table)),
            by_name(inspector.get_unique_constraints(table)),
            by_name(inspector.get_foreign_keys(table)),
            by_name(inspector.get_check_constraints(table)),
            inspector.get_pk_constraint(table),
        )
        for table in inspector.get_table_names()
    }


def test_a_new_database_is_as_all_migrations_leave_it(database: Database):
    database.ping()
    with database._ready().execution_options(omnidomain_write=True).begin() as connection:
        new = described(connection)
        assert new.keys() >= {*Base.metadata.tables, "alembic_version"}
        made = MetaData()
        made.reflect(connection)
        made.drop_all(connection)
        assert described(connection) == {}
        upgrade(connection, None)
        assert described(connection) == new
    assert database.revision() == HEAD


def test_a_new_database_needs_no_alembic(database_url: str):
    code = (
        "import sys; from omnidomain_jupyter.store.database import Database;"
        "Database(sys.argv[1]).ping(); sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, database_url], check=True, timeout=60)


def test_tables_of_somebody_else_are_left_alone(database: Database):
    engine = database._opened()
    with engine.execution_options(omnidomain_write=True).begin() as connection:
        connection.execute(text("CREATE TABLE runs (theirs INTEGER)"))
    with pytest.raises(StoreUnavailableError, match="already exists"):
        database.ping()
    assert database.revision() is None
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["runs"]
    engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(database: Database):
    database.ping()
    with database._ready().execution_options(omnidomain_write=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreUnavailableError, match="update omnidomain-jupyter"):
        database.ping()


def test_a_database_that_was_taken_back_to_its_beginning_is_brought_up_again(database: Database):
    database.ping()
    with database._ready().execution_options(omnidomain_write=True).begin() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DELETE FROM alembic_version"))
    database.close()
    database.ping()
    assert database.revision() == HEAD


def released() -> list[str]:
    return known_revisions()[:-1]


def made_at(database: Database, revision: str) -> None:
    """Make the tables of an earlier release, with a row in each that this release has."""
    engine = database._opened()
    with engine.execution_options(omnidomain_write=True).begin() as connection:
        upgrade(connection, None, to=revision)
        tables = MetaData()
        tables.reflect(connection)
        user, run = uuid4(), uuid4()
        rows = {
            "users": {"user_id": user, "email": "ada@example.org"},
            "runs": {
                "run_id": run,
                "user_id": user,
                "pipeline": "ReadQC",
                "sample_id": "001",
                "tsv_row": {"sample_id": "001"},
                "base_outdir": "/results",
                "resume": False,
                "backend": "local",
                "status": "RUNNING",
                "job_name": "ReadQC-001",
            },
            "run_status_history": {"run_id": run, "status": "RUNNING", "history_id": 1},
        }
        for name, row in rows.items():
            table = tables.tables[name]
            times = {
                column.name: NOW
                for column in table.columns
                if isinstance(column.type, DateTime) and not column.nullable
            }
            values = {
                key: value.hex
                if isinstance(value, UUID) and connection.dialect.name == "sqlite"
                else value
                for key, value in {**row, **times}.items()
            }
            connection.execute(table.insert().values(values))
    engine.dispose()


@pytest.mark.parametrize("revision", released())
def test_rows_of_every_release_are_there_after_the_upgrade(database: Database, revision: str):
    made_at(database, revision)
    assert database.revision() == revision
    database.upgrade()
    assert database.revision() == HEAD
    with database.reading() as transaction:
        user = transaction.users.by_email("ada@example.org")
        assert user is not None
        (run,) = transaction.runs.page(user.user_id, RunFilter(), after=None, limit=10)
        assert (run.sample_id, run.status, run.created_at) == ("001", "RUNNING", NOW)
        assert [entry.status for entry in transaction.runs.history(run.run_id)] == ["RUNNING"]
    with database._ready().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize("revision", released())
def test_a_server_upgrades_a_file_of_its_own_and_no_database_of_many(
    database: Database, revision: str
):
    made_at(database, revision)
    if database.url.get_backend_name() == "sqlite":
        database.ping()
        assert database.revision() == HEAD
    else:
        with pytest.raises(StoreUnavailableError, match="jupyter omnidomain db upgrade"):
            database.ping()
        assert database.revision() == revision


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
