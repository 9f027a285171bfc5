"""The table of runs, changed in place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .._run import duration
from ..status import RunStatus
from .notice import STATIC
from .sheet_grid import cut

if TYPE_CHECKING:
    from ..schemas import Run

ROWS = 50


class RunTable(anywidget.AnyWidget):
    """The newest runs; at most `ROWS` of them are in its state."""

    _esm = STATIC / "run-table.js"
    _css = STATIC / "run-table.css"

    runs = traitlets.List(traitlets.Dict()).tag(sync=True)
    loaded = traitlets.Bool(default_value=False).tag(sync=True)
    more = traitlets.Bool(default_value=False).tag(sync=True)

    def show(self, runs: list[dict[str, Any]], *, more: bool) -> None:
        """Draw these rows; what has not changed is neither sent nor touched."""
        with self.hold_sync():
            self.runs, self.more, self.loaded = runs, more, True


def run_row(run: Run, report: str | None, *, below_root: bool) -> dict[str, Any]:
    """Return what the table needs of a run.

    Parameters
    ----------
    report : the report's path, once there is one
    below_root : whether that path starts at the server's root, so that a browser can open it
    """
    seconds = duration(run)
    running = run.status == RunStatus.RUNNING
    return {
        "run_id": str(run.run_id),
        "sample": cut(run.sample_id),
        "pipeline": cut(run.pipeline),
        "status": run.status.value,
        "reason": cut(_reason(run)),
        "created_at": _stamp(run.created_at),
        # A run that goes on is counted on by the browser: its row is not sent every second.
        "started_at": _stamp(run.started_at) if running else None,
        "seconds": None if running or seconds is None else round(seconds, 1),
        "report": report,
        "below_root": below_root,
    }


def _reason(run: Run) -> str:
    if run.status == RunStatus.FAILED:
        exit_code = "" if run.exit_code is None else f"exit {run.exit_code}"
        told = run.status_reason or ""
        return (
            told if exit_code and exit_code in told else ", ".join(filter(None, (exit_code, told)))
        )
    return run.status_reason or ""


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds") if at else None
