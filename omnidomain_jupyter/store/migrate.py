"""Bring a database to the schema that this version of the package works with."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ..errors import StoreUnavailableError
from .migrations import HEAD

# Any constant will do, as long as every server uses the same: "omni" in ASCII.
_ADVISORY_LOCK = 0x6F6D6E69


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the database, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(engine: Engine) -> None:
    """Create the tables, or bring them up to date, once, however many servers start at a time.

    Raises
    ------
    StoreUnavailableError : the database was made by a newer version of the package
    """
    with engine.connect() as connection:
        if current_revision(connection) == HEAD:
            return
    with engine.execution_options(omnidomain_write=True).begin() as connection:
        # SQLite's write lock was taken by BEGIN IMMEDIATE; PostgreSQL needs one of its own.
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _ADVISORY_LOCK})
        revision = current_revision(connection)
        if revision != HEAD:
            _upgrade(connection, revision)


def _upgrade(connection: Connection, revision: str | None) -> None:
    # Here and not above: Alembic takes 0.2 s to import, and most starts need none of it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreUnavailableError(
            f"The database is at revision {revision}, which this version of OmniDomain does "
            "not know. It was made by a newer one: please update omnidomain-jupyter."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
