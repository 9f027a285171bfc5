"""``jupyter omnidomain doctor``: looks whether everything is there, and says what to do if not."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Enum, TraitError

from .._version import __version__
from ..errors import StoreUnavailableError
from ..findings import Finding, good, note, skipped, wrong
from .command import BAD, GOOD, Command
from .pipelines import is_here

if TYPE_CHECKING:
    from ..app import OmniDomainApp

_MARKS = {"good": "ok  ", "note": "note", "wrong": "BAD ", "skipped": "-   "}
_WIDTH = 16
LITTLE_SPACE = 5 * 2**30
"""Bytes below which the doctor says that the disk is nearly full."""

_SECRET = ("database_url", "jwt_secret")
"""Traits of which no part is printed."""


class DoctorApp(Command):
    """Looks at the whole installation."""

    name = "jupyter-omnidomain-doctor"
    description = (
        "Look whether everything that runs need is there: the configuration, the database and its "
        "tables, the pipelines and their programs, where outputs go, and, for AWS Batch, "
        "credentials, region, queue, job definition, log group and bucket. Changes nothing.\n\n"
        "Each line says what was found; below what is wrong stands what to do. The exit code is 1 "
        "if anything is wrong."
    )
    examples = """
jupyter omnidomain doctor
OMNIDOMAIN_COMPUTE_BACKEND=aws_batch jupyter omnidomain doctor --json
"""
    aliases: dict[Any, Any] = {**Command.aliases, "format": "DoctorApp.format"}  # noqa: RUF012
    flags: dict[str, Any] = {  # noqa: RUF012
        "json": ({"DoctorApp": {"format": "json"}}, "Print JSON: the same as --format=json."),
    }

    format = Enum(["text", "json"], "text", help="How to print what was found.").tag(config=True)

    unread: Finding | None = None
    """A configuration file that could not be read."""

    def load_config_file(self, suppress_errors: bool = True) -> None:  # type: ignore[override]  # noqa: FBT001, FBT002
        """Load what configures the server; a file that cannot be read is a finding."""
        self.raise_config_file_errors = True
        try:
            super().load_config_file(suppress_errors)
        except Exception as error:  # noqa: BLE001 - the file is a program
            said = f"{_place_of(error)} cannot be read ({type(error).__name__})"
            advice = "Mend that line. What stands below it in the file was not looked at."
            self.unread = wrong("configuration", said, advice)

    def run(self) -> int:
        """Look, print, and return the exit code."""
        found = []
        for finding in self._findings():
            found.append(finding)
            if self.format == "text":
                _print(finding)
        bad = sum(finding.state == "wrong" for finding in found)
        if self.format == "json":
            sys.stdout.write(json.dumps([asdict(finding) for finding in found], indent=1) + "\n")
        else:
            sys.stdout.write(f"{bad} to put right.\n" if bad else "All is well.\n")
        return BAD if bad else GOOD

    def _findings(self) -> Iterator[Finding]:
        yield good("OmniDomain", f"{__version__}, Python {platform.python_version()}")
        if self.unread:
            yield self.unread
        try:
            app, faults = _configured(self)
            yield from faults
            if app is None or faults:
                yield skipped("everything else", "the configuration first")
                return
            yield from _looks(app, self)
        except Exception as error:  # noqa: BLE001 - of which we did not think
            # Its text is not printed: nobody knows what is in it.
            place = f"{_place_of(error)}: {type(error).__name__}"
            yield wrong("doctor", f"could not look at the rest ({place})", "Please tell us.")


def _configured(command: DoctorApp) -> tuple[OmniDomainApp | None, list[Finding]]:
    """Return the extension as it is configured, and the traits that cannot be used."""
    from ..app import OmniDomainApp
    from ..batch_traits import BatchTraits

    advice = "Mend it in the configuration file or the environment."
    try:
        app = OmniDomainApp(config=command.config)
    except (TraitError, ValueError) as error:
        secret = next((each for each in _SECRET if each in str(error)), None)
        said = f"{secret} cannot be used" if secret else str(error)
        return None, [wrong("configuration", said, advice)]
    if command.pipelines_path:
        app.pipelines_path = command.pipelines_path
    faults = []
    for name in (
        *OmniDomainApp.class_own_traits(config=True),
        *BatchTraits.class_own_traits(config=True),
    ):
        try:
            # What is set is checked; what comes from the environment is not, otherwise.
            setattr(app, name, getattr(app, name))
        except (TraitError, ValueError) as error:
            variable = f"OMNIDOMAIN_{name.upper()}"
            given = os.environ.get(variable)
            said = f"{name}: {error}"
            if name in _SECRET:
                said = f"{name} cannot be used"
            elif given and str(command.config.OmniDomainApp.get(name, "")) == "":
                said = f"{variable} is {given!r}, which cannot be used"
            faults.append(wrong("configuration", said, advice))
    return app, faults


def _looks(app: OmniDomainApp, command: Command) -> Iterator[Finding]:
    yield from _database(app.database_url)
    yield from _pipelines(app, command)
    if app.compute_backend == "aws_batch":
        yield from _aws(app)
    elif app.compute_backend == "local":
        yield good("compute backend", f"local, {app.local_slots} runs at a time")
        yield _output_directory(app)
        yield skipped("AWS Batch", "runs on this machine need nothing of it")
    else:
        yield _own_backend(app.compute_backend)
    yield from _extensions(dict(app.config.ServerApp.get("jpserver_extensions", {})))


def _database(url: str) -> Iterator[Finding]:
    from ..store.database import Database
    from ..store.migrate import known_revisions
    from ..store.migrations import HEAD

    secrets: list[str] = []
    try:
        database = Database(url)
        file = Path(database.url.database or "")
        is_file = database.url.get_backend_name() == "sqlite"
        shown = str(file) if is_file else database.url.set(query={}).render_as_string()
        secrets = [str(each) for each in (database.url.password, *database.url.query.values())]
        if is_file and not file.exists():
            obstacle = _obstacle(file.parent)
            if obstacle:
                advice = "Set database_url to a file in a folder of yours."
                yield wrong("database", f"{file} cannot be made: {obstacle}", advice)
                yield skipped("tables", "the database first")
            else:
                yield good("database", f"{shown}, which is made on first use")
            return
        revision = database.revision()
    except (ValueError, StoreUnavailableError) as error:
        said = str(error)
        if isinstance(error, ValueError) and "database_url" not in said:
            # Of int(): it quotes what stands where a port should, and that may be a password.
            said = "database_url is not the URL of a database."
        for secret in secrets:
            said = said.replace(secret, "…") if secret else said
        yield wrong("database", said, "Check database_url, and whether the database is up.")
        yield skipped("tables", "the database first")
        return
    yield good("database", shown)
    if revision == HEAD:
        yield good("tables", f"up to date ({HEAD})")
    elif revision is None:
        yield note("tables", "none yet; they are made on first use")
    elif revision not in known_revisions():
        advice = "pip install --upgrade omnidomain-jupyter"
        yield wrong("tables", f"at {revision}: made by a newer version than this", advice)
    elif is_file:
        yield note("tables", f"at {revision}; brought to {HEAD} by the next server that starts")
    else:
        advice = "Back the database up, then: jupyter omnidomain db upgrade"
        yield wrong("tables", f"at {revision}, and this version works with {HEAD}", advice)


def _pipelines(app: OmniDomainApp, command: Command) -> Iterator[Finding]:
    command.pipelines_path = app.pipelines_path
    registry = command.registry()
    yield good("pipelines", ", ".join(pipeline.name for pipeline in registry.list()))
    for name, reason in registry.broken:
        yield wrong("pipelines", f"{name} is broken: {reason}", "Mend its files.")
    if app.compute_backend != "local":
        return
    for program in sorted({pipeline.program for pipeline in registry.list()}):
        if is_here(program):
            yield good("programs", program)
        else:
            users = [each.name for each in registry.list() if each.program == program]
            advice = f"Needed for {', '.join(users)}; put it on the server's PATH."
            yield note("programs", f"{program} is not installed", advice)


def _output_directory(app: OmniDomainApp) -> Finding:
    if "://" in app.base_outdir:
        return wrong(
            "output directory",
            f"base_outdir is {app.base_outdir}, and runs on this machine write to its disk",
            "Set base_outdir to a folder.",
        )
    root = app.config.ServerApp.get("root_dir") or Path.cwd()
    directory = Path(str(root)).expanduser() / Path(app.base_outdir).expanduser()
    obstacle = _obstacle(directory)
    if obstacle:
        return wrong("output directory", obstacle, "Set base_outdir to a folder of yours.")
    free = shutil.disk_usage(_existing(directory)).free
    found = f"{directory}, {free / 2**30:,.0f} GiB free"
    if free < LITTLE_SPACE:
        return note("output directory", found, "That is little: runs fail when the disk is full.")
    return good("output directory", found)


def _aws(app: OmniDomainApp) -> Iterator[Finding]:
    from ..compute.aws_checks import aws_findings

    try:
        settings = app.batch_settings()
    except ValueError as error:
        yield wrong("AWS Batch", str(error), "Mend the traits batch_… in the configuration.")
        return
    yield good("compute backend", "aws_batch")
    yield from aws_findings(settings, app.base_outdir)


def _own_backend(path: str) -> Finding:
    from ..compute import make_backend
    from ..errors import OmniDomainError

    try:
        make_backend(path, data_directory=Path(), local_slots=1, aws_batch=None)
    except (OmniDomainError, ValueError) as error:
        return wrong("compute backend", str(error), "Check compute_backend.")
    except Exception as error:  # noqa: BLE001 - it is somebody's program
        said = f"{path} cannot be made: {type(error).__name__} at {_place_of(error)}"
        return wrong("compute backend", said, "Mend it, or set compute_backend to another.")
    return good("compute backend", path)


def _extensions(configured: dict[str, bool]) -> Iterable[Finding]:
    from jupyter_core.paths import jupyter_config_path, jupyter_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = manager.get_jpserver_extensions() | configured  # type: ignore[no-untyped-call]
    if enabled.get("omnidomain_jupyter"):
        yield good("Jupyter server", "the extension is enabled")
    else:
        advice = "jupyter server extension enable omnidomain_jupyter"
        yield wrong("Jupyter server", "the extension is not enabled", advice)
    places = [Path(path) / "omnidomain-jupyter" for path in jupyter_path("labextensions")]
    if place := next((each for each in places if (each / "package.json").is_file()), None):
        yield good("JupyterLab", f"extension in {place}")
    else:
        advice = "pip install --force-reinstall omnidomain-jupyter"
        yield note("JupyterLab", "the extension is not installed where Jupyter looks", advice)


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.absolute().parents) if os.path.lexists(each))


def _obstacle(directory: Path) -> str:
    """Return what keeps one from writing in a directory, which may not be there yet."""
    there = _existing(directory)
    if not there.is_dir():
        return f"{there} is not a folder"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} cannot be written to"


def _place_of(error: Exception) -> str:
    """Return file and line of what went wrong, without what stands there."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}, line {last.lineno}"


def _print(finding: Finding) -> None:
    found = " ".join(finding.found.split())
    sys.stdout.write(f"{_MARKS[finding.state]} {finding.what:<{_WIDTH}} {found}\n")
    if finding.advice:
        sys.stdout.write(f"     {'':<{_WIDTH}} → {finding.advice}\n")
    sys.stdout.flush()
