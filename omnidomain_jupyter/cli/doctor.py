"""``jupyter omnidomain doctor``: looks whether everything is there, and says what to do if not."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Enum

from ..errors import StoreUnavailableError
from ..findings import Finding, good, note, skipped, wrong
from .command import BAD, GOOD, Command

if TYPE_CHECKING:
    from ..app import OmniDomainApp

_MARKS = {"good": "ok  ", "note": "note", "wrong": "BAD ", "skipped": "-   "}
_WIDTH = 16
LITTLE_SPACE = 5 * 2**30
"""Bytes below which the doctor says that the disk is nearly full."""


class DoctorApp(Command):
    """Looks at the whole installation."""

    name = "jupyter-omnidomain-doctor"
    description = (
        "Look whether everything that runs need is there: the database and its tables, the "
        "pipelines and their programs, where outputs go, and, for AWS Batch, credentials, region, "
        "queue, job definition, bucket and log group. Changes nothing.\n\n"
        "Each line says what was found; below what is wrong stands what to do. The exit code is 1 "
        "if anything is wrong."
    )
    examples = """
jupyter omnidomain doctor
OMNIDOMAIN_COMPUTE_BACKEND=aws_batch jupyter omnidomain doctor --format json
"""
    aliases: dict[Any, Any] = {**Command.aliases, "format": "DoctorApp.format"}  # noqa: RUF012

    format = Enum(["text", "json"], "text", help="How to print what was found.").tag(config=True)

    def run(self) -> int:
        """Look, print, and return the exit code."""
        from ..app import OmniDomainApp

        app = OmniDomainApp(config=self.config)
        if self.pipelines_path:
            app.pipelines_path = self.pipelines_path
        found = []
        for finding in _findings(app, self):
            found.append(finding)
            if self.format == "text":
                _print(finding)
        bad = sum(finding.state == "wrong" for finding in found)
        if self.format == "json":
            sys.stdout.write(json.dumps([asdict(finding) for finding in found], indent=1) + "\n")
        else:
            sys.stdout.write(f"{bad} to put right.\n" if bad else "All is well.\n")
        return BAD if bad else GOOD


def _findings(app: OmniDomainApp, command: Command) -> Iterator[Finding]:
    yield from _database(app.database_url)
    yield from _pipelines(app, command)
    if app.compute_backend == "aws_batch":
        yield from _aws(app)
    elif app.compute_backend == "local":
        yield good("compute backend", f"local, {app.local_slots} runs at a time")
        yield from _output_directory(app)
    else:
        yield _own_backend(app.compute_backend)
    yield from _front_end()


def _database(url: str) -> Iterator[Finding]:
    from ..store.database import Database
    from ..store.migrations import HEAD

    try:
        database = Database(url)
        file = database.url.database or ""
        if database.url.get_backend_name() == "sqlite" and not Path(file).exists():
            yield good("database", f"{file}, which is made on first use")
            return
        revision = database.revision()
    except (ValueError, StoreUnavailableError) as error:
        yield wrong("database", str(error), "Check database_url, and whether the database is up.")
        yield skipped("tables", "the database first")
        return
    shown = database.url.render_as_string(hide_password=True)
    yield good("database", shown)
    if revision == HEAD:
        yield good("tables", f"up to date ({HEAD})")
    elif revision is None:
        yield note("tables", "none yet; they are made on first use")
    else:
        advice = "Back the database up, then: jupyter omnidomain db upgrade"
        if database.url.get_backend_name() == "sqlite":
            yield note("tables", f"at {revision}; brought to {HEAD} by the next server that starts")
        else:
            yield wrong("tables", f"at {revision}, and this version works with {HEAD}", advice)


def _pipelines(app: OmniDomainApp, command: Command) -> Iterator[Finding]:
    command.pipelines_path = app.pipelines_path
    registry = command.registry()
    names = ", ".join(pipeline.name for pipeline in registry.list())
    yield good("pipelines", names)
    for name, reason in registry.broken:
        yield wrong("pipelines", f"{name} is broken: {reason}", "Mend its files.")
    if app.compute_backend != "local":
        return
    for program in sorted({pipeline.program for pipeline in registry.list()}):
        # Where jobs find it: beside this Python, too.
        beside = Path(sys.executable).with_name(program)
        if shutil.which(program) or beside.exists():
            yield good("programs", program)
        else:
            users = [each.name for each in registry.list() if each.program == program]
            advice = f"Needed for {', '.join(users)}; put it on the server's PATH."
            yield note("programs", f"{program} is not installed", advice)


def _output_directory(app: OmniDomainApp) -> Iterator[Finding]:
    if "://" in app.base_outdir:
        yield wrong(
            "output directory",
            f"base_outdir is {app.base_outdir}, and runs on this machine write to its disk",
            "Set base_outdir to a folder.",
        )
        return
    root = app.config.ServerApp.get("root_dir") or Path.cwd()
    directory = Path(str(root)).expanduser() / Path(app.base_outdir).expanduser()
    there = next(each for each in (directory, *directory.parents) if each.exists())
    if not os.access(there, os.W_OK):
        advice = "Set base_outdir to a folder in which you may write."
        yield wrong("output directory", f"{there} cannot be written to", advice)
        return
    free = shutil.disk_usage(there).free
    found = f"{directory}, {free / 2**30:,.0f} GiB free"
    if free < LITTLE_SPACE:
        yield note("output directory", found, "That is little: runs fail when the disk is full.")
    else:
        yield good("output directory", found)


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
    return good("compute backend", path)


def _front_end() -> Iterable[Finding]:
    from jupyter_core.paths import jupyter_path

    places = [Path(path) / "omnidomain-jupyter" for path in jupyter_path("labextensions")]
    place = next((place for place in places if (place / "package.json").is_file()), None)
    if place is not None:
        return [good("JupyterLab", f"extension in {place}")]
    advice = "pip install --force-reinstall omnidomain-jupyter"
    return [note("JupyterLab", "the extension is not installed where Jupyter looks", advice)]


def _print(finding: Finding) -> None:
    sys.stdout.write(f"{_MARKS[finding.state]} {finding.what:<{_WIDTH}} {finding.found}\n")
    if finding.advice:
        sys.stdout.write(f"     {'':<{_WIDTH}} → {finding.advice}\n")
    sys.stdout.flush()
