"""`runs/{id}/results` and `metrics`: what a run has left."""

from __future__ import annotations

from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from .base import OmniDomainHandler, parse_id, signed_in

CHUNK = 256 * 1024

# A report may run its own scripts, but not as this page: no origin, no cookies, no parent.
SANDBOX = "sandbox allow-scripts allow-popups allow-downloads; frame-ancestors 'self'"


class ResultsHandler(OmniDomainHandler):
    """The output files of a run."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with the list."""
        found = parse_id(run_id, "run")
        self.answer(await self.call(lambda services: services.results.files(self.scientist, found)))


class ResultFileHandler(OmniDomainHandler):
    """One output file."""

    @property
    def content_security_policy(self) -> str:
        """Replace Jupyter's policy, which would let a report act as the notebook's page."""
        return SANDBOX

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str, path: str) -> None:
        """Answer with its bytes; ``?download=1`` asks the browser to save it."""
        found = parse_id(run_id, "run")
        file, described = await self.call(
            lambda services: services.results.file(self.scientist, found, path)
        )
        self.set_header("Content-Type", described.media_type)
        self.set_header("Content-Length", str(described.size_bytes))
        self.set_header("X-Content-Type-Options", "nosniff")
        how = "attachment" if self.get_query_argument("download", "") else "inline"
        self.set_header("Content-Disposition", f"{how}; filename*=UTF-8''{quote(file.name)}")
        left = described.size_bytes  # what the header promises, also while the file grows
        stream = await self.runtime.run(file.open, "rb")
        try:
            while left and (chunk := await self.runtime.run(stream.read, min(left, CHUNK))):
                left -= len(chunk)
                self.write(chunk)
                await self.flush()
        except StreamClosedError:
            return
        finally:
            await self.runtime.run(stream.close)
        self.finish(set_content_type=described.media_type)


class MetricsHandler(OmniDomainHandler):
    """Numbers found in a run's outputs."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self, run_id: str) -> None:
        """Answer with them; with none while there are none."""
        found = parse_id(run_id, "run")
        self.answer(
            await self.call(lambda services: services.results.metrics(self.scientist, found))
        )
