"""The server extension: configures, wires and mounts, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_events import EventLogger
from jupyter_server.auth.identity import (
    IdentityProvider,
    LegacyIdentityProvider,
    PasswordIdentityProvider,
)
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Bunch, Dict, Enum, Float, Integer, Unicode, default, validate

from ._version import __version__
from .batch_traits import BatchTraits
from .cli import SUBCOMMANDS
from .events import RUN_STATUS_SCHEMA, RUN_STATUS_SCHEMA_ID, run_status_event
from .runtime import Runtime

if TYPE_CHECKING:
    from .services.notices import RunChanged
    from .wiring import Settings


class OmniDomainApp(BatchTraits, ExtensionApp):
    """Run genomics pipelines from a sample sheet, inside Jupyter."""

    name = "omnidomain_jupyter"
    app_name = "OmniDomain"
    version = __version__
    subcommands = SUBCOMMANDS
    subcommand_description = Unicode(
        "A subcommand is started by `jupyter omnidomain cmd [args]`; "
        "`jupyter omnidomain cmd --help` tells of it."
    )
    description = (
        "Starts a Jupyter server with OmniDomain: sample sheets become runs of genomics "
        "pipelines, on this machine or on AWS Batch.\n\n"
        "The extension is enabled by installing the package; this command is for starting a "
        "server with it alone. Every option can also be given by an environment variable, "
        "which its help names."
    )
    examples = """
