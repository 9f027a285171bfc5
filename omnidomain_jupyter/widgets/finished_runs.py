"""The finished runs that are offered, whoever has seen them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..status import RunStatus

if TYPE_CHECKING:
    from ..schemas import Run

WITH_FILES = (RunStatus.COMPLETED.value, RunStatus.FAILED.value)


class FinishedRuns:
    """Keeps the newest; several threads tell of them.

    Parameters
    ----------
    most : so many are kept
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}

    def add(self, runs: Iterable[Run]) -> list[Run]:
        """Add those that have left files; return which of them are new, and kept."""
        found = {str(run.run_id): run for run in runs if run.status.value in WITH_FILES}
        with self._lock:
            new = found.keys() - self._runs.keys()
            both = (self._runs | found).items()
            newest = sorted(both, key=lambda item: item[1].created_at, reverse=True)
            self._runs = dict(newest[: self._most])
            return [self._runs[run_id] for run_id in self._runs if run_id in new]

    def newest(self) -> list[Run]:
        """Return them, newest first."""
        with self._lock:
            return list(self._runs.values())
