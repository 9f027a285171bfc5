"""Finding the server."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from client.live_server import LiveServer

from omnidomain_jupyter._connection import NoServerError, find_server
from omnidomain_jupyter.client import connect

DEAD = 2**22 + 1  # above the largest process id


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def _write(runtime: Path, pid: int, port: int, **more: object) -> None:
    info = {"pid": pid, "url": f"http://localhost:{port}/", "token": f"token-{port}", **more}
    (runtime / f"jpserver-{pid}.json").write_text(json.dumps(info))


def test_the_arguments_win(runtime: Path):
    _write(runtime, os.getpid(), 8001)
    environment = {"OMNIDOMAIN_SERVER_URL": "http://other:1/", "OMNIDOMAIN_SERVER_TOKEN": "x"}

    found = find_server("http://host:8888/user/ada/lab?token=abc", None, environment)

    assert (found.url, found.token) == ("http://host:8888/user/ada/", "abc")


def test_then_our_own_variables(runtime: Path):
    _write(runtime, os.getpid(), 8001)
    environment = {
        "OMNIDOMAIN_SERVER_URL": "http://other:1",
        "OMNIDOMAIN_SERVER_TOKEN": "x",
        "JPY_PARENT_PID": str(os.getpid()),
    }

    found = find_server(environment=environment)

    assert (found.url, found.token) == ("http://other:1/", "x")


def test_our_variables_token_goes_to_no_other_server():
    environment = {"OMNIDOMAIN_SERVER_URL": "http://other:1", "OMNIDOMAIN_SERVER_TOKEN": "x"}

    assert find_server("http://host:2/", None, environment).token == ""


def test_then_the_kernels_own_server(runtime: Path):
    _write(runtime, os.getpid(), 8001, root_dir=str(runtime))
    _write(runtime, os.getppid(), 8002)

    found = find_server(environment={"JPY_PARENT_PID": str(os.getpid())})

    assert (found.url, found.token) == ("http://localhost:8001/", "token-8001")
    assert found.root == runtime


def test_then_the_hub(runtime: Path):
    _write(runtime, os.getpid(), 8001)
    environment = {
        "JUPYTERHUB_API_TOKEN": "hub",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
        "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8888/user/ada/",
    }

    found = find_server(environment=environment)

    assert (found.url, found.token) == ("http://127.0.0.1:8888/user/ada/", "hub")
    assert found.hub


def test_then_the_only_server_that_lives(runtime: Path):
    _write(runtime, DEAD, 8001)
    _write(runtime, os.getpid(), 8002)

    assert find_server(environment={}).url == "http://localhost:8002/"


def test_several_servers_are_named(runtime: Path):
    _write(runtime, os.getpid(), 8001)
    _write(runtime, os.getppid(), 8002)

    with pytest.raises(NoServerError, match=r"2 Jupyter servers .*8001.*8002"):
        find_server(environment={})


def test_none_is_told_with_what_to_do(runtime: Path):
    _write(runtime, DEAD, 8001)

    with pytest.raises(NoServerError, match="OMNIDOMAIN_SERVER_URL"):
        find_server(environment={})


def test_a_password_is_told(runtime: Path):
    _write(runtime, os.getpid(), 8001, token="", password=True)

    with pytest.raises(NoServerError, match="password"):
        find_server(environment={"JPY_PARENT_PID": str(os.getpid())})


def test_no_token_is_shown():
    assert "secret" not in repr(find_server("http://host/", "secret", {}))
    with pytest.raises(NoServerError) as caught:
        find_server("ftp://host/?token=secret", None, {})
    assert "secret" not in str(caught.value)


def test_a_real_server_is_found_as_from_its_kernel(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(server.runtime))
    monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))

    client = connect(email="ada@example.org")

    assert client.me().email == "ada@example.org"
    assert client.root == server.root
    client.close()
