"""`pipelines`: what can be run."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import OmniDomainHandler, signed_in


class PipelinesHandler(OmniDomainHandler):
    """All pipelines."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self) -> None:
        """Answer with the list."""
        self.answer(await self.call(lambda services: services.catalogue.list()))


class PipelineHandler(OmniDomainHandler):
    """One pipeline."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, name: str) -> None:
        """Answer with its columns, schema, cost and an example sheet."""
        self.answer(await self.call(lambda services: services.catalogue.get(name)))