jupyter omnidomain                         # start a server
jupyter omnidomain --local-slots=4         # four local runs at a time
OMNIDOMAIN_LOCAL_SLOTS=4 jupyter lab       # the same, by environment
"""
    aliases: dict[str, str] = {  # noqa: RUF012 - as traitlets has it
        **ExtensionApp.aliases,
        **{
            name.replace("_", "-"): f"OmniDomainApp.{name}"
            for name in (
                "database_url",
                "compute_backend",
                "base_outdir",
                "pipelines_path",
                "email_domain",
                "local_slots",
                "monitor_interval",
                "batch_job_queue",
                "batch_job_definition",
                "batch_region",
            )
        },
    }
    default_url = "/lab"
    load_other_extensions = True

    database_url = Unicode(
        help=(
            "SQLAlchemy URL of the database, such as postgresql+psycopg://user@host/omnidomain. "
            "Default: a SQLite file in the Jupyter data directory. "
            "Environment: OMNIDOMAIN_DATABASE_URL."
        )
    ).tag(config=True)
    sqlite_journal_mode = Enum(
        ["auto", "WAL", "DELETE", "TRUNCATE", "PERSIST", "MEMORY"],
        "auto",
        help=(
            "SQLite's journal mode. 'auto' is WAL, and DELETE on a network file system, where "
            "WAL is not safe. Environment: OMNIDOMAIN_SQLITE_JOURNAL_MODE."
        ),
    ).tag(config=True)
    compute_backend = Unicode(
        help=(
            "Where runs run: 'local', 'aws_batch', or the import path of a backend of your own "
            "('package.module:Backend'). Environment: OMNIDOMAIN_COMPUTE_BACKEND."
        )
    ).tag(config=True)
    base_outdir = Unicode(
        help=(
            "Where outputs go unless a request says otherwise. A relative path starts at the "
            "server's root directory. Environment: OMNIDOMAIN_BASE_OUTDIR."
        )
    ).tag(config=True)
    pipelines_path = Unicode(
        help=(
            "Directories with more pipelines, one folder each, joined as in PATH. "
            "Environment: OMNIDOMAIN_PIPELINES_PATH."
        )
    ).tag(config=True)
    pipeline_parameters = Dict(
        help=(
            "Parameters of Nextflow pipelines that are the same for all runs, such as the places "
            "of reference databases: {'FungalFlow': {'busco_db': '/databases/busco'}}."
        )
    ).tag(config=True)
    jwt_secret = Unicode(
        help=(
            "The secret that signs sign-ins, at least 32 characters. Default: generated and "
            "kept in a file of mode 0600 beside the database. Environment: OMNIDOMAIN_JWT_SECRET."
        )
    ).tag(config=True)
    email_domain = Unicode(
        help=(
            "Turns a JupyterHub user name into an email address (name@domain). "
            "Environment: OMNIDOMAIN_EMAIL_DOMAIN."
        )
    ).tag(config=True)
    local_slots = Integer(
        help=(
            "How many local runs go at a time. Default: the number of cores. "
            "Environment: OMNIDOMAIN_LOCAL_SLOTS."
        )
    ).tag(config=True)
    monitor_interval = Float(
        help=(
            "Seconds between two looks at active runs. Default: 2. "
            "Environment: OMNIDOMAIN_MONITOR_INTERVAL."
        )
    ).tag(config=True)
    monitor_idle_interval = Float(
        help=(
            "Seconds between two looks at active runs while nobody looks at them. Default: 60. "
            "Environment: OMNIDOMAIN_MONITOR_IDLE_INTERVAL."
        )
    ).tag(config=True)
    lease_seconds = Float(
        help=(
            "For how long a server that died keeps its runs, before another server on the same "
            "database takes them over. Default: 30. Environment: OMNIDOMAIN_LEASE_SECONDS."
        )
    ).tag(config=True)
    threads = Integer(
        8,
        min=2,
        max=64,
        help="How many requests work at a time; more wait for their turn.",
    ).tag(config=True)

    @default("database_url")
    def _database_url(self) -> str:
        file = _data_directory() / "omnidomain.sqlite"
        return os.environ.get("OMNIDOMAIN_DATABASE_URL") or f"sqlite:///{file}"

    @default("sqlite_journal_mode")
    def _sqlite_journal_mode(self) -> str:
        return os.environ.get("OMNIDOMAIN_SQLITE_JOURNAL_MODE") or "auto"

    @default("compute_backend")
    def _compute_backend(self) -> str:
        return os.environ.get("OMNIDOMAIN_COMPUTE_BACKEND") or "local"

    @default("base_outdir")
    def _base_outdir(self) -> str:
        return os.environ.get("OMNIDOMAIN_BASE_OUTDIR") or "omnidomain-results"

    @default("pipelines_path")
    def _pipelines_path(self) -> str:
        return os.environ.get("OMNIDOMAIN_PIPELINES_PATH", "")

    @default("jwt_secret")
    def _jwt_secret(self) -> str:
        return os.environ.get("OMNIDOMAIN_JWT_SECRET", "")

    @default("email_domain")
    def _email_domain(self) -> str:
        return os.environ.get("OMNIDOMAIN_EMAIL_DOMAIN", "")

    @default("local_slots")
    def _local_slots(self) -> int:
        return int(os.environ.get("OMNIDOMAIN_LOCAL_SLOTS") or os.cpu_count() or 1)

    @default("monitor_interval")
    def _monitor_interval(self) -> float:
        return float(os.environ.get("OMNIDOMAIN_MONITOR_INTERVAL") or 2)

    @default("monitor_idle_interval")
    def _monitor_idle_interval(self) -> float:
        return float(os.environ.get("OMNIDOMAIN_MONITOR_IDLE_INTERVAL") or 60)

    @default("lease_seconds")
    def _lease_seconds(self) -> float:
        return float(os.environ.get("OMNIDOMAIN_LEASE_SECONDS") or 30)

    @validate("local_slots", "monitor_interval", "monitor_idle_interval", "lease_seconds")
    def _positive(self, proposal: Bunch) -> float:
        if proposal["value"] <= 0:
            raise ValueError(f"{proposal['trait'].name} must be more than 0")
        return (
            float(proposal["value"])
            if proposal["trait"].name != "local_slots"
            else int(proposal["value"])
        )

    def initialize_settings(self) -> None:
        """Make the runtime, and register the event before any socket asks for it."""
        server = _server(self)
        _events(server).register_event_schema(RUN_STATUS_SCHEMA)
        self.runtime = Runtime(
            self._settings_now,
            self._emit,
            threads=self.threads,
            monitor_interval=self.monitor_interval,
            idle_interval=self.monitor_idle_interval,
            stable_identities=_has_stable_identities(server),
        )
        self.settings["omnidomain"] = self.runtime

    def initialize_handlers(self) -> None:
        """Mount the routes."""
        from .handlers.routes import tornado_rules

        self.handlers.extend(tornado_rules())

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:  # noqa: ARG002
        self.runtime.start()

    async def stop_extension(self) -> None:
        """End the background work. Jobs go on without us."""
        await self.runtime.stop()

    def _emit(self, change: RunChanged) -> None:
        _events(_server(self)).emit(schema_id=RUN_STATUS_SCHEMA_ID, data=run_status_event(change))

    def _settings_now(self) -> Settings:
        from .wiring import Settings

        paths = [Path(path) for path in self.pipelines_path.split(os.pathsep) if path]
        root = Path(_server(self).root_dir).expanduser().absolute()
        return Settings(
            database_url=self.database_url,
            sqlite_journal_mode=self.sqlite_journal_mode,
            compute_backend=self.compute_backend,
            base_outdir=self.base_outdir,
            pipelines_path=tuple(path.expanduser() for path in paths),
            pipeline_parameters=dict(self.pipeline_parameters),
            jwt_secret=self.jwt_secret,
            email_domain=self.email_domain,
            local_slots=self.local_slots,
            lease_seconds=self.lease_seconds,
            aws_batch=self.batch_settings() if self.compute_backend == "aws_batch" else None,
            root=root.resolve(),
            named_root=root,
            data_directory=_data_directory(),
        )


def _server(app: OmniDomainApp) -> ServerApp:
    if app.serverapp is None:
        raise RuntimeError("The extension is not linked to a server yet.")
    return app.serverapp


def _events(server: ServerApp) -> EventLogger:
    if server.event_logger is None:
        raise RuntimeError("The server has no event logger.")
    return server.event_logger


def _data_directory() -> Path:
    return Path(jupyter_data_dir()) / "omnidomain"


def _has_stable_identities(server: ServerApp) -> bool:
    # With Jupyter's own token and password sign-in every browser gets a random name.
    random_names: tuple[type[Any], ...] = (IdentityProvider, PasswordIdentityProvider)
    kind = type(server.identity_provider)
    if kind is LegacyIdentityProvider:
        return "JUPYTERHUB_API_TOKEN" in os.environ
    return kind not in random_names


main = launch_new_instance = OmniDomainApp.launch_instance
