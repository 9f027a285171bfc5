"""`metrics` and `profiles`: found in the outputs of a run, or of a whole sheet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, parse_id, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from .. import schemas
    from ..services import metrics
    from ..wiring import Services
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")
    metrics = LazyModule("omnidomain_jupyter.services.metrics")

RUNS_A_TURN = 50

MOST_CELLS = 2_000_000
MOST_CHARACTERS = 40_000_000
"""Of a CSV, which is made in the server's memory: of 30,000 samples with 60 numbers each."""


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
        sheet = metrics.SheetNumbers(MOST_CELLS, MOST_CHARACTERS)

        def take(services: Services, turn: schemas.MetricsQuery) -> str | None:
            page = services.metrics.submission(self.scientist, submission_id, turn)
            sheet.take(page)
            return page.next_cursor

        turn: schemas.MetricsQuery | None = schemas.MetricsQuery(limit=RUNS_A_TURN)
        while turn and not sheet.is_full and not self.gone.is_set():
            more = await self.call(partial(take, turn=turn))
            turn = schemas.MetricsQuery(limit=RUNS_A_TURN, cursor=more) if more else None
        kind = "text/csv; charset=utf-8"
        name = f"metrics-{submission_id}{'-truncated' if sheet.truncated else ''}.csv"
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("X-OmniDomain-Truncated", "true" if sheet.truncated else "false")
        # Encoded on the thread as well: it may be large.
        self.write(await self.runtime.run(lambda: b"".join(map(str.encode, sheet.as_csv()))))
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
