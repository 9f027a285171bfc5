"""`auth/…`: who the scientist is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, signed_in

if TYPE_CHECKING:
    from .. import schemas
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")


class LoginHandler(OmniDomainHandler):
    """Sign in by email."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with a token, and give it to browsers as a cookie."""
        request, identity = await self.body(schemas.LoginRequest), self.stable_identity
        login = await self.call(lambda services: services.accounts.sign_in(request, identity))
        self.keep_token(login.access_token, login.expires_at)
        self.set_header("Cache-Control", "no-store")
        self.answer(login)


class LogoutHandler(OmniDomainHandler):
    """Sign out of the browser."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self) -> None:
        """Take the cookie back."""
        self.forget_token()
        self.set_status(204)
        self.finish()


class MeHandler(OmniDomainHandler):
    """The signed-in scientist."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self) -> None:
        """Answer with the account."""
        self.answer(schemas.User.model_validate(self.scientist))
