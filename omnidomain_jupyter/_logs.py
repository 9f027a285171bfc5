"""A run's log in a script or a notebook: read at once, or followed to its end."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ._failures import ServerAwayError
from ._waiting import POLL_ALONE
from .errors import StoreUnavailableError
from .status import TERMINAL

if TYPE_CHECKING:
    from ._run import Run
    from .schemas import Run as RunModel

FOLLOW = 1.0  # seconds between two looks at a log that grows
LATENESS = timedelta(seconds=60)
"""For so long after a job's end CloudWatch may still bring lines of it."""


class Log(list[str]):
    """A log's lines; prints as text."""

    def __repr__(self) -> str:
        """Return the lines as they are."""
        return "\n".join(self)

    __str__ = __repr__


class PrintedLog(Log):
    """A log that was printed line by line; a notebook does not show it once more."""

    def _ipython_display_(self) -> None:
        """Show nothing."""


def read(run: Run, tail: int | None) -> Log:
    """Return the lines that are there.

    Parameters
    ----------
    tail : only so many from the end
    """
    page = run.log_page(tail=tail)
    log = Log(page.lines)
    while tail is None and not page.at_end:
        page = run.log_page(page.next_cursor)
        log += page.lines
    return log


def followed(run: Run, tail: int | None) -> Log:
    """Print the lines as they come, until the run has ended and nothing more comes.

    Parameters
    ----------
    tail : begin with so many from the end
    """
    log = PrintedLog()
    cursor: str | None = None
    while True:
        try:
            over = run.ended and is_over(run.model)
            page = run.log_page(cursor, None if cursor else tail)
        except (ServerAwayError, StoreUnavailableError):
            time.sleep(POLL_ALONE)
            continue
        cursor = page.next_cursor
        log += page.lines
        if page.lines:
            print("\n".join(page.lines), flush=True)  # noqa: T201 - following is printing
        if page.at_end and over:
            return log
        if page.at_end:
            time.sleep(FOLLOW)


def is_over(run: RunModel) -> bool:
    """Return whether all that a run has printed can be read now."""
    if run.status not in TERMINAL:
        return False
    if run.backend == "local" or run.completed_at is None:
        return True
    return datetime.now(UTC) - run.completed_at > LATENESS
