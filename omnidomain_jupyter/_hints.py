"""Hints that a run has changed, from Jupyter's event socket.

A hint says "look again" and nothing more: anybody who may write events can send one.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._connection import Connection
from .events import RUN_STATUS_SCHEMA_ID

if TYPE_CHECKING:
    import websocket

RECONNECT = (1.0, 30.0)  # seconds: the first pause, and the longest
SILENCE = 60.0  # seconds after which the socket is asked whether it is still there

Listener = Callable[[str | None], None]


class Hints:
    """Calls listeners with the id of a run that has changed, or None: "anything may have".

    One thread for all listeners; it lives while there are any, and connects again by itself.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._socket: websocket.WebSocket | None = None
        self.connected = False

    def add(self, listener: Listener) -> None:
        """Call it, on a thread of our own, at each hint; it must return at once."""
        with self._lock:
            first = not self._listeners
            self._listeners.add(listener)
            if first:
                self._stop = threading.Event()
                threading.Thread(
                    target=self._run, args=(self._stop,), name="omnidomain-hints", daemon=True
                ).start()

    def remove(self, listener: Listener) -> None:
        """Call it no more; the last one to leave ends the thread."""
        with self._lock:
            self._listeners.discard(listener)
            if self._listeners:
                return
            self._stop.set()
            if self._socket is not None:
                with contextlib.suppress(Exception):
                    self._socket.abort()  # type: ignore[no-untyped-call] # wakes recv

    def _run(self, stop: threading.Event) -> None:
        pause = RECONNECT[0]
        while not stop.is_set():
            with contextlib.suppress(Exception):  # whatever it was, the slow poll stands behind
                self._listen(stop)
                pause = RECONNECT[0]
            stop.wait(pause)
            pause = min(pause * 2, RECONNECT[1])

    def _listen(self, stop: threading.Event) -> None:
        """Pass hints on until the socket closes."""
        import websocket

        socket = websocket.create_connection(
            "ws" + self._connection.url.removeprefix("http") + "api/events/subscribe",
            header=[f"Authorization: token {self._connection.token}"]
            if self._connection.token
            else [],
            suppress_origin=True,
            timeout=SILENCE,
        )
        try:
            with self._lock:
                self._socket = socket
            self.connected = True
            self._tell(None, stop)  # what happened meanwhile was not heard
            while not stop.is_set():
                try:
                    message = socket.recv()
                except websocket.WebSocketTimeoutException:
                    socket.ping()
                    continue
                if not message:
                    return
                run_id = _run_id(message)
                if run_id:
                    self._tell(run_id, stop)
        finally:
            self.connected = False
            with self._lock:
                if self._socket is socket:
                    self._socket = None
            socket.close(timeout=1)

    def _tell(self, run_id: str | None, stop: threading.Event) -> None:
        with self._lock:
            listeners = [] if stop.is_set() else list(self._listeners)
        for listener in listeners:
            listener(run_id)


def _run_id(message: str | bytes) -> str | None:
    try:
        event: Any = json.loads(message)
    except ValueError:
        return None
    if not isinstance(event, dict) or event.get("schema_id") != RUN_STATUS_SCHEMA_ID:
        return None
    run_id = event.get("run_id")
    return run_id if isinstance(run_id, str) else None
