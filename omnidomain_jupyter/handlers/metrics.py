"""`metrics` and `profiles`: found in the outputs of a run, or of a whole sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, parse_id, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from .. import schemas
    from ..services import metrics
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")
    metrics = LazyModule("omnidomain_jupyter.services.metrics")

RUNS_A_TURN = 50


class MetricsHandler(OmniDomainHandler):
    """Numbers found in a run's outputs."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with them; with none while there are none."""
        found = parse_id(run_id, "run")
        self.answer(await self.call(lambda services: services.metrics.run(self.scientist, found)))


class SubmissionMetricsHandler(OmniDomainHandler):
    """Numbers found in the outputs of a sheet's runs."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, submission_id: str) -> None:
        """Answer with a page of them, or with all as CSV."""
        found, query = parse_id(submission_id, "submission"), self.query(schemas.MetricsQuery)
        if query.format == "csv":
            await self._csv(found)
            return
        self.answer(
            await self.call(
                lambda services: services.metrics.submission(self.scientist, found, query)
            )
        )

    async def _csv(self, submission_id: UUID) -> None:
        """Collect all pages, a turn at a time, since the columns are known at the end only."""
        query = schemas.MetricsQuery(limit=RUNS_A_TURN)
        rows: list[schemas.MetricsRow] = []
        while not self.gone.is_set():
            page = await self.call(
                lambda services, query=query: services.metrics.submission(  # type: ignore[misc]
                    self.scientist, submission_id, query
                )
            )
            rows += page.rows
            if page.next_cursor is None:
                break
            query = schemas.MetricsQuery(limit=RUNS_A_TURN, cursor=page.next_cursor)
        kind = "text/csv; charset=utf-8"
        self.set_header("Content-Type", kind)
        self.set_header(
            "Content-Disposition", f'attachment; filename="metrics-{submission_id}.csv"'
        )
        self.write("".join(await self.runtime.run(list, metrics.as_csv(rows))))
        self.finish(set_content_type=kind)


class SubmissionProfilesHandler(OmniDomainHandler):
    """One curve of each of a sheet's runs."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, submission_id: str) -> None:
        """Answer with a page of them."""
        found, query = parse_id(submission_id, "submission"), self.query(schemas.ProfilesQuery)
        self.answer(
            await self.call(
                lambda services: services.metrics.profiles(self.scientist, found, query)
            )
        )
