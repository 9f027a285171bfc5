"""`samplesheets/…`: checking sheets before anything is submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, signed_in
from .sheet_files import SHEET_LIMIT, sheet_file

if TYPE_CHECKING:
    from .. import schemas
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")


class ValidateHandler(OmniDomainHandler):
    """Check a sheet."""

    body_limit = SHEET_LIMIT

    @web.authenticated
    @authorized
    @signed_in
    async def post(self) -> None:
        """Answer with everything that is wrong in it; nothing is stored."""
        request = await self.body(schemas.ValidateRequest)
        file = await sheet_file(self, request)
        report = await self.call(
            lambda services: services.sheets.report(
                request.pipeline, file, check_files=request.check_files
            )
        )
        self.answer(report)
