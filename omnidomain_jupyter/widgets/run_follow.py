"""Keeps the details of one run up to date: what it is, and the end of its log."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from .._logs import is_over
from ..errors import OmniDomainError
from ..status import RunStatus
from .presence import Presence
from .run_details import RunDetails
from .worker import Worker

if TYPE_CHECKING:
    from ..client import Client, Run
    from ..schemas import RunDetail

LINES = 200  # of the log, in the widget
PIECES = 20  # of what was printed since the last look, for one look
FOLLOW = 1.5  # seconds between two looks at the log of a run that goes on
QUIET = 15.0  # and while it waits


class RunFollow:
    """Follows one run after the other, on a thread of its own: a long log must delay no cancelling.

    Parameters
    ----------
    view : where they are drawn
    failed : is told of what was not expected
    presence : tells whether anybody looks
    """

    def __init__(
        self, view: RunDetails, failed: Callable[[Exception], None], presence: Presence
    ) -> None:
        self._view = view
        self._presence = presence
        self._worker = Worker("details", failed)
        self._run_id: str | None = None
        self._cursor: str | None = None
        self._lines: deque[str] = deque(maxlen=LINES)
        self._missing = False
        self._told: tuple[str, RunStatus, str | None] | None = None

    def follow(self, client: Client, run_id: str | None) -> None:
        """Follow this run from now on; None ends it."""
        self._run_id = run_id
        if run_id is None:
            self._view.clear()
            return
        self._worker.do("details", partial(self._begin, client, run_id))

    def hint(self, client: Client, run_id: str | None) -> None:
        """Look again if this is the one."""
        followed = self._run_id
        if followed is not None and run_id in {None, followed}:
            self._worker.do("look", partial(self._look, client, followed))

    def end(self) -> None:
        """End the thread."""
        self._worker.end()

    def _begin(self, client: Client, run_id: str) -> None:
        self._cursor, self._missing, self._told = None, False, None
        self._lines.clear()
        self._look(client, run_id)

    def _look(self, client: Client, run_id: str) -> None:
        if run_id != self._run_id or not self._presence.looked_at:
            return  # whoever comes back is shown it at once
        pause = FOLLOW
        try:
            run = client.run(run_id)
            detail, user = run.detail, client.user
            with self._view.at_once():
                if run_id != self._run_id:
                    return
                self._view.show(detail, user.email if user else "")
            self._read_more(run, detail)
            over = is_over(detail)  # asked before: what comes after that is read all the same
            whole = self._read_log(run)
            ended = over and whole
            if not whole:
                pause = 0.0
            elif detail.started_at is None:
                pause = QUIET
        except OmniDomainError as error:
            self._view.trouble, ended = str(error), False
        if not ended and run_id == self._run_id:
            self._worker.do("look", partial(self._look, client, run_id), pause)

    def _read_more(self, run: Run, detail: RunDetail) -> None:
        """Read what changes with the run's state alone: its own error, and what was sent for it."""
        state = (run.run_id, detail.status, detail.status_reason)
        if state == self._told:
            return
        error = run.failure().error_lines if detail.status == RunStatus.FAILED else []
        uploads = list(run.iter_files())
        with self._view.at_once():
            if run.run_id == self._run_id:
                self._view.show_more(error, uploads)
                self._told = state

    def _read_log(self, run: Run) -> bool:
        """Begin with the log's last lines, read on from there; return whether that was all."""
        whole = False
        for _ in range(PIECES):
            tail = LINES if self._cursor is None else None
            page = run.log_page(self._cursor, tail)
            self._cursor = page.next_cursor
            # As many lines as were asked for: it is not known whether there are more before.
            self._missing = self._missing or len(self._lines) + len(page.lines) >= LINES
            self._lines.extend(page.lines)
            if page.at_end:
                whole = True
                break
        with self._view.at_once():
            if run.run_id == self._run_id:
                self._view.show_log(list(self._lines), missing=self._missing)
        return whole
