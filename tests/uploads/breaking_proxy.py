"""A connection that breaks: passes bytes on, counts them, and cuts all that is open."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_BLOCK = 1 << 16


class BreakingProxy:
    """Stands before a server, and cuts every open connection when so many bytes have been sent.

    Parameters
    ----------
    target : URL of the server
    cuts : at how many bytes sent, each one time
    """

    def __init__(self, target: str, cuts: list[int]) -> None:
        place = urlsplit(target)
        self._target = (place.hostname, place.port)
        self._cuts = sorted(cuts)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._away = False
        self.sent = 0
        self.broken = 0
        self.bytes_per_s = 0  # on each connection; 0 is as fast as it goes

    @property
    def url(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def go_away(self, *, away: bool = True) -> None:
        """Cut what is open and accept nothing, or come back."""
        with self._lock:
            self._away = away
            self._cut()

    def serve(self) -> None:
        """Pass on until it is closed."""
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            with self._lock:
                away = self._away
                if not away:
                    self._open |= {client, server}
            if away:  # also if it went while the connection was being made
                client.close()
                server.close()
                continue
            for pair in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def close(self) -> None:
        """Cut everything."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.go_away()

    def _pass_on(self, source: socket.socket, target: socket.socket, count: bool) -> None:  # noqa: FBT001
        with suppress(OSError):
            while data := source.recv(_BLOCK):
                if count:
                    self._count(len(data))
                    if self.bytes_per_s:
                        time.sleep(len(data) / self.bytes_per_s)
                target.sendall(data)
        with self._lock:
            for end in (source, target):
                self._open.discard(end)
                end.close()

    def _count(self, size: int) -> None:
        with self._lock:
            self.sent += size
            if self._cuts and self.sent >= self._cuts[0]:
                self._cuts.pop(0)
                self.broken += 1
                self._cut()

    def _cut(self) -> None:
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def breaking_proxy(target: str, cuts: list[int] | None = None) -> Iterator[BreakingProxy]:
    """Start one; end it at the end."""
    proxy = BreakingProxy(target, cuts or [])
    thread = threading.Thread(target=proxy.serve)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
