"""Speaks to the extension of a test's server."""

from __future__ import annotations

import json


class Api:
    """Speaks to the extension of the test's server, as one scientist."""

    def __init__(self, fetch, token: str | None = None) -> None:
        self._fetch = fetch
        self.token = token

    async def request(
        self, method: str, path: str, body=None, *, headers=None, params=None, raw=None
    ):
        """Return the response, whatever its status."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("X-OmniDomain-Authorization", f"Bearer {self.token}")
        options = {"method": method, "headers": sent, "raise_error": False}
        if method in {"POST", "PUT", "PATCH"}:
            sent.setdefault("Content-Type", "application/json")
            options["body"] = raw if raw is not None else json.dumps(body)
        if params:
            options["params"] = params
        response = await self._fetch("omnidomain", *path.split("/"), **options)
        response.data = (
            json.loads(response.body)
            if "json" in response.headers.get("Content-Type", "") and response.body
            else None
        )
        return response

    async def get(self, path: str, **options):
        """GET."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, body=None, **options):
        """POST."""
        return await self.request("POST", path, body if body is not None else {}, **options)


async def signed_in(fetch, email: str) -> Api:
    """Return an API of whoever signs in with that email."""
    response = await Api(fetch).post("auth/login", {"email": email})
    assert response.code == 200, response.body
    return Api(fetch, response.data["access_token"])
