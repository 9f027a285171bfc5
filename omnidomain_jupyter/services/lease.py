"""A server's lease: while it holds, the runs that the server has leased are its own."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from uuid import UUID, uuid4

from ..store.database import Database, Transaction
from .presence import Presence

LEASE_S = 30.0


class Lease:
    """Says to other servers on the same database that this one is at work.

    A server that dies stops renewing, and others take over what it had leased. A server that
    cannot reach the database knows by its own clock when its lease is over, and must then not
    touch what it had leased: the lease is good for less time here than it is over there.

    Parameters
    ----------
    length_s : for how long a server that died keeps its runs from others
    presence : tells of servers on the same disk that they have died
    """

    def __init__(
        self, database: Database, *, length_s: float = LEASE_S, presence: Presence | None = None
    ) -> None:
        self.server_id: UUID = uuid4()
        self.length_s = length_s
        self._database = database
        self._presence = presence or Presence(None)
        self._lock = threading.Lock()
        self._good_until = float("-inf")

    def holds(self) -> bool:
        """Return whether nobody else can take over this server's runs for a while.

        The while is a third of the lease: time to send a request.
        """
        return time.monotonic() < self._good_until - self.length_s / 3

    def ensure(self) -> None:
        """Renew the lease when a good part of it is over.

        Raises
        ------
        StoreUnavailableError : the database is away, and the lease is not renewed
        """
        with self._lock:
            if time.monotonic() < self._good_until - self.length_s * 0.6:
                return
            with self._database.writing() as transaction:
                self.renew(transaction)

    def renew(self, transaction: Transaction) -> None:
        """Renew the lease as a part of a transaction."""
        if self._good_until == float("-inf"):
            self._presence.begin(self.server_id)
        # Counted from before the statement; and a sixth less, for clocks that do not run alike.
        started = time.monotonic()
        transaction.servers.renew(self.server_id, timedelta(seconds=self.length_s))
        self._good_until = started + self.length_s * 5 / 6

    def bury_dead(self) -> None:
        """End the leases of servers whose process is known to be gone."""
        with self._database.reading() as transaction:
            alive = transaction.servers.alive()
        dead = self._presence.dead(alive)
        if dead:
            with self._database.writing() as transaction:
                for server_id in dead:
                    transaction.servers.end(server_id)

    def end(self) -> None:
        """Give up the lease: what this server still has is free for others at once."""
        with self._lock:
            if self._good_until == float("-inf"):
                return
            self._good_until = float("-inf")
            self._presence.end(self.server_id)
            with self._database.writing() as transaction:
                transaction.servers.end(self.server_id)
