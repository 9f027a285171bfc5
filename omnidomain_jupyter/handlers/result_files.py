"""`runs/{id}/results/{path}`: one output file, as bytes or as a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.httputil import HTTPOutputError
from tornado.iostream import StreamClosedError

from ..lazy import LazyModule
from ..report_policy import REPORT_POLICY
from ..results.media_types import is_active
from ..results.ranges import Part, UnsatisfiableRangeError, wanted_part
from .base import OmniDomainHandler, parse_id, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from .. import schemas
    from ..services.results import OpenableFile
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")

CHUNK = 256 * 1024

# A report may run its own scripts, but not as this page: no origin, no cookies, no parent.
SANDBOX = (
    "sandbox allow-scripts allow-popups allow-downloads allow-modals; "
    f"{REPORT_POLICY}; frame-ancestors 'self'"
)

# Browsers show no PDF in a sandbox. Their viewers keep it apart by themselves.
PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class ResultFileHandler(OmniDomainHandler):
    """One output file."""

    _size = 0

    @property
    def content_security_policy(self) -> str:
        """Replace Jupyter's policy, which would let a report act as the notebook's page."""
        return SANDBOX

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str, path: str) -> None:
        """Answer with its bytes, with where they are, or with its beginning as JSON."""
        await self.send_file(run_id, path)

    @web.authenticated
    @authorized
    @signed_in
    async def head(self, run_id: str, path: str) -> None:
        """Answer with the same headers, and no bytes, wherever they are."""
        await self.send_headers(run_id, path)

    async def send_file(self, run_id: str, path: str) -> None:
        """Answer a GET of a file."""
        found, query = parse_id(run_id, "run"), self.query(schemas.ResultFileQuery)
        if query.preview is not None:
            await self._preview(found, path, query)
            return
        file, link = await self.call(
            lambda services: _with_link(
                services.results.file(self.scientist, found, path), download=query.download
            )
        )
        if link is None:
            await self._send(file, download=query.download)
        else:
            self.set_header("Cache-Control", "no-store")
            self.redirect(link, status=307)

    async def send_headers(self, run_id: str, path: str) -> None:
        """Answer a HEAD of a file."""
        found, query = parse_id(run_id, "run"), self.query(schemas.ResultFileQuery)
        file = await self.call(lambda services: services.results.file(self.scientist, found, path))
        await self._send(file, download=query.download)

    def compute_etag(self) -> str | None:
        """Leave the one that the file has."""
        return None

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say how long the file is to who asked for what is behind its end."""
        if status_code == 416:
            self.set_header("Content-Range", f"bytes */{self._size}")
        super().write_error(status_code, **kwargs)

    async def _preview(self, run: UUID, path: str, query: schemas.ResultFileQuery) -> None:
        if query.preview == "table":
            self.answer(
                await self.call(
                    lambda services: services.results.table(self.scientist, run, path, query.rows)
                )
            )
        else:
            self.answer(
                await self.call(
                    lambda services: services.results.text(self.scientist, run, path, query.size)
                )
            )

    async def _send(self, file: OpenableFile, *, download: bool) -> None:
        self._describe(file, download=download)
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        part = self._part(file)
        if part is not None:
            self.set_status(206)
            last = part.start + part.length - 1
            self.set_header("Content-Range", f"bytes {part.start}-{last}/{self._size}")
        start, length = part or (0, self._size)
        self.set_header("Content-Length", str(length))
        try:
            if self.request.method != "HEAD":
                await self._stream(file, start, length)
            self.finish(set_content_type=self._content_type(file))
        except StreamClosedError:
            return  # nobody waits for it any more
        except HTTPOutputError:
            # The file became shorter meanwhile. The connection is closed, which says so.
            self.log.info("OmniDomain: %s changed while it was read", file.file.path)

    def _describe(self, file: OpenableFile, *, download: bool) -> None:
        self._size = file.file.size_bytes
        if file.media_type == "application/pdf":
            self.set_header("Content-Security-Policy", PDF)
        self.set_header("Content-Type", self._content_type(file))
        self.set_header("Content-Disposition", file.disposition(download=download))
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Last-Modified", file.file.modified_at)
        self.set_header("Etag", file.file.etag)

    def _part(self, file: OpenableFile) -> Part | None:
        condition = self.request.headers.get("If-Range")
        if condition is not None and condition != file.file.etag:
            return None
        try:
            return wanted_part(self.request.headers.get("Range"), self._size)
        except UnsatisfiableRangeError:
            raise web.HTTPError(416, f"{file.file.path} ends before that.") from None

    async def _stream(self, file: OpenableFile, start: int, left: int) -> None:
        content = await self.runtime.run(file.open, start, left)
        try:
            while left and (chunk := await self.runtime.run(content.read, min(left, CHUNK))):
                left -= len(chunk)
                self.write(chunk)
                await self.flush()
        finally:
            await self.runtime.run(content.close)

    @staticmethod
    def _content_type(file: OpenableFile) -> str:
        # HTML and XML say themselves what they are written in.
        is_plain = file.media_type.startswith("text/") and not is_active(file.media_type)
        return f"{file.media_type}; charset=utf-8" if is_plain else file.media_type


def _with_link(file: OpenableFile, *, download: bool) -> tuple[OpenableFile, str | None]:
    return file, file.link(download=download)
