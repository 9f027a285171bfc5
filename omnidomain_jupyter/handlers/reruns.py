"""Running again what did not go well."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import OmniDomainHandler, parse_id, signed_in


class ResumeHandler(OmniDomainHandler):
    """Resume a run."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self, run_id: str) -> None:
        """Answer with the new run when it has a job."""
        found = parse_id(run_id, "run")
        self.runtime.somebody_looks()
        run = await self.call(lambda services: services.reruns.resume(self.scientist, found))
        self.answer(run, status=201, location=f"runs/{run.run_id}")


class ResubmitHandler(OmniDomainHandler):
    """Send the rows of a sheet that did not go well again."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self, submission_id: str) -> None:
        """Answer with the new submission as soon as its rows are committed."""
        found = parse_id(submission_id, "submission")
        self.runtime.somebody_looks()
        key = self.request.headers.get("Idempotency-Key")
        created = await self.call(
            lambda services: services.reruns.resubmit(self.scientist, found, key)
        )
        self.answer(created, status=202, location=f"submissions/{created.submission_id}")


class CancelSubmissionHandler(OmniDomainHandler):
    """End what a sheet has started."""

    @web.authenticated
    @authorized
    @signed_in
    async def post(self, submission_id: str) -> None:
        """Answer when rows without a job are cancelled; the jobs end in the background."""
        found = parse_id(submission_id, "submission")
        self.runtime.somebody_looks()
        submission, jobs = await self.call(
            lambda services: services.submissions.cancel(self.scientist, found)
        )
        self.runtime.in_background(lambda services: services.submissions.cancel_jobs(jobs))
        self.answer(submission, status=202)
