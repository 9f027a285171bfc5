"""``jupyter omnidomain db``: the database's tables, and bringing them up to date."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_core.paths import jupyter_data_dir
from traitlets import Unicode, default

from ..errors import StoreUnavailableError
from .command import BAD, GOOD, Command

if TYPE_CHECKING:
    from ..store.database import Database

_ACTIONS = ("upgrade", "current", "check")


class DatabaseApp(Command):
    """Tells of the database, or upgrades it."""

    name = "jupyter-omnidomain-db"
    description = (
        "Tell of the database, or bring it up to date.\n\n"
        "  current   print the revision of its tables\n"
        "  check     exit with 1 unless the tables are those that this version works with\n"
        "  upgrade   create the tables or bring them up to date; back the database up before\n\n"
        "A SQLite file is brought up to date by the server that opens it. A PostgreSQL database, "
        "which several servers may use, is so by this command, except when it is empty."
    )
    examples = """
jupyter omnidomain db check
jupyter omnidomain db upgrade --database-url=postgresql://user@host/omnidomain
"""
    aliases = {**Command.aliases, "database-url": "DatabaseApp.database_url"}  # noqa: RUF012

    database_url = Unicode(
        help=(
            "SQLAlchemy URL of the database. Default: OmniDomainApp.database_url of the server's "
            "configuration, or the SQLite file in the Jupyter data directory. "
            "Environment: OMNIDOMAIN_DATABASE_URL."
        )
    ).tag(config=True)

    @default("database_url")
    def _database_url(self) -> str:
        configured = self.config.OmniDomainApp.get("database_url")
        file = Path(jupyter_data_dir()) / "omnidomain" / "omnidomain.sqlite"
        found = configured or os.environ.get("OMNIDOMAIN_DATABASE_URL") or f"sqlite:///{file}"
        return str(found)

    def run(self) -> int:
        """Do what the argument says."""
        if len(self.extra_args) != 1 or self.extra_args[0] not in _ACTIONS:
            self.refuse(f"Give one of: {', '.join(_ACTIONS)}. See --help.")
        from ..store.database import Database

        try:
            database = Database(self.database_url)
        except ValueError as error:
            self.refuse(str(error))
        try:
            code: int = getattr(self, f"_{self.extra_args[0]}")(database)
        except StoreUnavailableError as error:
            sys.stdout.write(f"{error}\n")
            return BAD
        return code

    def _current(self, database: Database) -> int:
        sys.stdout.write(f"{database.revision() or 'empty'}\n")
        return GOOD

    def _check(self, database: Database) -> int:
        from ..store.migrations import HEAD

        revision = database.revision()
        if revision == HEAD:
            sys.stdout.write(f"The database is up to date ({HEAD}).\n")
            return GOOD
        sys.stdout.write(
            f"The database is {f'at revision {revision}' if revision else 'empty'}, and this "
            f"version works with {HEAD}. Run: jupyter omnidomain db upgrade\n"
        )
        return BAD

    def _upgrade(self, database: Database) -> int:
        from ..store.migrations import HEAD

        before = database.revision()
        database.upgrade()
        sys.stdout.write(
            f"The database is up to date ({HEAD}).\n"
            if before == HEAD
            else f"The database was brought from {before or 'nothing'} to {HEAD}.\n"
        )
        return GOOD
