from __future__ import annotations

import psutil
import pytest

from omnidomain_jupyter.demo import server as demo_server
from omnidomain_jupyter.demo.errors import DemoError
from omnidomain_jupyter.demo.server import running_server


@pytest.fixture(autouse=True)
def _leaves_nothing_running():
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before


def test_the_users_jupyter_is_neither_read_nor_written(monkeypatch, tmp_path):
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_PATH", "JPY_PARENT_PID", "OMNIDOMAIN_DATABASE_URL"):
        monkeypatch.setenv(name, str(tmp_path / "users"))
    monkeypatch.setenv("OMNIDOMAIN_LOCAL_SLOTS", "3")

    environment = demo_server._environment(tmp_path / "private", "secret")

    users = [name for name, value in environment.items() if value == str(tmp_path / "users")]
    assert users == []
    assert environment["OMNIDOMAIN_LOCAL_SLOTS"] == "3"
    for kind in ("CONFIG", "DATA", "RUNTIME"):
        assert environment[f"JUPYTER_{kind}_DIR"].startswith(str(tmp_path / "private"))


def test_a_server_that_does_not_come_up_is_said_with_its_log(tmp_path):
    with (
        pytest.raises(DemoError, match=r"ended at once\.\n(.*\n)*  \| .*nowhere"),
        running_server(tmp_path / "nowhere"),
    ):
        pass


def test_a_server_without_the_extension_is_said_with_its_log(monkeypatch, tmp_path):
    launch = demo_server.subprocess.Popen

    def without_the_extension(command, **options):
        return launch([each.replace("True}", "False}") for each in command], **options)

    monkeypatch.setattr(demo_server.subprocess, "Popen", without_the_extension)
    with (
        pytest.raises(DemoError, match=r"came up without OmniDomain: .* answered 404(.*\n)*  \| "),
        running_server(tmp_path),
    ):
        pass


def test_the_server_is_ended_when_its_user_fails(tmp_path):
    servers = []

    def use():
        with running_server(tmp_path) as server:
            servers.append(server)
            assert server.running
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()

    assert not servers[0].running
