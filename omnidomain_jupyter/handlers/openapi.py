"""`GET openapi.json`: the contract, as a program reads it."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import OmniDomainHandler, signed_in


class OpenApiHandler(OmniDomainHandler):
    """The description of the contract."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self) -> None:
        """Answer with it; made once, off the event loop."""
        self.finish(await self.runtime.run(_described))


def _described() -> dict[str, Any]:
    from .description import openapi

    return openapi()
