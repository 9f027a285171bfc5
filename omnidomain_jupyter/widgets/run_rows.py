"""What the browser is told of a run."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._run import duration
from ..status import TERMINAL, RunStatus
from .sheet_grid import cut

if TYPE_CHECKING:
    from ..schemas import Run


def run_row(run: Run) -> dict[str, Any]:
    """Return what the table needs of a run.

    A run that goes on is counted on by the browser, from `since`: its row is not sent every
    second.
    """
    ended = run.status in TERMINAL
    seconds = duration(run) if ended else None
    return {
        "run_id": str(run.run_id),
        "sample": cut(run.sample_id),
        "pipeline": cut(run.pipeline),
        "status": run.status.value,
        "reason": cut(reason(run)),
        "created_at": stamp(run.created_at),
        "since": None if ended else stamp(_since(run)),
        "seconds": None if seconds is None else round(seconds, 1),
        "submission_id": str(run.submission_id) if run.submission_id else None,
        "ended": ended,
    }


def reason(run: Run) -> str:
    """Return why a run is where it is, with the exit code of one that failed."""
    told = run.status_reason or ""
    if run.status != RunStatus.FAILED or run.exit_code is None:
        return told
    if str(run.exit_code) in told:
        return told
    return ", ".join(filter(None, (f"exit {run.exit_code}", told)))


def stamp(at: datetime | None) -> str | None:
    """Return a time as the browser reads it."""
    return at.isoformat(timespec="milliseconds") if at else None


def _since(run: Run) -> datetime:
    """Return when the run came into the state that it is in."""
    if run.status == RunStatus.RUNNING and run.started_at:
        return run.started_at
    if run.status == RunStatus.SUBMITTED and run.submitted_at:
        return run.submitted_at
    return run.created_at if run.status == RunStatus.CREATED else run.updated_at
