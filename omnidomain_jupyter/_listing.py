"""Runs as a DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ._run import duration

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import Run as RunModel

_FRONT = ["sample_id", "status", "pipeline", "duration_s", "status_reason", "created_at"]


def runs_frame(runs: Iterable[RunModel]) -> pd.DataFrame:
    """Return a row for each run; times are UTC, and durations are in seconds."""
    import pandas as pd

    from .schemas import Run as RunModel

    fields = list(RunModel.model_fields)
    frame = pd.DataFrame([_row(run) for run in runs], columns=[*fields, "duration_s"])
    for name in fields:
        if name.endswith("_at"):
            frame[name] = pd.to_datetime(frame[name], utc=True)
    for name in ("row_number", "exit_code"):
        frame[name] = frame[name].astype("Int64")
    frame["duration_s"] = frame["duration_s"].astype(float)
    return frame[_first(list(frame.columns))]


def _row(run: RunModel) -> dict[str, Any]:
    row = run.model_dump()
    for name in ("run_id", "submission_id", "parent_run_id"):
        row[name] = str(row[name]) if row[name] else None
    return row | {"status": run.status.value, "duration_s": duration(run)}


def _first(columns: Sequence[str]) -> list[str]:
    """Return the columns with those that people look at first in front."""
    return [*_FRONT, *(name for name in columns if name not in _FRONT)]
