"""The newest submissions, by the names of their sheets, among which one can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import NotFoundError
from .run_rows import stamp
from .sheet_grid import cut
from .worker import Worker

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import Run

CHOICES = 20
RUNS = 500  # the newest, whose submissions are offered


class NewestSheets:
    """Finds the submissions that runs belong to; each is asked for once.

    Parameters
    ----------
    worker : on whose thread
    show : is given them, newest first
    """

    def __init__(self, worker: Worker, show: Callable[[list[dict[str, Any]]], None]) -> None:
        self._worker = worker
        self._show = show
        self._known: dict[str, dict[str, Any]] = {}

    def begin(self, client: Client) -> None:
        """Look through the newest runs."""
        self._worker.do("sheets", lambda: self._find(client, _ids(client.iter_runs(limit=RUNS))))

    def note(self, client: Client, runs: Iterable[Run]) -> None:
        """Add the submissions of runs that were seen."""
        new = [each for each in _ids(runs) if each not in self._known]
        if new:
            self._worker.do("new sheets", partial(self._find, client, new))

    def _find(self, client: Client, wanted: list[str]) -> None:
        for submission_id in wanted[:CHOICES]:
            if submission_id in self._known:
                continue
            try:
                found = client.submission(submission_id).model
            except NotFoundError:
                continue
            self._known[submission_id] = {
                "id": submission_id,
                "name": cut(found.filename or found.pipeline),
                "created_at": stamp(found.created_at),
                "total": found.total,
            }
        newest = sorted(self._known.values(), key=lambda each: each["created_at"], reverse=True)
        self._show(newest[:CHOICES])


def _ids(runs: Iterable[Run]) -> list[str]:
    return list(dict.fromkeys(str(run.submission_id) for run in runs if run.submission_id))
