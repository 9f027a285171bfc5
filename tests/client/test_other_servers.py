"""What answers at an address need not be a Jupyter server with OmniDomain."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from client.live_server import LiveServer

from omnidomain_jupyter._signed_link import opened
from omnidomain_jupyter.client import NoServerError, ServerAwayError, ServerRefusedError, connect
from omnidomain_jupyter.errors import NotSignedInError


class _Answerer(BaseHTTPRequestHandler):
    """Answers with the status that is the first part of the path."""

    def do_GET(self) -> None:
        status, _, to = self.path.partition("?to=")
        self.send_response(int(status.split("/")[1]))
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"<html>Sign in</html>"
        self.send_response(int(self.path.split("/")[1]))
        self.send_header("Location", "/hub/login")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answerer) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (200, ServerRefusedError, "no Jupyter server with OmniDomain"),
        (302, ServerRefusedError, "leads to a sign-in page"),
        (403, ServerRefusedError, "does not accept this token"),
        (404, ServerRefusedError, "Install omnidomain-jupyter"),
        (418, ServerRefusedError, "HTTP 418"),
        (424, ServerAwayError, "not ready"),
        (503, ServerAwayError, "not ready"),
    ],
)
def test_it_is_told(other: str, status: int, kind: type[Exception], told: str):
    with pytest.raises(kind, match=told) as caught:
        connect(f"{other}/{status}/", "planted-token", "ada@example.org")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "planted-token" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "to"),
    [(302, "{}/200/"), (303, "{}/200/"), (307, "/200/"), (307, "ftp://x/y")],
)
def test_a_sign_in_page_is_no_output_file(other: str, status: int, to: str):
    url = f"{other}/{status}/?to={to.format(other)}"
    with (
        requests.get(url, allow_redirects=False, stream=True, timeout=30) as redirect,
        pytest.raises(ServerRefusedError, match="sign-in page"),
        opened(redirect),
    ):
        pytest.fail("it was taken for the file")


def test_no_server_at_all_is_told_with_how_to_start_one(tmp_path, monkeypatch):
    with pytest.raises(ServerAwayError, match="`jupyter lab` in a terminal starts one"):
        connect("http://127.0.0.1:9/", "x", "ada@example.org")
    for name in ("JPY_PARENT_PID", "JUPYTERHUB_SERVICE_PREFIX", "OMNIDOMAIN_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(NoServerError, match="Start one in a terminal with `jupyter lab`"):
        connect()


def test_who_is_not_signed_in_sees_one_error_and_not_two(server: LiveServer):
    client = connect(server.url, server.token)
    with pytest.raises(NotSignedInError) as caught:
        client.runs()
    assert caught.value.__context__ is None
    client.close()
