"""`submissions/{id}/tables`: one table of each of a sheet's runs, put together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..lazy import LazyModule
from .base import OmniDomainHandler, parse_id, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from .. import schemas
    from ..services import table_extent, tables
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")
    table_extent = LazyModule("omnidomain_jupyter.services.table_extent")
    tables = LazyModule("omnidomain_jupyter.services.tables")

MOST_CELLS = 2_000_000
MOST_CHARACTERS = 40_000_000
"""Of a CSV, which is made in the server's memory."""


class SubmissionTablesHandler(OmniDomainHandler):
    """The tables of one name in the outputs of a sheet's runs."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, submission_id: str) -> None:
        """Answer with a page of them, or with all as CSV."""
        found, query = parse_id(submission_id, "submission"), self.query(schemas.TablesQuery)
        if query.format == "csv":
            await self._csv(found, query)
            return
        # Written on the thread: it may be large.
        page = await self.call(
            lambda services: services.tables.submission(
                self.scientist, found, query
            ).model_dump_json(by_alias=True)
        )
        self.finish(page)

    async def _csv(self, submission_id: UUID, query: schemas.TablesQuery) -> None:
        """Collect all pages, since the columns are known at the end only."""
        pages: list[schemas.SubmissionTables] = []
        size, cut = table_extent.Extent(MOST_CELLS, MOST_CHARACTERS), False
        turn: schemas.TablesQuery | None = query.model_copy(update={"cursor": None})
        while turn and not cut and not self.gone.is_set():
            page = await self.call(
                lambda services, turn=turn: services.tables.submission(  # type: ignore[misc]
                    self.scientist, submission_id, turn
                )
            )
            if await self.runtime.run(tables.takes_page, size, page):
                pages.append(page)
            else:
                cut = True
            more = page.next_cursor
            turn = query.model_copy(update={"cursor": more}) if more else None
        truncated = cut or any(page.truncated for page in pages)
        kind = "text/csv; charset=utf-8"
        name = f"{_stem(query.path)}-{submission_id}{'-truncated' if truncated else ''}.csv"
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("X-OmniDomain-Truncated", "true" if truncated else "false")
        for piece in await self.runtime.run(lambda: list(tables.as_csv(pages))):
            self.write(piece)
        self.finish(set_content_type=kind)


def _stem(pattern: str) -> str:
    """Return what the tables of a pattern are called, in letters that may be in any file's name."""
    name = re.sub(r"(?i)\.(tsv|csv|tab)(\.gz)?$", "", pattern.rpartition("/")[2])
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("._-")[:100] or "tables"
