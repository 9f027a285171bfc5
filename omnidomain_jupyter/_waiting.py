"""Waiting for runs: hints first, a slow poll behind them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ._connection import HOW_TO_START
from ._failures import ServerAwayError, StillRunningError
from ._hints import Hints
from .errors import StoreUnavailableError

POLL = 10.0  # seconds between two looks while hints come
POLL_ALONE = 2.0  # and while they do not
GAP = 0.1  # seconds at least between two looks


def wait_until(
    hints: Hints,
    ended: Callable[[], bool],
    concerns: Callable[[str], bool],
    timeout: float | None,
    what: str,
    tell: Callable[[str], None],
) -> None:
    """Return when `ended()`, which looks at the server, says so.

    Parameters
    ----------
    concerns : whether a hint about this run id is a reason to look
    timeout : seconds; None waits for ever
    what : who is waited for, for the error's text
    tell : is told that the server is away, and with an empty text that it is back

    Raises
    ------
    StillRunningError : the time is over
    """
    news = threading.Event()
    tell = _when_new(tell)

    def listener(run_id: str | None) -> None:
        if run_id is None or concerns(run_id):
            news.set()

    deadline = None if timeout is None else time.monotonic() + timeout
    hints.add(listener)
    try:
        while not _looked(ended, tell):
            pause = POLL if hints.connected else POLL_ALONE
            if deadline is not None:
                pause = min(pause, deadline - time.monotonic())
                if pause <= 0:
                    raise StillRunningError(f"{what} did not end in {timeout:g} s and goes on.")
            news.wait(pause)
            news.clear()
            time.sleep(GAP)
    finally:
        hints.remove(listener)


def _when_new(tell: Callable[[str], None]) -> Callable[[str], None]:
    """Return the same for texts that differ from the last one: a log is not filled with bars."""
    said = [""]

    def told(text: str) -> None:
        if text != said[-1]:
            said[-1] = text
            tell(text)

    return told


def _looked(ended: Callable[[], bool], tell: Callable[[str], None]) -> bool:
    try:
        result = ended()
    except (ServerAwayError, StoreUnavailableError) as error:
        told = str(error).removesuffix(HOW_TO_START).strip()
        tell(f"{told} Still trying.")
        return False
    tell("")
    return result
