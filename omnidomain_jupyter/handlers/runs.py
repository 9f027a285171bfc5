"""`runs`: one row each."""

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


class RunsHandler(OmniDomainHandler):
    """The user's runs."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self) -> None:
        """Answer with a page of them, newest first."""
        self.runtime.somebody_looks()
        query = self.query(schemas.RunQuery)
        self.answer(await self.call(lambda services: services.runs.page(self.scientist, query)))

    @web.authenticated
    @authorized
    @signed_in
    async def post(self) -> None:
        """Submit one row; answer when it has a job."""
        request = await self.body(schemas.RunCreate)
        self.runtime.somebody_looks()
        run = await self.call(lambda services: services.runs.create(self.scientist, request))
        self.answer(run, status=201, location=f"runs/{run.run_id}")


class RunHandler(OmniDomainHandler):
    """One run."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with the run, its row and its history."""
        found = parse_id(run_id, "run")
        self.runtime.somebody_looks()
        self.answer(await self.call(lambda services: services.runs.detail(self.scientist, found)))


class CancelHandler(OmniDomainHandler):
    """End a run."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self, run_id: str) -> None:
        """Answer that it will end; its status follows."""
        found = parse_id(run_id, "run")
        run = await self.call(lambda services: services.runs.cancel(self.scientist, found))
        self.answer(run, status=202)


class LogsHandler(OmniDomainHandler):
    """A run's log."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with the lines from the cursor on."""
        found, query = parse_id(run_id, "run"), self.query(schemas.LogQuery)
        self.runtime.somebody_looks()
        self.answer(
            await self.call(
                lambda services: services.runs.logs(
                    self.scientist, found, query.cursor, query.limit, tail=query.tail
                )
            )
        )


class CommandHandler(OmniDomainHandler):
    """The command of a run."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with it."""
        found = parse_id(run_id, "run")
        self.answer(
            await self.call(lambda services: services.commands.command(self.scientist, found))
        )


class FilesHandler(OmniDomainHandler):
    """A run's uploads."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with the files that were uploaded for it."""
        found = parse_id(run_id, "run")
        self.answer(await self.call(lambda services: services.runs.uploads(self.scientist, found)))
