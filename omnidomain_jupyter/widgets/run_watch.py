"""Follows a page of runs on a thread, for as long as a panel is open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .._upload_texts import is_uploading
from ..errors import NotFoundError, OmniDomainError
from ..status import TERMINAL, RunStatus
from .presence import Presence
from .run_table import ROWS

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import Run, Submission

POLL_ACTIVE = 10.0  # seconds between two looks while hints come and runs go on
POLL_IDLE = 45.0  # and while all have ended
POLL_ALONE = 3.0  # and while no hints come
POLL_UPLOADS = 2.0  # and while files go to S3, of which no hint tells
POLL_UNSEEN = 15.0  # seconds between two questions whether a page is there again
GAP = 0.25  # seconds at least between two looks
BARS = 3  # submissions whose progress is shown


@dataclass(frozen=True)
class Wanted:
    """Which runs are looked at: the filters, and the cursors of the pages up to this one."""

    filters: dict[str, Any] = field(default_factory=dict)
    cursors: tuple[str | None, ...] = (None,)


@dataclass(frozen=True)
class Seen:
    """What was found at a look."""

    runs: list[Run]
    submissions: list[Submission]
    page: int
    more: bool
    going: int
    """How many runs go on, at most a page of them, whatever the filters say."""


class RunWatch:
    """Looks at once, at every hint, and slowly behind that.

    Parameters
    ----------
    client : signed in
    show : is given what was found
    tell : is given a sentence when the server cannot be asked, and "" when it can again
    presence : tells whether anybody looks; for nobody the server is asked for no runs
    """

    def __init__(
        self,
        client: Client,
        show: Callable[[Seen], None],
        tell: Callable[[str], None],
        presence: Presence,
    ) -> None:
        self._client = client
        self._show = show
        self._tell = tell
        self._presence = presence
        self._news = threading.Event()
        self._stop = threading.Event()
        self._wanted = Wanted()
        self._next: str | None = None
        self._active = False
        self._uploading = False
        self._thread = threading.Thread(target=self._run, name="omnidomain-runs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._client.hints.add(self._hint)
        self._thread.start()

    def look(self) -> None:
        """Look again soon: something has been done."""
        self._news.set()

    def want(self, filters: dict[str, Any]) -> None:
        """Look at other runs, from the newest on."""
        self._wanted = Wanted({name: value for name, value in filters.items() if value})
        self._news.set()

    def turn(self, step: int) -> None:
        """Turn to the older runs (1), to newer ones (-1) or to the newest (0)."""
        cursors = self._wanted.cursors
        if step > 0 and self._next is not None:
            cursors = (*cursors, self._next)
        elif step <= 0:
            cursors = cursors[: max(1, len(cursors) + step) if step else 1]
        self._wanted = replace(self._wanted, cursors=cursors)
        self._news.set()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        self._news.set()
        self._client.hints.remove(self._hint)

    def _hint(self, _run_id: str | None) -> None:
        self._news.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.clear()
            try:
                if self._presence.check(self._client):
                    self._look()
            except OmniDomainError as error:
                self._say(f"{error} The panel goes on by itself when it is back.")
            except Exception as error:  # noqa: BLE001 - the thread must outlive an answer
                self._say(f"The runs could not be read ({type(error).__name__}). Trying again.")
            time.sleep(GAP)
            self._news.wait(self._pause())

    def _pause(self) -> float:
        if not self._presence.looked_at:
            return POLL_UNSEEN
        if not self._client.hints.connected:
            return POLL_ALONE
        if self._uploading:
            return POLL_UPLOADS
        return POLL_ACTIVE if self._active else POLL_IDLE

    def _look(self) -> None:
        wanted = self._wanted
        page = self._client.runs_page(limit=ROWS, cursor=wanted.cursors[-1], **wanted.filters)
        submissions = self._submissions(page.runs, wanted.filters.get("submission_id"))
        self._active = any(run.status not in TERMINAL for run in page.runs) or any(
            not _ended(each) for each in submissions
        )
        self._uploading = any(is_uploading(each) for each in submissions)
        if self._stop.is_set():
            return
        if wanted is not self._wanted:
            self._news.set()  # something else is wanted by now
            return
        self._next = page.next_cursor
        more = page.next_cursor is not None
        going = self._going(page.runs, whole=not (more or wanted.filters or wanted.cursors[-1]))
        self._show(Seen(page.runs, submissions, len(wanted.cursors), more, going))
        self._say("")

    def _going(self, runs: list[Run], *, whole: bool) -> int:
        if not whole:
            active = [status.value for status in RunStatus if status not in TERMINAL]
            runs = list(self._client.iter_runs(status=active, limit=ROWS))
        return sum(run.status not in TERMINAL for run in runs)

    def _submissions(self, runs: list[Run], chosen: str | None) -> list[Submission]:
        """Return the submission that is chosen, and those that still go on."""
        going = [
            str(run.submission_id)
            for run in runs
            if run.submission_id and run.status not in TERMINAL
        ]
        wanted = list(dict.fromkeys([*([chosen] if chosen else []), *going]))[:BARS]
        found = []
        for submission_id in wanted:
            try:
                found.append(self._client.submission(submission_id).model)
            except NotFoundError:
                continue
        return found

    def _say(self, text: str) -> None:
        if not self._stop.is_set():
            self._tell(text)


def _ended(submission: Submission) -> bool:
    done = sum(count for status, count in submission.counts.items() if status in TERMINAL)
    return done + len(submission.rejected) >= submission.total
