"""A real JupyterHub in a process of its own, with its proxy, and users who need no password."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

_FOREIGN = ("JUPYTER", "JPY_", "OMNIDOMAIN_", "AWS_", "CONFIGPROXY")
_READY_S = 90

_CONFIG = """
import sys
c = get_config()  # noqa
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}/"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{homes}/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.default_url = "/api"
c.Spawner.environment = {environment!r}
c.Spawner.start_timeout = {ready_s}
c.Spawner.http_timeout = {ready_s}
c.JupyterHub.activity_resolution = 1
c.JupyterHub.last_activity_interval = 2
c.JupyterHub.services = [{{"name": "test", "api_token": "{token}"}}] + {services!r}
c.JupyterHub.load_roles = [
    {{"name": "test", "services": ["test"],
      "scopes": ["admin:users", "admin:servers", "access:servers", "tokens"]}},
] + {roles!r}
"""


@dataclass
class Hub:
    """A running Hub. `environment` was given to each user's server."""

    url: str
    token: str
    homes: Path
    log: Path

    def add(self, name: str) -> User:
        """Make a user and start their server."""
        (self.homes / name).mkdir(exist_ok=True)
        self._ask("POST", f"users/{name}")
        token = self._ask("POST", f"users/{name}/tokens").json()["token"]
        user = User(self, name, token)
        user.start()
        return user

    def _ask(self, method: str, path: str) -> requests.Response:
        headers = {"Authorization": f"token {self.token}"}
        answer = requests.request(method, f"{self.url}hub/api/{path}", headers=headers, timeout=60)
        answer.raise_for_status()
        return answer


@dataclass
class User:
    """A user of the Hub, who asks their own server unless told otherwise."""

    hub: Hub
    name: str
    token: str
    jwt: str | None = None

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self.hub._ask("POST", f"users/{self.name}/server")
        give_up = time.monotonic() + _READY_S
        while not self._answers():
            assert time.monotonic() < give_up, self.hub.log.read_text()[-5000:]
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop the server, as a culler does."""
        self.hub._ask("DELETE", f"users/{self.name}/server")

    @property
    def has_server(self) -> bool:
        """Whether the Hub says that the server is there."""
        return bool(self.hub._ask("GET", f"users/{self.name}").json()["servers"])

    def ask(self, method: str, path: str, body: Any = None, *, at: User | None = None) -> Any:
        """Ask the extension on a server, with this user's tokens."""
        headers = {"Authorization": f"token {self.token}"}
        if self.jwt:
            headers["X-OmniDomain-Authorization"] = f"Bearer {self.jwt}"
        url = f"{self.hub.url}user/{(at or self).name}/omnidomain/{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=60)

    def sign_in(self, email: str | None = None) -> requests.Response:
        """Sign in; nothing needs to be typed."""
        answer = self.ask("POST", "auth/login", {"email": email} if email else {})
        if answer.ok:
            self.jwt = answer.json()["access_token"]
        return answer

    def _answers(self) -> bool:
        try:
            # Of a server that is starting the Hub itself answers, with a page and 200.
            return self.ask("GET", "health").json()["status"] == "ok"
        except (requests.RequestException, ValueError):
            return False


@contextmanager
def real_hub(
    home: Path, proxy: list[str], environment: Mapping[str, str], *, cull_after_s: int | None = None
) -> Iterator[Hub]:
    """Start a Hub; end it, its proxy and its servers at the end.

    Parameters
    ----------
    proxy : the command of configurable-http-proxy
    environment : of the users' servers
    cull_after_s : run the idle culler, which ends servers after so many idle seconds
    """
    homes = home / "homes"
    homes.mkdir(parents=True)
    port, hub_port, proxy_port = (_free_port() for _ in range(3))
    token = secrets.token_hex(16)
    services, roles = _culler(cull_after_s) if cull_after_s else ([], [])
    config = _CONFIG.format(
        port=port,
        hub_port=hub_port,
        proxy_port=proxy_port,
        proxy=proxy,
        homes=homes,
        environment=dict(environment),
        ready_s=_READY_S,
        token=token,
        services=services,
        roles=roles,
    )
    (home / "config.py").write_text(config)
    log = home / "hub.log"
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "config.py"],
            cwd=home,
            env=kept | {"CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16)},
            stdout=out,
            stderr=out,
        )
    hub = Hub(f"http://127.0.0.1:{port}/", token, homes, log)
    try:
        _wait(hub, process)
        yield hub
    finally:
        process.terminate()
        process.wait(90)


def _culler(seconds: int) -> tuple[list[Any], list[Any]]:
    command = [sys.executable, "-m", "jupyterhub_idle_culler"]
    command += [f"--timeout={seconds}", "--cull-every=1"]
    scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    return (
        [{"name": "culler", "command": command}],
        [{"name": "culler", "services": ["culler"], "scopes": scopes}],
    )


def _wait(hub: Hub, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + _READY_S
    while time.monotonic() < give_up and process.poll() is None:
        try:
            if requests.get(f"{hub.url}hub/api", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError(hub.log.read_text()[-5000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
