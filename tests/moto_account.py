"""AWS as moto has it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer


@contextmanager
def moto_account() -> Iterator[str]:
    """Serve an empty account; gives its URL, and ends it at the end.

    All servers of a process share what they hold: without being emptied, one would have the
    buckets that the tests of other files have left, in their regions. What another one holds that
    is in use at that moment is gone, too.
    """
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        urlopen(Request(f"{url}/moto-api/reset", method="POST")).close()
        yield url
    finally:
        server.stop()
