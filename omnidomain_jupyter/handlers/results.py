"""`runs/{id}/results`: what a run has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, parse_id, signed_in

if TYPE_CHECKING:
    from .. import schemas
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")


class ResultsHandler(OmniDomainHandler):
    """The output files of a run."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with a page of them, by path."""
        found, query = parse_id(run_id, "run"), self.query(schemas.ResultQuery)
        self.answer(
            await self.call(lambda services: services.results.page(self.scientist, found, query))
        )
