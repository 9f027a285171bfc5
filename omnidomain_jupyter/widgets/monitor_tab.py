"""The page on which runs are watched."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as core

from .._upload_texts import progress_text
from ..errors import OmniDomainError
from ..status import RESUMABLE, TERMINAL, RunStatus
from .newest_sheets import NewestSheets
from .presence import Presence
from .run_details import RunDetails
from .run_follow import RunFollow
from .run_rows import run_row, stamp
from .run_table import ROWS, RunTable
from .run_watch import RunWatch, Seen
from .worker import Worker

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import Run, Submission


class MonitorTab(core.VBox):  # type: ignore[misc]
    """Filters, submissions, the table, and the details of one run.

    Parameters
    ----------
    tell : is given a sentence when the server is away, and "" when it is back
    count : is given a few words about how many go on
    open_results : is given the run whose results are wanted
    seen : is given the runs that were looked at
    presence : tells whether anybody looks
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        count: Callable[[str], None],
        open_results: Callable[[str], None],
        seen: Callable[[list[Run]], None],
        presence: Presence,
    ) -> None:
        self._tell = tell
        self._count = count
        self._open_results = open_results
        self._seen = seen
        self._presence = presence
        self._client: Client | None = None
        self._watch: RunWatch | None = None
        self.table = RunTable(self._act)
        self.details = RunDetails(self._act)
        self._worker = Worker("monitor", self._failed)
        self._sheets = NewestSheets(self._worker, partial(setattr, self.table, "sheets"))
        self._follow = RunFollow(self.details, self._failed, presence)
        super().__init__([self.table, self.details])
        for name in ("omnidomain-page", "omnidomain-page-monitor"):
            self.add_class(name)
        self.table.observe(self._on_filters, "filters")
        self.table.observe(self._on_selected, "selected")

    def begin(self, client: Client) -> None:
        """Begin, for whoever is signed in."""
        if self._watch is not None:
            return
        self._client = client
        self._watch = RunWatch(client, self._show, self._tell, self._presence)
        self._watch.want(self.table.filters)
        client.hints.add(self._hint)
        self._watch.start()
        self._worker.do("pipelines", partial(self._list_pipelines, client))
        self._sheets.begin(client)

    def show_submission(self, submission_id: str) -> None:
        """Show the runs of one submission."""
        self._filter({"submission_id": submission_id})

    def look(self) -> None:
        """Look again: somebody has come back."""
        if self._client is not None and self._watch is not None:
            self._watch.look()
            self._follow.hint(self._client, None)

    def close(self) -> None:
        """End the threads and the widgets."""
        self._follow.end()
        if self._watch is not None:
            self._watch.stop()
        if self._client is not None:
            self._client.hints.remove(self._hint)
        self._worker.end()
        self.table.close()
        self.details.close()
        super().close()

    def _hint(self, run_id: str | None) -> None:
        if self._client is not None:
            self._follow.hint(self._client, run_id)

    def _list_pipelines(self, client: Client) -> None:
        self.table.pipelines = list(client.pipelines()["name"])

    def _show(self, seen: Seen) -> None:
        self.table.show([run_row(run) for run in seen.runs], page=seen.page, more=seen.more)
        self.table.submissions = [_submission(each) for each in seen.submissions]
        self._seen(seen.runs)
        if self._client is not None:
            self._sheets.note(self._client, seen.runs)
        more = "+" if seen.going >= ROWS else ""
        self._count(f"{seen.going}{more} going on" if seen.going else "")

    def _filter(self, filters: dict[str, str]) -> None:
        if filters == self.table.filters and self._watch is not None:
            self._watch.want(filters)
        self.table.filters = filters  # a change is noticed

    def _on_filters(self, _change: object) -> None:
        if self._watch is not None:
            self._watch.want(self.table.filters)

    def _on_selected(self, _change: object) -> None:
        if self._client is not None:
            self._follow.follow(self._client, self.table.selected or None)

    def _act(self, kind: str, about: str) -> None:
        """Do what somebody asks for; returns at once."""
        if self._client is None or self._watch is None:
            return
        turns = {"older": 1, "newer": -1, "newest": 0}
        if kind in turns:
            self._watch.turn(turns[kind])
        elif kind == "close":
            self.table.selected = ""
        elif kind == "submission":
            self.show_submission(about)
        elif kind == "results":
            self._open_results(about)
        elif kind in _ACTIONS:
            self.table.told = f"{_ACTIONS[kind][0]} …"
            self._worker.do(f"{kind} {about}", partial(self._ask, kind, about, self._client))

    def _ask(self, kind: str, about: str, client: Client) -> None:
        """Ask the server for it, and say how that went."""
        try:
            told, shown = _ACTIONS[kind][1](client, about)
        except OmniDomainError as error:
            told, shown = str(error), None
        self.table.told = told
        if shown is not None:
            self._filter({"submission_id": shown} if shown else {})
        if self._watch is not None:
            self._watch.look()
        self._follow.hint(client, None)

    def _failed(self, error: Exception) -> None:
        self.table.told = f"That did not work ({type(error).__name__}: {error})."


def _cancel(client: Client, run_id: str) -> tuple[str, str | None]:
    run = client.run(run_id).cancel()
    return f"{run.sample_id} is being cancelled.", None


def _resume(client: Client, run_id: str) -> tuple[str, str | None]:
    run = client.run(run_id).resume()
    return f"{run.sample_id} runs again, as a new run.", ""  # which is the newest of all runs


def _cancel_all(client: Client, submission_id: str) -> tuple[str, str | None]:
    submission = client.submission(submission_id)
    submission.cancel()
    return f"What goes on of the {submission.total:,} runs is being cancelled.", None


def _resubmit(client: Client, submission_id: str) -> tuple[str, str | None]:
    made = client.submission(submission_id).resubmit()
    what = "1 run is" if made.total == 1 else f"{made.total:,} runs are"
    return f"{what} submitted again.", made.submission_id


_Action = Callable[["Client", str], tuple[str, str | None]]
_ACTIONS: dict[str, tuple[str, _Action]] = {
    "cancel": ("Cancelling", _cancel),
    "resume": ("Resuming", _resume),
    "cancel-submission": ("Cancelling", _cancel_all),
    "resubmit": ("Submitting again", _resubmit),
}


def _submission(submission: Submission) -> dict[str, Any]:
    counts = {status.value: count for status, count in submission.counts.items() if count}
    done = sum(counts.get(status.value, 0) for status in TERMINAL)
    badly = sum(counts.get(status.value, 0) for status in RESUMABLE)
    return {
        "id": str(submission.submission_id),
        "name": submission.filename or "a sheet",
        "pipeline": submission.pipeline,
        "created_at": stamp(submission.created_at),
        "total": submission.total,
        "done": done + len(submission.rejected),
        "failed": counts.get(RunStatus.FAILED.value, 0) + len(submission.rejected),
        "again": badly + len(submission.rejected),
        "counts": counts,
        "uploads": progress_text(submission),
        "rejected": [
            {"line": row.line, "sample": row.sample_id, "reason": row.reason}
            for row in submission.rejected[:20]
        ],
    }
