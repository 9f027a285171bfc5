"""Puts the services together. Imported on first use, off the notebook server's event loop.

Everything heavy (SQLAlchemy, jsonschema, PyJWT) is imported from here on, and not when Jupyter
starts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .compute import make_backend
from .compute.aws_settings import AwsBatchSettings
from .compute.base import ComputeBackend
from .compute.result_stores import ResultStores
from .compute.s3 import S3Files
from .compute.s3_browser_uploads import S3BrowserUploads, link_client
from .compute.s3_uploads import S3Uploads, upload_client
from .pipelines.parameters import checked_parameters, parameter_notes
from .pipelines.registry import PipelineRegistry
from .services.accounts import AccountService
from .services.browser_uploads import BrowserUploadService
from .services.catalogue import CatalogueService
from .services.commands import CommandService
from .services.disk_place import place_of
from .services.downloads import DownloadService
from .services.drain import Drain
from .services.failures import FailureService
from .services.jobs import JobPlanner
from .services.lease import Lease
from .services.locations import RootDirectory
from .services.metrics import MetricsService
from .services.monitor import Monitor
from .services.notices import Notices
from .services.old_jobs import OldJobs
from .services.presence import Presence
from .services.report_parser import ReportParser
from .services.reports import ReportReader
from .services.reruns import RerunService
from .services.results import ResultService
from .services.runs import RunService
from .services.sheets import SheetService
from .services.signing_secret import signing_secret
from .services.submissions import SubmissionService
from .services.submitter import Submitter
from .services.tables import TableService
from .services.tokens import TokenService
from .services.uploads import UploadService
from .store.database import Database
from .store.network_filesystem import is_on_network

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What the traits say, checked and made absolute.

    `root` is the server's root directory with its links followed, `named_root` as it is named.
    """

    database_url: str
    sqlite_journal_mode: str
    compute_backend: str
    base_outdir: str
    pipelines_path: tuple[Path, ...]
    pipeline_parameters: Mapping[str, object]
    jwt_secret: str
    email_domain: str
    local_slots: int
    lease_seconds: float
    aws_batch: AwsBatchSettings | None
    root: Path
    named_root: Path
    data_directory: Path


@dataclass(frozen=True)
class Services:
    """All services of one server."""

    database: Database
    backend: ComputeBackend
    accounts: AccountService
    catalogue: CatalogueService
    sheets: SheetService
    runs: RunService
    submissions: SubmissionService
    browser_uploads: BrowserUploadService
    reruns: RerunService
    commands: CommandService
    results: ResultService
    failures: FailureService
    metrics: MetricsService
    report_parser: ReportParser
    tables: TableService
    downloads: DownloadService
    lease: Lease
    drain: Drain
    monitor: Monitor
    old_jobs: OldJobs


def build_services(settings: Settings, notices: Notices) -> Services:
    """Return the services for these settings. Opens no connection and starts nothing."""
    database = Database(settings.database_url, journal_mode=settings.sqlite_journal_mode)
    backend = make_backend(
        settings.compute_backend,
        data_directory=settings.data_directory,
        local_slots=settings.local_slots,
        aws_batch=settings.aws_batch,
    )
    secret = signing_secret(settings.jwt_secret, settings.data_directory / "jwt_secret")
    pipelines = PipelineRegistry(settings.pipelines_path)
    for name, message in pipelines.broken:
        _log.warning("OmniDomain: the pipeline %s cannot be used: %s", name, message)
    parameters = checked_parameters(settings.pipeline_parameters)
    for note in parameter_notes(parameters, pipelines.list()):
        _log.warning("OmniDomain: %s", note)
    planner = JobPlanner(pipelines, settings.root, parameters, remote=backend.remote)
    # Of jobs that run elsewhere nobody here knows what they will find.
    is_installed = getattr(backend, "is_installed", lambda _program: True)
    here = None if backend.remote else settings.root / Path(settings.base_outdir).expanduser()
    sheets = SheetService(pipelines, planner, S3Files(), is_installed, here)
    servers = settings.data_directory / "servers"
    presence = Presence(None if is_on_network(settings.data_directory) else servers)
    lease = Lease(database, length_s=settings.lease_seconds, presence=presence)
    uploads = _uploads(settings, database, planner) if backend.remote else None
    submitter = Submitter(database, backend, planner, notices, lease, uploads)
    root = RootDirectory(settings.root, settings.named_root)
    runs = RunService(
        database, backend, sheets, planner, submitter, notices, root, settings.base_outdir
    )
    submissions = SubmissionService(database, backend, sheets, runs, notices, uploads)
    stores = ResultStores(partial(link_client, **_aws(settings)))
    results = ResultService(runs, stores)
    report_parser = ReportParser()
    return Services(
        database=database,
        backend=backend,
        accounts=AccountService(database, TokenService(secret), settings.email_domain),
        catalogue=CatalogueService(pipelines),
        sheets=sheets,
        runs=runs,
        submissions=submissions,
        browser_uploads=BrowserUploadService(
            S3BrowserUploads(partial(link_client, **_aws(settings))),
            settings.base_outdir if backend.remote else "",
        ),
        reruns=RerunService(database, backend, runs, submissions, submitter),
        commands=CommandService(database, runs, planner),
        results=results,
        failures=FailureService(runs, backend),
        metrics=MetricsService(runs, submissions, ReportReader(stores, report_parser)),
        report_parser=report_parser,
        tables=TableService(runs, submissions, stores),
        downloads=DownloadService(results),
        lease=lease,
        drain=Drain(database, backend, submitter),
        monitor=Monitor(database, backend, notices, lease),
        old_jobs=OldJobs(database, backend),
    )


def _uploads(settings: Settings, database: Database, planner: JobPlanner) -> UploadService:
    client = partial(upload_client, **_aws(settings))
    return UploadService(database, planner, S3Uploads(client), place_of(settings.data_directory))


def _aws(settings: Settings) -> dict[str, str]:
    """Return profile and region for S3; empty leaves them to boto3."""
    aws = settings.aws_batch
    return {"profile": aws.profile if aws else "", "region": aws.region if aws else ""}
