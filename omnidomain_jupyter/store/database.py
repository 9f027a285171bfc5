"""The connection to the database, its transactions, and what happens when it is away."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from ..errors import StoreUnavailableError
from .migrate import current_revision, migrate
from .network_filesystem import is_on_network
from .runs import RunRepository
from .servers import ServerRepository
from .submissions import SubmissionRepository
from .users import UserRepository

BUSY_TIMEOUT_S = 10.0
STATEMENT_TIMEOUT_S = 30


class Transaction:
    """One transaction, seen as the repositories of what is stored."""

    def __init__(self, session: Session) -> None:
        self.users = UserRepository(session)
        self.runs = RunRepository(session)
        self.submissions = SubmissionRepository(session)
        self.servers = ServerRepository(session)


class Database:
    """A SQLite file or a PostgreSQL database, opened and migrated on first use.

    Nothing is opened by making the object, and a failure is not remembered: the next call
    tries again, so that a database which comes back is used without a restart.

    Parameters
    ----------
    url : SQLAlchemy URL; ``postgresql://`` is taken to mean psycopg 3
    journal_mode : SQLite's, or ``auto``: WAL, and DELETE on a network file system
    """

    def __init__(self, url: str, *, journal_mode: str = "auto") -> None:
        self.url = _normalised(url)
        self._journal_mode = journal_mode
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Give a transaction that reads."""
        with self._translated(), Session(self._ready(), expire_on_commit=False) as session:
            yield Transaction(session)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Give a transaction that writes: commits at the end, rolls back on any exception."""
        with self._translated():
            engine = self._ready().execution_options(omnidomain_write=True)
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield Transaction(session)

    def ping(self) -> None:
        """Ask the database for an answer.

        Raises
        ------
        StoreUnavailableError : there is none
        """
        with self._translated(), self._ready().connect() as connection:
            connection.execute(text("SELECT 1 FROM users LIMIT 1"))

    def revision(self) -> str | None:
        """Return the revision of the tables, or None for an empty database; change nothing.

        Raises
        ------
        StoreUnavailableError : there is no answer
        """
        with self._translated():
            engine = self._opened()
            try:
                with engine.connect() as connection:
                    return current_revision(connection)
            finally:
                engine.dispose()

    def upgrade(self) -> None:
        """Bring the tables to the revision that this version works with.

        Raises
        ------
        StoreUnavailableError : there is no answer, or a newer version made the tables
        """
        with self._translated():
            engine = self._opened()
            try:
                migrate(engine)
            finally:
                engine.dispose()

    def close(self) -> None:
        """Close all connections. A later call opens them again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _ready(self) -> Engine:
        engine = self._engine
        if engine is not None:
            return engine
        with self._lock:
            if self._engine is None:
                engine = self._opened()
                try:
                    # What many servers use is changed when its administrator says so.
                    migrate(engine, existing=self._is_sqlite)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _opened(self) -> Engine:
        try:
            return self._open()
        except (exc.ArgumentError, exc.InvalidRequestError) as error:
            raise StoreUnavailableError(f"database_url cannot be used: {error}") from error

    def _open(self) -> Engine:
        if self._is_sqlite:
            return _open_sqlite(self.url, self._journal_mode)
        return create_engine(
            self.url,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=10,
            pool_timeout=BUSY_TIMEOUT_S,
            connect_args={
                "connect_timeout": 5,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_S * 1000}",
            },
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.IntegrityError:
            raise
        except (exc.DBAPIError, exc.TimeoutError, OSError, ModuleNotFoundError) as error:
            raise StoreUnavailableError(f"The database cannot be used: {_reason(error)}") from error


def _normalised(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise ValueError("database_url is not the URL of a database.") from None
    if not parsed.drivername.startswith("sqlite") and "@" in f"{parsed.host}{parsed.database}":
        # What follows the first @ was taken for the host, and errors name the host: they would
        # tell a part of the password.
        raise ValueError("In database_url, an @ in the password has to be written as %40.")
    return (
        parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername
        in {
            "postgres",
            "postgresql",
        }
        else parsed
    )


def _reason(error: BaseException) -> str:
    # What went wrong first (a full disk), and not what failed in its wake (the rollback).
    while isinstance(error.__context__, exc.DBAPIError):
        error = error.__context__
    # The driver's own first line; SQLAlchemy's text would add the statement and its values.
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, ModuleNotFoundError):
        return f"{cause.name} is not installed (pip install 'omnidomain-jupyter[postgres]')."
    lines = str(cause).strip().splitlines()
    return lines[0].rstrip(".") + "." if lines else type(cause).__name__ + "."


def _open_sqlite(url: URL, journal_mode: str) -> Engine:
    database = url.database
    if database and database != ":memory:":
        directory = Path(database).expanduser().absolute().parent
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if journal_mode == "auto":
            journal_mode = "DELETE" if is_on_network(directory) else "WAL"
    elif journal_mode == "auto":
        journal_mode = "MEMORY"
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # Transactions are begun below: the driver would begin them late, and a transaction
        # that reads before it writes would then fail instead of waiting for its turn.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        _set_journal_mode(cursor, journal_mode)
        # FULL: an intent that was committed must survive a power cut, or a job may be lost.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("omnidomain_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _set_journal_mode(cursor: sqlite3.Cursor, mode: str) -> None:
    # Going over to WAL takes an exclusive lock, for which SQLite does not wait, whatever the
    # timeout of the connection: servers that open a new file together must try again.
    give_up = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone()[0].upper() != mode:
                # A value of PRAGMA cannot be bound; the trait admits only SQLite's own modes.
                cursor.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return
