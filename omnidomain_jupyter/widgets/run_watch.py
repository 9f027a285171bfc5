"""Follows the newest runs on a thread, for as long as a panel is open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OmniDomainError
from ..status import TERMINAL, RunStatus
from .run_table import ROWS, run_row

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import Run

POLL_ACTIVE = 10.0  # seconds between two looks while hints come and runs go on
POLL_IDLE = 45.0  # and while all have ended
POLL_ALONE = 3.0  # and while no hints come
GAP = 0.25  # seconds at least between two looks

Show = Callable[[list[dict[str, Any]], bool], None]
Tell = Callable[[str], None]


class RunWatch:
    """Looks at once, at every hint, and slowly behind that.

    Parameters
    ----------
    client : signed in
    show : is given the rows, and whether there are more than these
    tell : is given a sentence when the server cannot be asked, and "" when it can again
    """

    def __init__(self, client: Client, show: Show, tell: Tell) -> None:
        self._client = client
        self._show = show
        self._tell = tell
        self._news = threading.Event()
        self._stop = threading.Event()
        self._reports: dict[str, str | None] = {}
        self._active = False
        self._thread = threading.Thread(target=self._run, name="omnidomain-runs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._client.hints.add(self._hint)
        self._thread.start()

    def look(self) -> None:
        """Look again soon: something has been done."""
        self._news.set()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        self._news.set()
        self._client.hints.remove(self._hint)

    def join(self, timeout: float) -> bool:
        """Wait for the thread's end; return whether it has come."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _hint(self, _run_id: str | None) -> None:
        self._news.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.clear()
            try:
                self._look()
            except OmniDomainError as error:
                self._say(f"{error} The panel goes on by itself when it is back.")
            except Exception as error:  # noqa: BLE001 - the thread must outlive an answer
                self._say(f"The runs could not be read ({type(error).__name__}). Trying again.")
            time.sleep(GAP)
            self._news.wait(self._pause())

    def _pause(self) -> float:
        if not self._client.hints.connected:
            return POLL_ALONE
        return POLL_ACTIVE if self._active else POLL_IDLE

    def _look(self) -> None:
        found = list(self._client.iter_runs(limit=ROWS + 1))
        runs = found[:ROWS]
        self._active = any(run.status not in TERMINAL for run in runs)
        self._draw(runs, more=len(found) > ROWS)
        self._say("")
        for run in runs:
            if self._stop.is_set():
                return
            self._find_report(run)
        self._draw(runs, more=len(found) > ROWS)

    def _draw(self, runs: list[Run], *, more: bool) -> None:
        if self._stop.is_set():
            return
        rows = [self._row(run) for run in runs]
        self._show(rows, more)

    def _say(self, text: str) -> None:
        if not self._stop.is_set():
            self._tell(text)

    def _row(self, run: Run) -> dict[str, Any]:
        report = self._reports.get(str(run.run_id))
        if report is None:
            return run_row(run, None, below_root=False)
        path, root = Path(run.outdir, report), self._client.root
        if root is not None and path.is_relative_to(root):
            return run_row(run, path.relative_to(root).as_posix(), below_root=True)
        return run_row(run, str(path), below_root=False)

    def _find_report(self, run: Run) -> None:
        key = str(run.run_id)
        if run.status != RunStatus.COMPLETED or key in self._reports:
            return
        pages = [path for path in self._client.run_files(key) if path.endswith(".html")]
        self._reports[key] = pages[0] if pages else None
