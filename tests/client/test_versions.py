"""A server of another version than the client's: one error, and nothing of the answer in it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from IPython.core.ultratb import VerboseTB

from omnidomain_jupyter import __version__
from omnidomain_jupyter.client import Client, NotUnderstoodError, ServerRefusedError, connect

PLANTED = "planted-token"
USER = {
    "user_id": "1be07d36-ae0f-4c5d-8f2e-3d8b5e1a7f10",
    "email": "ada@example.org",
    "name": None,
    "org": None,
    "created_at": "2026-01-01T00:00:00Z",
    "last_login": "2026-01-01T00:00:00Z",
}
LOGIN = {"access_token": PLANTED, "expires_at": "2999-01-01T00:00:00Z", "user": USER}


@contextmanager
def a_server(answers: dict[str, Any]) -> Iterator[str]:
    """Answer each route with what is given for it, and others with a newer server's words."""

    class Answerer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found = answers.get(urlsplit(self.path).path, {"words": f"of a newer server {PLANTED}"})
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answerer) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


HEALTH = {"/omnidomain/health": {"status": "ok", "version": "9.8.7"}}
SIGNED_IN = HEALTH | {"/omnidomain/auth/login": LOGIN}


def shown_of(kind: type[Exception], call: Any) -> str:
    """Return what a notebook with `%xmode Verbose` shows of the error below the test's frame."""
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.__context__ is None
    text = VerboseTB("nocolor").text(caught.type, caught.value, caught.tb)
    return text.split("client.py", 1)[-1]


def test_a_sign_in_that_is_not_understood_shows_no_token():
    login = {**LOGIN, "expires_at": f"never, says {PLANTED}"}
    with a_server(HEALTH | {"/omnidomain/auth/login": login}) as url:
        shown = shown_of(NotUnderstoodError, lambda: connect(url, "x", "ada@example.org"))
    assert f"was not understood: client {__version__}, server 9.8.7. Update" in shown
    assert PLANTED not in shown


@pytest.mark.parametrize(
    "call",
    [
        Client.me,
        Client.pipelines,
        Client.runs,
        lambda client: client.pipeline("ReadQC"),
        lambda client: client.run(USER["user_id"]),
        lambda client: client.submission(USER["user_id"]),
        lambda client: client.validate("sample_id\n1\n", "ReadQC"),
        lambda client: client.submit("sample_id\n1\n", "ReadQC"),
        lambda client: client.match("ReadQC", "s3://reads/"),
    ],
)
def test_every_answer_that_is_not_understood_is_told_the_same_way(call):
    with a_server(SIGNED_IN) as url:
        client = connect(url, "x", "ada@example.org")
        shown = shown_of(NotUnderstoodError, lambda: call(client))
        client.close()
    assert f"client {__version__}, server 9.8.7" in shown
    assert "validation error" not in shown
    assert PLANTED not in shown


@pytest.mark.parametrize(
    ("health", "told"),
    [
        ({"status": "ok", "version": __version__}, "Restart the kernel and the Jupyter server"),
        ([], "server of an unknown version"),
        (b"<html>", "server of an unknown version"),
    ],
)
def test_what_to_do_fits_the_versions(health: Any, told: str):
    with a_server(SIGNED_IN | {"/omnidomain/health": health}) as url:
        client = connect(url, "x", "ada@example.org")
        with pytest.raises(NotUnderstoodError, match=told):
            client.me()
        client.close()


def test_a_page_in_the_place_of_a_file_is_told():
    with a_server(SIGNED_IN | {"/api/contents/samples.tsv": b"<html>Sign in</html>"}) as url:
        client = connect(url, "x", "ada@example.org")
        with pytest.raises(ServerRefusedError, match="no Jupyter server with OmniDomain"):
            client._transport.has_file("samples.tsv")
        client.close()
