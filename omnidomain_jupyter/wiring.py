"""Puts the services together. Imported on first use, off the notebook server's event loop.

Everything heavy (SQLAlchemy, jsonschema, PyJWT) is imported from here on, and not when Jupyter
starts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .compute import make_backend
from .compute.aws_settings import AwsBatchSettings
from .compute.base import ComputeBackend
from .compute.result_stores import ResultStores
from .compute.s3 import S3Files
from .pipelines.parameters import checked_parameters, parameter_notes
from .pipelines.registry import PipelineRegistry
from .services.accounts import AccountService
from .services.catalogue import CatalogueService
from .services.downloads import DownloadService
from .services.drain import Drain
from .services.failures import FailureService
from .services.jobs import JobPlanner
from .services.lease import Lease
from .services.metrics import MetricsService
from .services.monitor import Monitor
from .services.notices import Notices
from .services.old_jobs import OldJobs
from .services.presence import Presence
from .services.reruns import RerunService
from .services.results import ResultService
from .services.runs import RunService
from .services.sheets import SheetService
from .services.signing_secret import signing_secret
from .services.submissions import SubmissionService
from .services.submitter import Submitter
from .services.tokens import TokenService
from .store.database import Database
from .store.network_filesystem import is_on_network

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What the traits say, checked and made absolute."""

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
    reruns: RerunService
    results: ResultService
    failures: FailureService
    metrics: MetricsService
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
    sheets = SheetService(pipelines, planner, S3Files(), is_installed)
    servers = settings.data_directory / "servers"
    presence = Presence(None if is_on_network(settings.data_directory) else servers)
    lease = Lease(database, length_s=settings.lease_seconds, presence=presence)
    submitter = Submitter(database, backend, planner, notices, lease)
    runs = RunService(
        database, backend, sheets, planner, submitter, notices, settings.root, settings.base_outdir
    )
    submissions = SubmissionService(database, backend, sheets, runs, notices)
    stores = ResultStores()
    results = ResultService(runs, stores)
    return Services(
        database=database,
        backend=backend,
        accounts=AccountService(database, TokenService(secret), settings.email_domain),
        catalogue=CatalogueService(pipelines),
        sheets=sheets,
        runs=runs,
        submissions=submissions,
        reruns=RerunService(database, backend, runs, submissions, submitter),
        results=results,
        failures=FailureService(runs, backend),
        metrics=MetricsService(runs, submissions, stores),
        downloads=DownloadService(results),
        lease=lease,
        drain=Drain(database, backend, submitter),
        monitor=Monitor(database, backend, notices, lease),
        old_jobs=OldJobs(database, backend),
    )
