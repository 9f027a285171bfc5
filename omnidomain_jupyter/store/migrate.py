"""Bring a database to the schema that this version of the package works with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    text,
)

from ..errors import StoreUnavailableError
from .migrations import HEAD
from .models import Base

if TYPE_CHECKING:
    from alembic.config import Config

# As Alembic makes it, which looks there for what is still to be done.
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

# Any constant will do, as long as every server uses the same: "omni" in ASCII.
_ADVISORY_LOCK = 0x6F6D6E69


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the database, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(engine: Engine, *, existing: bool = True) -> None:
    """Create the tables, or bring them up to date, once, however many servers start at a time.

    Parameters
    ----------
    existing : also change tables that are there; without it only an empty database is filled

    Raises
    ------
    StoreUnavailableError : the database was made by a newer version of the package, or by an
        older one and may not be changed
    """
    with engine.connect() as connection:
        revision = current_revision(connection)
        if revision == HEAD:
            return
        if revision is not None and not existing:
            _require_known(revision)
            raise StoreUnavailableError(_outdated(revision))
    with engine.execution_options(omnidomain_write=True).begin() as connection:
        # SQLite's write lock was taken by BEGIN IMMEDIATE; PostgreSQL needs one of its own.
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _ADVISORY_LOCK})
        revision = current_revision(connection)
        if revision is None and not inspect(connection).has_table(_VERSION.name):
            _create(connection)
        elif revision != HEAD:
            upgrade(connection, revision)


def _create(connection: Connection) -> None:
    """Make the tables in an empty database: those that the migrations make, and their revision."""
    # Unchecked: a table of that name which is there already is not ours.
    Base.metadata.create_all(connection, checkfirst=False)
    _VERSION.create(connection)
    connection.execute(_VERSION.insert().values(version_num=HEAD))


def known_revisions() -> list[str]:
    """Return all revisions that this version knows, oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def upgrade(connection: Connection, revision: str | None, *, to: str = "head") -> None:
    """Bring a database from its revision to another, as a part of the transaction.

    Raises
    ------
    StoreUnavailableError : the revision is not one that this version knows
    """
    # Here and not above: Alembic takes 0.2 s and 12 MB, and most servers need none of it.
    from alembic import command

    if revision is not None:
        _require_known(revision)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _require_known(revision: str) -> None:
    if revision not in known_revisions():
        raise StoreUnavailableError(
            f"The database is at revision {revision}, which this version of OmniDomain does "
            "not know. It was made by a newer one: please update omnidomain-jupyter."
        )


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _outdated(revision: str) -> str:
    return (
        f"The database is at revision {revision}, and this version of OmniDomain works with "
        f"{HEAD}. Its administrator runs: jupyter omnidomain db upgrade"
    )
