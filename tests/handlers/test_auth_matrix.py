"""Every route against every way of not being allowed, made from the table of routes.

A route that is added to the table is in the matrix; one that is mounted without being in the
table fails `test_every_route_is_in_the_table`.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from api import Api, signed_in
from jupyter_server.auth.authorizer import Authorizer

from omnidomain_jupyter.handlers.description import OPERATIONS
from omnidomain_jupyter.handlers.routes import ROUTES, UnknownRouteHandler, tornado_rules

METHODS = ("get", "post", "put", "patch", "delete")
OPEN = {("health", "get")}
WITHOUT_TOKEN = OPEN | {("auth/login", "post")}
SECRET = "a secret of the test's own, long enough"


def endpoints(exempt: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (path, method) of all that the table answers to, but those that are exempt."""
    found = [
        (path, method)
        for path, handler in [*ROUTES, ("no/such/route", UnknownRouteHandler)]
        for method in METHODS
        if method in vars(handler)
    ]
    return [endpoint for endpoint in found if endpoint not in exempt]


def filled(path: str, run_id: str = "") -> str:
    return (
        path.replace("{name}", "ReadQC")
        .replace("{path:path}", "report.html")
        .replace("{run_id}", run_id or str(uuid4()))
        .replace("{submission_id}", str(uuid4()))
    )


def claims(user_id: str, **changes) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "sub": user_id,
        "email": "ada@example.org",
        "iat": now,
        "exp": now + timedelta(hours=1),
        "iss": "omnidomain-jupyter",
        "aud": "omnidomain",
        **changes,
    }


def forged(kind: str, good: str) -> str:
    """Return a token that must not be taken. `good` is one that is."""
    header, body, signature = good.split(".")
    user_id = jwt.decode(good, options={"verify_signature": False})["sub"]
    past = datetime.now(UTC) - timedelta(hours=25)
    future = datetime.now(UTC) + timedelta(hours=1)

    def encoded(part: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")

    plain = {**jwt.decode(good, options={"verify_signature": False}), "email": "eve@example.org"}
    return {
        "expired": lambda: jwt.encode(
            claims(user_id, iat=past, exp=past + timedelta(hours=24)), SECRET
        ),
        "from the future": lambda: jwt.encode(claims(user_id, iat=future), SECRET),
        "tampered": lambda: f"{header}.{encoded(plain)}.{signature}",
        "alg none": lambda: f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "another secret": lambda: jwt.encode(claims(user_id), "x" * 40),
        "another audience": lambda: jwt.encode(claims(user_id, aud="other"), SECRET),
        "another issuer": lambda: jwt.encode(claims(user_id, iss="other"), SECRET),
        "without an end": lambda: jwt.encode(
            {k: v for k, v in claims(user_id).items() if k != "exp"}, SECRET
        ),
        "an account that is gone": lambda: jwt.encode(claims(str(uuid4())), SECRET),
        "not a token": lambda: "hello",
        "empty": lambda: "",
    }[kind]()


def our_cookie(response) -> str:
    (cookie,) = [
        each for each in response.headers.get_list("Set-Cookie") if each.startswith("omnidomain-")
    ]
    return cookie


KINDS = [
    "expired",
    "from the future",
    "tampered",
    "alg none",
    "another secret",
    "another audience",
    "another issuer",
    "without an end",
    "an account that is gone",
    "not a token",
    "empty",
]


@pytest.fixture
def jp_server_config(jp_server_config):
    jp_server_config["OmniDomainApp"]["jwt_secret"] = SECRET
    return jp_server_config


def test_every_route_is_in_the_table():
    mounted = {handler for _, handler in tornado_rules()}
    assert mounted == {handler for _, handler in ROUTES} | {UnknownRouteHandler}


def test_every_route_is_described():
    described = {(operation.path, operation.method) for operation in OPERATIONS}
    served = {
        (path.replace(":path}", "}"), method)
        for path, method in endpoints({("no/such/route", method) for method in METHODS})
    }
    assert described == served | OPEN


async def test_without_jupyters_sign_in_nothing_but_health(jp_fetch):
    for path, method in endpoints(OPEN):
        response = await Api(jp_fetch).request(
            method.upper(), filled(path), {}, headers={"Authorization": ""}
        )
        assert response.code == 403, (path, method)
        assert response.data["status"] == 403, (path, method)


async def test_health_is_open(jp_fetch):
    response = await Api(jp_fetch).get("health", headers={"Authorization": ""})
    assert (response.code, response.data["status"]) == (200, "ok")
    assert response.data["version"]


async def test_without_our_sign_in_nothing_but_login(anonymous):
    for path, method in endpoints(WITHOUT_TOKEN):
        response = await anonymous.request(method.upper(), filled(path), {})
        assert response.code == 401, (path, method)
        assert "sign in" in response.data["message"], (path, method)
        assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_bad_token_opens_nothing(kind, jp_fetch, api):
    token = forged(kind, api.token)
    for path, method in endpoints(WITHOUT_TOKEN):
        response = await Api(jp_fetch, token).request(method.upper(), filled(path), {})
        assert response.code == 401, (path, method)
    assert (await api.get("auth/me")).code == 200


async def test_a_bad_cookie_opens_nothing_and_a_good_one_does(jp_fetch, api):
    login = await Api(jp_fetch).post("auth/login", {"email": "ada@example.org"})
    name = our_cookie(login).partition("=")[0]
    for token, status in ((api.token, 200), (forged("tampered", api.token), 401)):
        response = await Api(jp_fetch).get("auth/me", headers={"Cookie": f"{name}={token}"})
        assert response.code == status


async def test_the_cookie_is_out_of_reach_of_scripts(anonymous):
    response = await anonymous.post("auth/login", {"email": "ada@example.org"})
    cookie = our_cookie(response)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=" in cookie
    assert cookie.partition("Path=")[2].partition(";")[0].endswith("/omnidomain/")


async def test_another_users_token_finds_nothing_of_mine(jp_fetch, api, reads_row):
    created = await api.post("runs", reads_row)
    assert created.code == 201, created.body
    run_id = created.data["run_id"]
    eve = await signed_in(jp_fetch, "eve@example.org")
    seen = []
    for path, method in endpoints(WITHOUT_TOKEN):
        if "{run_id}" in path:
            mine = await api.request(method.upper(), filled(path, run_id), {})
            response = await eve.request(method.upper(), filled(path, run_id), {})
            assert response.code == 404, (path, method)
            seen.append((path, mine.code))
    assert len(seen) >= 6
    assert (await eve.get("runs")).data["runs"] == []
    assert [run["run_id"] for run in (await api.get("runs")).data["runs"]] == [run_id]


class Denies(Authorizer):
    """Denies our resource and nothing else."""

    def is_authorized(self, handler, user, action, resource):
        return resource != "omnidomain"


class TestAuthorizer:
    """An authorizer that denies `omnidomain`."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["authorizer_class"] = Denies
        return jp_server_config

    async def test_gets_403_everywhere_but_health(self, anonymous, jp_fetch):
        for path, method in endpoints(OPEN):
            response = await anonymous.request(method.upper(), filled(path), {})
            assert response.code == 403, (path, method)
        assert (await anonymous.get("health")).code == 200
        assert (await jp_fetch("api", "status")).code == 200
