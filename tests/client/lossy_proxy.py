"""Loses answers on the wire: the server has done its work, and nobody hears of it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class LossyProxy(ThreadingHTTPServer):
    """Passes requests on to a server; loses the next `lose` answers to submissions."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passer)
        self.target = urlsplit(target).netloc
        self.lose = 0
        self.passed = 0

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Passer(BaseHTTPRequestHandler):
    server: LossyProxy

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection(self.server.target)
        headers = {name: text for name, text in self.headers.items() if name != "Host"}
        upstream.request(self.command, self.path, body, headers)
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        if self.path.endswith("/submissions"):
            self.server.passed += 1
            if self.server.lose:
                self.server.lose -= 1
                self.close_connection = True
                return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _pass_on  # noqa: N815 - the names are http.server's

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def lossy_proxy(target: str) -> Iterator[LossyProxy]:
    """Start one; end it at the end."""
    with LossyProxy(target) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()
