"""`uploads`: files that a browser sends to S3, past this server."""

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


class UploadsHandler(OmniDomainHandler):
    """Begin an upload."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self) -> None:
        """Answer with how the file is to be cut, and the address that it will have."""
        request = await self.body(schemas.BrowserUploadCreate)
        begun = await self.call(
            lambda services: services.browser_uploads.begin(self.scientist, request)
        )
        self.answer(begun, status=201, location=f"uploads/{begun.upload_id}")


class UploadHandler(OmniDomainHandler):
    """One upload."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, upload_id: str) -> None:
        """Answer with what is there of it, so that a browser can go on."""
        found = parse_id(upload_id, "upload")
        self.answer(
            await self.call(lambda services: services.browser_uploads.get(self.scientist, found))
        )

    @web.authenticated
    @authorized
    @signed_in
    async def delete(self, upload_id: str) -> None:
        """Take back what was sent."""
        found = parse_id(upload_id, "upload")
        await self.call(lambda services: services.browser_uploads.abort(self.scientist, found))
        self.set_status(204)
        self.finish()


class UploadPartsHandler(OmniDomainHandler):
    """Parts of an upload."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self, upload_id: str) -> None:
        """Answer with an address for each, which is kept and logged nowhere."""
        found = parse_id(upload_id, "upload")
        request = await self.body(schemas.PartLinksRequest)
        links = await self.call(
            lambda services: services.browser_uploads.links(self.scientist, found, request)
        )
        self.set_header("Cache-Control", "no-store")
        self.answer(links)


class CompleteUploadHandler(OmniDomainHandler):
    """The end of an upload."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self, upload_id: str) -> None:
        """Answer with the file's address, for the sheet."""
        found = parse_id(upload_id, "upload")
        self.answer(
            await self.call(
                lambda services: services.browser_uploads.complete(self.scientist, found)
            )
        )
