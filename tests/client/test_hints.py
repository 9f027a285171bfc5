"""Hints from Jupyter's event socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Queue

from client.live_server import live_server

from omnidomain_jupyter.client import Client, connect


def _until(true: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def _threads() -> int:
    return sum(thread.name == "omnidomain-hints" for thread in threading.enumerate())


def test_a_change_is_hinted_at(client: Client, sheet: str):
    heard: Queue[str | None] = Queue()
    client.hints.add(heard.put)
    assert heard.get(timeout=10) is None  # connected: anything may have happened before

    runs = client.submit(sheet, "ReadQC").runs()

    wanted = set(runs["run_id"])
    while wanted:
        wanted.discard(heard.get(timeout=30))
    client.hints.remove(heard.put)


def test_the_thread_ends_with_the_last_listener(client: Client):
    listeners: list[Callable[[str | None], None]] = [lambda _: None, lambda _: None]
    for listener in listeners:
        client.hints.add(listener)
    assert _until(lambda: client.hints.connected)
    assert _threads() == 1

    client.hints.remove(listeners[0])
    assert _threads() == 1
    client.hints.remove(listeners[1])

    assert _until(lambda: _threads() == 0, 5)


def test_it_connects_again_when_the_server_is_back(tmp_path: Path):
    with live_server(tmp_path) as server:
        client = connect(server.url, server.token, "ada@example.org")
        heard: Queue[str | None] = Queue()
        client.hints.add(heard.put)
        assert heard.get(timeout=10) is None

        server.stop()
        assert _until(lambda: not client.hints.connected)
        server.start()

        assert heard.get(timeout=40) is None
        client.hints.remove(heard.put)
        assert _until(lambda: _threads() == 0, 5)
        client.close()
