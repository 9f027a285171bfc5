"""`GET health`: open to all, for load balancers."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated

from .._version import __version__
from ..errors import OmniDomainError
from ..schemas import Health
from .base import OmniDomainHandler


class HealthHandler(OmniDomainHandler):
    """Whether the database answers."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Answer 200, or 503 with the reason."""
        try:
            await self.call(lambda services: services.database.ping())
        except OmniDomainError as error:
            health = Health(status="unavailable", version=__version__, detail=str(error))
            self.answer(health, status=503)
            return
        self.answer(Health(status="ok", version=__version__))
