"""Waiting for what a panel's threads do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from omnidomain_jupyter.widgets import RunPanel


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether it has come true in time."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def ready(panel: RunPanel) -> bool:
    """Wait until the sheet can be submitted."""
    return until(lambda: not panel.submit.disabled, 20)


def blocked(panel: RunPanel, reason: str) -> bool:
    """Wait until the button is blocked for this reason."""
    return until(lambda: panel.submit.disabled and reason in panel.submit.reason, 20)


def statuses(panel: RunPanel) -> list[str]:
    """Return the statuses of the runs that are shown."""
    return [run["status"] for run in panel.table.runs]


def our_threads() -> int:
    """Return how many of our threads live."""
    return sum(thread.name.startswith("omnidomain-") for thread in threading.enumerate())
