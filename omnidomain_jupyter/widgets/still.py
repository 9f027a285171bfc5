"""The panel without a kernel: the runs as they were last seen, as HTML in the saved notebook.

A saved notebook holds no widget, only its place. Beside that place lies this table; while the
panel is alive its style sheet hides it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import uuid4

from .._html import status_html
from ..status import RunStatus

# Without a kernel the widget's place says only that there is none.
_STYLE = (
    "<style>.jp-OutputArea-child:not(:has(.omnidomain-panel)):has(+ * .omnidomain-still)"
    "{display:none}</style>"
)
EVERY = 5.0  # seconds at least between two changes of the saved table


class Still:
    """Keeps the table in the notebook's output up to date, once it is displayed."""

    def __init__(self) -> None:
        self._display_id = f"omnidomain-{uuid4().hex}"
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._changed_at = 0.0
        self._displayed = self._ended = False
        self._html = still_html([], at=None)

    @property
    def html(self) -> str:
        """The table as it is now."""
        return self._html

    def display(self) -> None:
        """Put it below what was displayed last."""
        from IPython.display import HTML, display

        self._displayed, self._changed_at = True, time.monotonic()
        display(HTML(self._html), display_id=self._display_id)  # type: ignore[no-untyped-call]

    def show(
        self, runs: Sequence[Mapping[str, Any]], *, which: str = "", more: bool = False
    ) -> None:
        """Remember these runs, which were just looked at; the output follows in a moment."""
        with self._lock:
            self._html = still_html(runs, at=datetime.now(UTC), which=which, more=more)
            if not self._displayed or self._timer is not None or self._ended:
                return
            wait = max(0.0, EVERY - (time.monotonic() - self._changed_at))
            self._timer = threading.Timer(wait, self._change)
            self._timer.name, self._timer.daemon = "omnidomain-still", True
            self._timer.start()

    def end(self) -> None:
        """Leave it as it is."""
        with self._lock:
            self._ended = True
            if self._timer is not None:
                self._timer.cancel()

    def _change(self) -> None:
        from IPython.display import HTML, update_display

        with self._lock:
            self._timer, self._changed_at = None, time.monotonic()
            html = self._html
        update_display(HTML(html), display_id=self._display_id)  # type: ignore[no-untyped-call]


def still_html(
    runs: Sequence[Mapping[str, Any]],
    *,
    at: datetime | None,
    which: str = "",
    more: bool = False,
) -> str:
    """Return the runs as a table, with the time at which it was true.

    Parameters
    ----------
    at : the time of the last look that was answered; None before the first
    which : which runs were looked for, in a few words; "" for all, from the newest on
    more : whether there are others
    """
    if at is None:
        return _folded("OmniDomain: the runs were not read yet. Run the cell again.", "")
    counts: dict[str, int] = {}
    for run in runs:
        counts[run["status"]] = counts.get(run["status"], 0) + 1
    tally = " · ".join(f"{count} {status.lower()}" for status, count in counts.items())
    told = f"the newest {len(runs)}: {tally}" if more and not which else tally or "no runs"
    time_of = at.strftime("%Y-%m-%d %H:%M UTC")
    about = f"OmniDomain runs{which and f' ({which})'} as of {time_of}: {told}"
    head = "".join(
        f'<th style="text-align: left">{name}</th>'
        for name in ("status", "sample", "pipeline", "submitted (UTC)", "outcome")
    )
    body = "".join(f"<tr>{_cells(run)}</tr>" for run in runs)
    table = f'<div style="overflow-x: auto"><table><tr>{head}</tr>{body}</table></div>'
    return _folded(f"{about}. Run the cell again for the panel.", table if runs else "")


def which_runs(filters: Mapping[str, Any], page: int, sheets: Mapping[str, str]) -> str:
    """Return in a few words which runs were looked for.

    Parameters
    ----------
    filters : as of the table of runs
    page : from 1 on
    sheets : names by the ids of submissions
    """
    submission = filters.get("submission_id")
    words = [
        " or ".join(status.lower() for status in filters.get("status") or ()),
        filters.get("pipeline") or "",
        f"sample name with {filters['q']!r}" if filters.get("q") else "",
        f"of {sheets.get(submission, 'one submission')}" if submission else "",
        f"page {page}" if page > 1 else "",
    ]
    return ", ".join(filter(None, words))


def _folded(title: str, table: str) -> str:
    return (
        f'{_STYLE}<details open class="omnidomain-still">'
        f"<summary>{escape(title)}</summary>{table}</details>"
    )


def _cells(run: Mapping[str, Any]) -> str:
    submitted = str(run["created_at"] or "")[:16].replace("T", " ")
    texts = [run["sample"], run["pipeline"], submitted, run["reason"]]
    cells = "".join(f'<td style="text-align: left">{escape(str(text))}</td>' for text in texts)
    return f'<td style="text-align: left">{status_html(RunStatus(run["status"]))}</td>{cells}'
