"""Which servers are at work on this database, and until when their leases hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from .models import Server

FORGOTTEN = timedelta(days=1)


class ServerRepository:
    """Keeps the leases of servers, inside one transaction.

    One row for a server, whatever it has leased: to renew the lease of ten thousand runs is
    one write. Times are the database's own, so that clocks which disagree do no harm.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def renew(self, server_id: UUID, lease: timedelta) -> None:
        """Extend the lease of a server to that long from now, or begin it."""
        now = self.now()
        until = now + lease
        found = self._session.execute(
            update(Server).where(Server.server_id == server_id).values(lease_until=until)
        )
        if not found.rowcount:  # type: ignore[attr-defined]
            self._begin(server_id, until)
            self._session.execute(delete(Server).where(Server.lease_until < now - FORGOTTEN))

    def _begin(self, server_id: UUID, until: datetime) -> None:
        # Another thread of the same server may begin at the same moment, in a transaction that
        # this one does not see.
        self._session.execute(
            _insert(self._session)(Server)
            .values(server_id=server_id, lease_until=until)
            .on_conflict_do_update(index_elements=["server_id"], set_={"lease_until": until})
        )

    def end(self, server_id: UUID) -> None:
        """End the lease of a server that stops."""
        self._session.execute(delete(Server).where(Server.server_id == server_id))

    def alive(self) -> Collection[UUID]:
        """Return the servers whose lease holds."""
        return self._session.scalars(living(self._session)).all()

    def now(self) -> datetime:
        """Return the database's time."""
        if _has_clock(self._session):
            at: datetime = self._session.execute(select(func.clock_timestamp())).scalar_one()
            return at.astimezone(UTC)
        return datetime.now(UTC)


def living(session: Session) -> Select[UUID]:
    """Return the query for the servers whose lease holds, to be a part of another one."""
    now = func.clock_timestamp() if _has_clock(session) else datetime.now(UTC)
    return select(Server.server_id).where(Server.lease_until >= now)


def _insert(session: Session) -> Any:
    # Here and not above: SQLite's users need nothing of PostgreSQL's 3 MB in memory.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert


def _has_clock(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
