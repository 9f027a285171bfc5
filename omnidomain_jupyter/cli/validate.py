"""``jupyter omnidomain validate``: a sheet checked without a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Enum, Unicode

from ..errors import InvalidInputError
from .command import BAD, GOOD, Command

if TYPE_CHECKING:
    from ..schemas import ProblemIssue, ValidationReport


class ValidateApp(Command):
    """Checks a sheet."""

    name = "jupyter-omnidomain-validate"
    description = (
        "Check a sample sheet, as the server does before it is submitted. Needs no server.\n\n"
        "    jupyter omnidomain validate SHEET --pipeline NAME\n\n"
        "Prints a line for every error: file:line: column: message. The exit code is 0 when the "
        "sheet can be submitted, 1 when it has errors, and 2 when there is no such file or "
        "pipeline."
    )
    examples = """
jupyter omnidomain validate samples.tsv --pipeline ReadQC
jupyter omnidomain validate samples.tsv --pipeline ReadQC --no-check-files
jupyter omnidomain validate samples.tsv --pipeline ReadQC --format json
"""
    aliases: dict[Any, Any] = {  # noqa: RUF012 - as traitlets has it
        **Command.aliases,
        ("p", "pipeline"): "ValidateApp.pipeline",
        "format": "ValidateApp.format",
    }
    flags: dict[str, Any] = {  # noqa: RUF012 - as traitlets has it
        "no-check-files": (
            {"ValidateApp": {"check_files": False}},
            "Do not look whether the files that the sheet names are there.",
        ),
    }

    pipeline = Unicode(help="The pipeline that the sheet is for.").tag(config=True)
    check_files = Bool(
        default_value=True,
        help="Whether the files that the sheet names must be there.",
    ).tag(config=True)
    format = Enum(
        ["text", "json"],
        "text",
        help="'text', a line for every error, or 'json', what the server answers.",
    ).tag(config=True)

    def run(self) -> int:
        """Print what is wrong in the sheet."""
        if len(self.extra_args) != 1 or not self.pipeline:
            self.refuse("Give a sheet and its pipeline: validate samples.tsv --pipeline ReadQC")
        name = self.extra_args[0]
        report = self._report(name)
        if self.format == "json":
            sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        else:
            sys.stdout.write("".join(f"{line}\n" for line in _lines(name, report)))
        return GOOD if report.valid else BAD

    def _report(self, name: str) -> ValidationReport:
        from ..samplesheet.source import SheetFile
        from ..services.jobs import JobPlanner
        from ..services.sheets import SheetService

        file = Path(name).expanduser()
        try:
            sheet = SheetFile(file.read_bytes(), name, file.absolute().parent)
        except (OSError, ValueError) as error:
            self.refuse(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.")
        registry = self.registry()
        sheets = SheetService(registry, JobPlanner(registry, self._root()))
        try:
            return sheets.report(self.pipeline, sheet, check_files=self.check_files)
        except InvalidInputError as error:
            self.refuse(error.message)

    def _root(self) -> Path:
        """Return where relative paths may start, beside the sheet's folder."""
        configured = self.config.ServerApp.get("root_dir")
        return Path(configured).expanduser() if configured else Path.cwd()


def _lines(name: str, report: ValidationReport) -> list[str]:
    lines = [_line(name, issue) for issue in report.errors]
    if report.error_count > len(report.errors):
        lines.append(f"{name}: … and {report.error_count - len(report.errors):,} more errors")
    lines += [_line(name, issue, "warning: ") for issue in report.warnings]
    rows = _counted(report.rows, "row")
    errors = "ready to submit" if report.valid else _counted(report.error_count, "error")
    warnings = f", {_counted(len(report.warnings), 'warning')}" if report.warnings else ""
    return [*lines, f"{name}: {rows}, {errors}{warnings}"]


def _line(name: str, issue: ProblemIssue, kind: str = "") -> str:
    place = name if issue.line is None else f"{name}:{issue.line}"
    column = f" {issue.column}:" if issue.column else ""
    # One line each: a quoted cell may hold line breaks.
    said = issue.message.removeprefix(f"{issue.column}, ")
    # A message that names what may be meant asks already.
    asks = "?" in said and issue.suggestion is not None and issue.suggestion in said
    message = " ".join(f"{said}{'' if asks else _meant(issue.suggestion)}".split())
    return f"{place}:{column} {kind}{message}"


def _meant(suggestion: str | None) -> str:
    return f" (did you mean “{suggestion}”?)" if suggestion else ""


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what if count == 1 else what + 's'}"
