"""`runs/{id}/failure`: why a run failed."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import OmniDomainHandler, parse_id, signed_in


class FailureHandler(OmniDomainHandler):
    """Why a run failed."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with what its log says of it."""
        found = parse_id(run_id, "run")
        self.answer(
            await self.call(lambda services: services.failures.failure(self.scientist, found))
        )
