"""`samplesheets/…`: checking sheets before anything is submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, signed_in
from .sheet_files import SHEET_LIMIT, sheet_file
from .sheet_folders import sheet_folder

if TYPE_CHECKING:
    from .. import schemas
    from ..compute import s3
    from ..services import matching
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")
    s3 = LazyModule("omnidomain_jupyter.compute.s3")
    matching = LazyModule("omnidomain_jupyter.services.matching")


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
                request.pipeline,
                file,
                check_files=request.check_files,
                cancelled=self.gone.is_set,
            )
        )
        self.answer(report)


class MatchHandler(OmniDomainHandler):
    """Find the files of samples."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self) -> None:
        """Answer with the sheet that a folder's files make; nothing is stored."""
        request = await self.body(schemas.SheetMatchRequest)
        folder = await sheet_folder(self, request.folder)
        match = await self.call(
            lambda services: matching.match_sheet(services.sheets, s3.S3Files(), request, folder)
        )
        self.answer(match)
