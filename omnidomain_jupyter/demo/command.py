"""`python -m omnidomain_jupyter.demo [SHEET]`: from a sample sheet to a table of results.

Without a sheet it makes a small set of reads in ``omnidomain-demo/`` of the current directory.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import requests

from .._version import __version__
from ..schemas import ProblemIssue, Run, Submission
from ..status import RunStatus
from .api import Api, RefusedError
from .errors import DemoError
from .follow import cancel_rest, follow
from .reads import write_demo
from .server import Server, running_server
from .table import run_block, short_path, table

DEMO_DIRECTORY = "omnidomain-demo"
RESULTS_DIRECTORY = "omnidomain-results"
EMAIL = "demo@example.org"
LOG_LINES = 30
EXIT_CODES = """\
exit codes:
  0    every run has completed
  1    a run has not completed (the end of its log is shown), or the server has failed
  2    the sample sheet cannot be used, or the command line is wrong; nothing was run
  130  stopped with Ctrl-C; nothing is left running
"""
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m omnidomain_jupyter.demo",
        description="Submit a sample sheet of reads to a Jupyter server on this machine, wait "
        "for its runs and print a table of their numbers. The server ends with it.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sheet",
        nargs="?",
        help="a sample sheet with the columns sample_id, reads_1 and, for pairs, reads_2; "
        "relative paths in it start at its folder. Default: a small set of made-up reads",
    )
    given = parser.parse_args(arguments).sheet
    for stop in _STOPS:
        signal.signal(stop, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return _run(_sheet(given) if given else _made_sheet())
    except DemoError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _say("Stopped.")
        return 130


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    # Once is enough: what follows puts everything in order, in a bounded time.
    for stop in _STOPS:
        signal.signal(stop, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(_harmless(text), file=sys.stderr, flush=True)  # noqa: T201


def _harmless(text: str) -> str:
    # Logs and cells are other people's text: no escape sequence of theirs reaches a terminal.
    return "".join(each if each.isprintable() or each in "\n\t" else "?" for each in text)


def _made_sheet() -> Path:
    directory = Path.cwd() / DEMO_DIRECTORY
    try:
        sheet = write_demo(directory)
    except OSError as error:
        raise DemoError(f"{directory} cannot be written: {error.strerror}", 2) from error
    _say(
        f"Made three samples of reads in {short_path(directory)}/: good, short (pieces shorter "
        "than the reads) and poor (quality)"
    )
    return sheet


def _sheet(given: str) -> Path:
    """Return the absolute path of a sheet that can be read and is not empty."""
    try:
        sheet = Path(given).expanduser()
        if sheet.is_dir():
            raise DemoError(f"{given} is a folder; give the path of a sample sheet.", 2)
        # Asked before it is opened: a pipe would wait for somebody to write into it.
        if sheet.exists() and not sheet.is_file():
            raise DemoError(f"{given} is not an ordinary file; save the sample sheet as one.", 2)
        with sheet.open("rb") as file:
            if not file.read(1):
                raise DemoError(f"{given} is empty; a sample sheet has a header and rows.", 2)
    except FileNotFoundError:
        raise DemoError(f"{given} does not exist.", 2) from None
    except (OSError, ValueError, RuntimeError) as error:  # the last: of a ~ without a home
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise DemoError(f"{given} cannot be read: {reason}.", 2) from error
    # Without "..", which no output folder may contain; a link to a sheet stays a link.
    return sheet.parent.resolve() / sheet.name


def _results_directory(sheet: Path) -> Path:
    """Return where results go: beside the sheet; here, where its folder is read-only."""
    beside = sheet.parent / RESULTS_DIRECTORY
    place = beside if beside.is_dir() else sheet.parent
    return beside if os.access(place, os.W_OK) else Path.cwd() / RESULTS_DIRECTORY


def _run(sheet: Path) -> int:
    results = _results_directory(sheet)
    with running_server(sheet.parent) as server:
        _say(f"OmniDomain {__version__} in a Jupyter server at {server.url}")
        with contextlib.closing(Api(server.url, server.token)) as api:
            try:
                return _submit_and_show(api, sheet, results)
            except requests.RequestException as error:
                raise DemoError(_lost(server, error)) from error


def _lost(server: Server, error: Exception) -> str:
    what = "has ended" if server.has_ended() else "does not answer"
    return f"The Jupyter server {what}: {error}\n{server.log_tail()}"


def _submit_and_show(api: Api, sheet: Path, results: Path) -> int:
    api.sign_in(EMAIL)
    report = api.validate(sheet.name)
    for warning in report.warnings:
        _say(f"Note: {_described(sheet, warning)}")
    if not report.valid:
        _reject(sheet, report.errors, report.error_count)
    try:
        submission = api.submit(sheet.name, str(results))
    except RefusedError as error:
        if error.problem.errors:
            _reject(sheet, error.problem.errors, error.problem.error_count)
        raise
    runs = "1 run" if submission.total == 1 else f"{submission.total:,} runs"
    _say(f"Submitted {runs} of {submission.pipeline} from {short_path(sheet)}")
    try:
        submission = follow(api, submission)
    except BaseException:
        _cancel(api, submission)  # nothing is left running, also when we are stopped
        raise
    return _show(api, submission)


def _cancel(api: Api, submission: Submission) -> None:
    _say("\nCancelling the runs that have not ended ...")
    try:
        left = cancel_rest(api, submission)
    except (requests.RequestException, DemoError) as error:
        _say(f"They could not be cancelled: {error}")
        return
    for run in left:
        _say(f"Still running: {run.sample_id}, job {run.job_id}")


def _reject(sheet: Path, issues: Sequence[ProblemIssue], count: int | None) -> NoReturn:
    lines = [_described(sheet, issue) for issue in issues]
    more = (count or 0) - len(issues)
    if more > 0:
        lines.append(f"... and {more:,} more")
    raise DemoError("The sheet was not submitted:\n" + "\n".join(lines), 2)


def _described(sheet: Path, issue: ProblemIssue) -> str:
    line = None if issue.line is None else f"line {issue.line}"
    where = ", ".join(part for part in (sheet.name, line, issue.column) if part)
    hint = f" Perhaps: {issue.suggestion}" if issue.suggestion else ""
    return f"  {where}: {issue.message}{hint}"


def _show(api: Api, submission: Submission) -> int:
    runs = list(api.runs(submission.submission_id))
    blocks = [run_block(run, api.metrics(run).reads, _report(api, run)) for run in runs]
    print(_harmless(table(blocks)), flush=True)  # noqa: T201
    failed = [run for run in runs if run.status != RunStatus.COMPLETED]
    for run in failed:
        _say(f"\n{run.sample_id} ({run.run_id}): {run.status}: {run.status_reason or 'no reason'}")
        _say(_log_tail(api, run))
    for row in submission.rejected:
        _say(f"\nLine {row.line}, {row.sample_id}: was not accepted: {row.reason}")
    complete = len(runs) == submission.total and not failed and not submission.rejected
    return 0 if complete else 1


def _log_tail(api: Api, run: Run) -> str:
    try:
        lines = api.log(run)[-LOG_LINES:]
    except RefusedError as error:
        lines = [str(error)]
    return "\n".join(f"  | {line}" for line in lines) or "  | (the log is empty)"


def _report(api: Api, run: Run) -> Path | None:
    found = api.results(run)
    pages = [file.path for file in found.results if file.path.endswith(".html")]
    return Path(found.outdir, pages[0]) if pages else None
