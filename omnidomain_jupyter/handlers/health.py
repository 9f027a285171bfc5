"""`GET health`: open to all, for load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import allow_unauthenticated

from .._version import __version__
from ..errors import OmniDomainError
from ..lazy import LazyModule
from .base import OmniDomainHandler

if TYPE_CHECKING:
    from .. import schemas
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")


class HealthHandler(OmniDomainHandler):
    """Whether the database answers."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Answer 200, or 503 with the reason."""
        try:
            await self.call(lambda services: services.database.ping())
        except OmniDomainError as error:
            health = schemas.Health(status="unavailable", version=__version__, detail=str(error))
            self.answer(health, status=503)
            return
        self.answer(schemas.Health(status="ok", version=__version__))
