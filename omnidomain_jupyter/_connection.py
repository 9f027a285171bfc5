"""Where the Jupyter server is, and the token that it wants.

The order: explicit arguments, our own environment variables, the server that started this
kernel, the Hub, the only server that runs here, a helpful error.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from .errors import OmniDomainError

URL_VARIABLE = "OMNIDOMAIN_SERVER_URL"
TOKEN_VARIABLE = "OMNIDOMAIN_SERVER_TOKEN"  # noqa: S105
HOW_TO_START = (
    "Is it running? `jupyter lab` in a terminal starts one, and `jupyter server list` shows "
    "those that run, with their addresses."
)
_HOW = (
    f'Say which one: connect("http://host:8888/", token="…"), or set {URL_VARIABLE} and '
    f"{TOKEN_VARIABLE}. `jupyter server list` shows the servers of this machine."
)


class Secret(str):
    """A text that no traceback shows, not even one with the variables' values."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return that there is something."""
        return "'…'"


class NoServerError(OmniDomainError):
    """No Jupyter server was found, or none that this kernel can talk to."""


@dataclass(frozen=True)
class Connection:
    """A Jupyter server as seen from here.

    Parameters
    ----------
    url : its base URL, ending in a slash
    token : what goes into ``Authorization``; empty where the server wants none
    root : its root directory where that is known and on this machine
    hub : whether a JupyterHub says who the user is
    """

    url: str
    token: str = field(default="", repr=False)
    root: Path | None = None
    hub: bool = False

    def __post_init__(self) -> None:
        """Hide the token."""
        object.__setattr__(self, "token", Secret(self.token))


def find_server(
    url: str | None = None,
    token: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Connection:
    """Return the server to talk to.

    Parameters
    ----------
    url : its base URL, if the caller knows it; a ``?token=`` in it is taken as the token
    token : its token; without a URL it goes with the server that is found
    environment : `os.environ` by default

    Raises
    ------
    NoServerError : there is none, there are several, or it has a password and no token
    """
    environment = os.environ if environment is None else environment
    if url is not None:
        return _given(url, token or _matching(environment, url), environment)
    own = environment.get(URL_VARIABLE)
    if own:
        return _given(own, token or environment.get(TOKEN_VARIABLE, ""), environment)
    token = token or environment.get(TOKEN_VARIABLE)
    parent = environment.get("JPY_PARENT_PID", "")
    info = _read(_runtime_directory() / f"jpserver-{parent}.json") if parent.isdigit() else None
    if info is not None:
        return _started_by(info, token, environment)
    if environment.get("JUPYTERHUB_SERVICE_PREFIX"):
        return _on_hub(token, environment)
    return _only_one(token, environment)


def _given(url: str, token: str, environment: Mapping[str, str]) -> Connection:
    if "@" in url and "/" not in url:
        raise NoServerError(
            f'That is an email address. Sign in with it like this: connect(email="{url}").'
        )
    parts = _split(url if "//" in url else f"http://{url}")
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[^\s\\]+", parts.hostname or ""):
        # The text may hold a token: it is not repeated.
        raise NoServerError("That is no server's address; it looks like http://host:8888/.")
    query = dict(pair.partition("=")[::2] for pair in parts.query.split("&"))
    path = parts.path.rstrip("/") + "/"
    for page in ("/lab/", "/tree/", "/notebooks/"):
        path = path[: path.index(page) + 1] if page in path else path
    host = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme, host, path, "", ""))
    known = next((info for info in _running() if _address(info) == clean), {})
    root = _root(known)
    return Connection(
        clean,
        token or query.get("token", "") or str(known.get("token", "")),
        root,
        "JUPYTERHUB_SERVICE_PREFIX" in environment,
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # is read from the text only now
    except ValueError:
        return urlsplit("")  # an address with a port that is no number, or half a bracket
    return parts


def _matching(environment: Mapping[str, str], url: str) -> str:
    # Our own variables are a pair: the token is for that URL and goes to no other.
    same = environment.get(URL_VARIABLE, "").rstrip("/") == url.rstrip("/")
    return environment.get(TOKEN_VARIABLE, "") if same else ""


def _started_by(
    info: Mapping[str, Any], token: str | None, environment: Mapping[str, str]
) -> Connection:
    hub = "JUPYTERHUB_SERVICE_PREFIX" in environment
    found = token or info.get("token") or (environment.get("JUPYTERHUB_API_TOKEN") if hub else "")
    if not found and info.get("password"):
        raise NoServerError(
            f"The Jupyter server at {_address(info)} is protected by a password, so this kernel "
            "has no token for it. Start it with a token as well (jupyter lab "
            '--IdentityProvider.token="…") and give it: connect(token="…"), or set '
            f"{TOKEN_VARIABLE}."
        )
    if info.get("sock"):
        raise NoServerError(
            "The Jupyter server listens on a UNIX socket, which this client cannot use. " + _HOW
        )
    return Connection(_address(info), str(found or ""), _root(info), hub)


def _on_hub(token: str | None, environment: Mapping[str, str]) -> Connection:
    service = urlsplit(environment.get("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:8888/"))
    prefix = "/" + environment["JUPYTERHUB_SERVICE_PREFIX"].strip("/") + "/"
    address = urlunsplit((service.scheme or "http", service.netloc, prefix, "", ""))
    found = token or environment.get("JUPYTERHUB_API_TOKEN", "")
    if not found:
        raise NoServerError("The Hub gave this kernel no token (JUPYTERHUB_API_TOKEN). " + _HOW)
    return Connection(_reachable(address), found, None, hub=True)


def _only_one(token: str | None, environment: Mapping[str, str]) -> Connection:
    servers = {_address(info): info for info in _running()}
    if not servers:
        raise NoServerError(
            "No Jupyter server was found on this machine. Start one in a terminal with "
            f"`jupyter lab`, and call connect() again. One that runs elsewhere has to be "
            f"named. {_HOW}"
        )
    if len(servers) > 1:
        raise NoServerError(
            f"{len(servers)} Jupyter servers run here ({', '.join(sorted(servers))}). " + _HOW
        )
    return _started_by(next(iter(servers.values())), token, environment)


def _runtime_directory() -> Path:
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir())


def _running() -> Iterator[dict[str, Any]]:
    """Yield what the living servers of this user say of themselves."""
    for file in sorted(_runtime_directory().glob("jpserver-*.json")):
        info = _read(file)
        if info is not None and _alive(info.get("pid")):
            yield info


def _read(file: Path) -> dict[str, Any] | None:
    try:
        info = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return info if isinstance(info, dict) and isinstance(info.get("url"), str) else None


def _alive(pid: object) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _address(info: Mapping[str, Any]) -> str:
    return _reachable(str(info["url"]).rstrip("/") + "/")


def _reachable(address: str) -> str:
    """Return the address with a bind-to-everything host turned into one to connect to."""
    for anywhere in ("//0.0.0.0", "//[::]", "//:"):
        if address.partition(":")[2].startswith(anywhere):
            rest = address.partition(":")[2].removeprefix(anywhere)
            colon = ":" if anywhere == "//:" else ""
            return f"{address.partition(':')[0]}://127.0.0.1{colon}{rest}"
    return address


def _root(info: Mapping[str, Any]) -> Path | None:
    root = info.get("root_dir")
    return Path(root) if isinstance(root, str) and Path(root).is_dir() else None
