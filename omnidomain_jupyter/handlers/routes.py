"""The table of routes: every path that this extension answers."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..errors import NotFoundError
from .auth import LoginHandler, LogoutHandler, MeHandler
from .base import OmniDomainHandler, signed_in
from .failures import FailureHandler
from .health import HealthHandler
from .metrics import MetricsHandler, SubmissionMetricsHandler, SubmissionProfilesHandler
from .openapi import OpenApiHandler
from .pipelines import PipelineHandler, PipelinesHandler
from .reruns import CancelSubmissionHandler, ResubmitHandler, ResumeHandler
from .result_files import ResultFileHandler
from .results import ResultsHandler
from .runs import CancelHandler, CommandHandler, FilesHandler, LogsHandler, RunHandler, RunsHandler
from .samplesheets import MatchHandler, ValidateHandler
from .saved_results import SaveResultsHandler
from .submissions import SubmissionHandler, SubmissionsHandler, SubmissionSheetHandler
from .tables import SubmissionTablesHandler
from .uploads import CompleteUploadHandler, UploadHandler, UploadPartsHandler, UploadsHandler


class UnknownRouteHandler(OmniDomainHandler):
    """Anything else below our root."""

    @web.authenticated
    @authorized
    @signed_in
    async def get(self) -> None:
        """Say so in our own way, and not with Jupyter's page."""
        raise NotFoundError("There is no such route.")

    post = put = patch = delete = get


# A path's `{name}` stands for one segment, `{name:path}` for the rest.
ROUTES: list[tuple[str, type[OmniDomainHandler]]] = [
    ("health", HealthHandler),
    ("openapi.json", OpenApiHandler),
    ("auth/login", LoginHandler),
    ("auth/logout", LogoutHandler),
    ("auth/me", MeHandler),
    ("pipelines", PipelinesHandler),
    ("pipelines/{name}", PipelineHandler),
    ("samplesheets/validate", ValidateHandler),
    ("samplesheets/match", MatchHandler),
    ("submissions", SubmissionsHandler),
    ("submissions/{submission_id}", SubmissionHandler),
    ("submissions/{submission_id}/sheet", SubmissionSheetHandler),
    ("submissions/{submission_id}/cancel", CancelSubmissionHandler),
    ("submissions/{submission_id}/resubmit", ResubmitHandler),
    ("submissions/{submission_id}/metrics", SubmissionMetricsHandler),
    ("submissions/{submission_id}/profiles", SubmissionProfilesHandler),
    ("submissions/{submission_id}/tables", SubmissionTablesHandler),
    ("uploads", UploadsHandler),
    ("uploads/{upload_id}", UploadHandler),
    ("uploads/{upload_id}/parts", UploadPartsHandler),
    ("uploads/{upload_id}/complete", CompleteUploadHandler),
    ("runs", RunsHandler),
    ("runs/{run_id}", RunHandler),
    ("runs/{run_id}/cancel", CancelHandler),
    ("runs/{run_id}/resume", ResumeHandler),
    ("runs/{run_id}/logs", LogsHandler),
    ("runs/{run_id}/command", CommandHandler),
    ("runs/{run_id}/failure", FailureHandler),
    ("runs/{run_id}/files", FilesHandler),
    ("runs/{run_id}/metrics", MetricsHandler),
    ("runs/{run_id}/results", ResultsHandler),
    ("runs/{run_id}/results/save", SaveResultsHandler),
    ("runs/{run_id}/results/{path:path}", ResultFileHandler),
]


def tornado_rules() -> list[tuple[str, type[OmniDomainHandler]]]:
    """Return the table as tornado takes it, with the unknown rest at its end."""
    rules = [(f"/omnidomain/{_pattern(path)}", handler) for path, handler in ROUTES]
    return [*rules, (r"/omnidomain(?:/.*)?", UnknownRouteHandler)]


def _pattern(path: str) -> str:
    segments = path.replace(".", r"\.").split("/")
    return "/".join(
        "(.+)" if part.endswith(":path}") else "([^/]+)" if part.startswith("{") else part
        for part in segments
    )
