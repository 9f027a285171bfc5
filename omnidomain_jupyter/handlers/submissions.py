"""`submissions`: whole sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, parse_id, signed_in
from .sheet_files import SHEET_LIMIT, sheet_file

if TYPE_CHECKING:
    from .. import schemas
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")


class SubmissionsHandler(OmniDomainHandler):
    """Submit a sheet."""

    body_limit = SHEET_LIMIT

    @web.authenticated
    @authorized
    @signed_in
    async def post(self) -> None:
        """Answer as soon as every row is committed; the jobs follow."""
        request = await self.body(schemas.SubmissionCreate)
        file = await sheet_file(self, request)
        self.runtime.somebody_looks()
        key = self.request.headers.get("Idempotency-Key")
        created = await self.call(
            lambda services: services.submissions.create(self.scientist, request, file, key)
        )
        self.answer(created, status=202, location=f"submissions/{created.submission_id}")


class SubmissionHandler(OmniDomainHandler):
    """One submission."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, submission_id: str) -> None:
        """Answer with its counts by state and its refused rows."""
        found = parse_id(submission_id, "submission")
        self.runtime.somebody_looks()
        self.answer(
            await self.call(lambda services: services.submissions.get(self.scientist, found))
        )


class SubmissionSheetHandler(OmniDomainHandler):
    """The sheet of a submission."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, submission_id: str) -> None:
        """Answer with its text."""
        found = parse_id(submission_id, "submission")
        self.answer(
            await self.call(lambda services: services.submissions.sheet(self.scientist, found))
        )
