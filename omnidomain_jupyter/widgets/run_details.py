"""One run from near: its states, its row, and its log as it is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import traitlets

from ..errors import OmniDomainError
from ..status import RESUMABLE, TERMINAL
from .assets import module, styles
from .part import Part
from .run_rows import run_row, stamp
from .sheet_grid import cut
from .worker import Worker

if TYPE_CHECKING:
    from ..client import Client, Run
    from ..schemas import RunDetail

LINES = 200  # of the log, in the widget
PIECES = 200  # of a long log, for one look
FOLLOW = 1.5  # seconds between two looks at the log of a run that goes on
QUIET = 15.0  # and while it waits


class RunDetails(Part):
    """Nothing while no run is chosen.

    Parameters
    ----------
    act : is told what somebody asks for: the kind, and the run's id
    """

    _esm = module("run-details.js")
    _css = styles("status.css", "run-details.css")

    run = traitlets.Dict().tag(sync=True)
    history = traitlets.List(traitlets.Dict()).tag(sync=True)
    row: traitlets.List[Any] = traitlets.List().tag(sync=True)
    facts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    lines = traitlets.List(traitlets.Unicode()).tag(sync=True)
    log_cut = traitlets.Bool(default_value=False).tag(sync=True)
    trouble = traitlets.Unicode("").tag(sync=True)

    def __init__(self, act: Callable[[str, str], None]) -> None:
        self._act = act
        super().__init__()
        self.on_msg(self._on_message)

    def show(self, detail: RunDetail, email: str) -> None:
        """Draw a run.

        Parameters
        ----------
        email : whose it is, for the line of Python that finds it again
        """
        python = f'from omnidomain_jupyter import connect\n\nrun = connect(email="{email}")'
        with self.at_once():
            self.run = run_row(detail) | {
                "resumable": detail.status in RESUMABLE,
                "python": f'{python}.run("{detail.run_id}")\nrun.history',
            }
            self.history = [
                {
                    "status": change.status.value,
                    "message": cut(change.message or ""),
                    "at": stamp(change.at),
                }
                for change in detail.status_history[-50:]
            ]
            self.row = [[name, cut(text)] for name, text in detail.tsv_row.items()]
            self.facts = _facts(detail)
            self.trouble = ""

    def show_log(self, lines: list[str], *, missing: bool) -> None:
        """Show the log's end."""
        with self.at_once():
            self.lines, self.log_cut = [cut(line) for line in lines], missing

    def clear(self) -> None:
        """Show nothing."""
        with self.at_once():
            self.run, self.history, self.row, self.facts, self.lines = {}, [], [], [], []
            self.trouble, self.log_cut = "", False

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        self._act(str(message.get("kind")), str(message.get("id", "")))


class RunFollow:
    """Keeps the details of one run up to date.

    Parameters
    ----------
    view : where they are drawn
    worker : on whose thread
    """

    def __init__(self, view: RunDetails, worker: Worker) -> None:
        self._view = view
        self._worker = worker
        self._run_id: str | None = None
        self._cursor: str | None = None
        self._lines: list[str] = []
        self._missing = False

    def follow(self, client: Client, run_id: str | None) -> None:
        """Follow this run from now on; None ends it."""
        self._run_id, self._cursor, self._lines, self._missing = run_id, None, [], False
        if run_id is None:
            self._view.clear()
            return
        self._worker.do("details", partial(self._look, client, run_id))

    def hint(self, client: Client, run_id: str | None) -> None:
        """Look again if this is the one."""
        followed = self._run_id
        if followed is not None and run_id in {None, followed}:
            self._worker.do("details", partial(self._look, client, followed))

    def _look(self, client: Client, run_id: str) -> None:
        if run_id != self._run_id:
            return
        pause = FOLLOW
        try:
            run = client.run(run_id)
            detail, user = run.detail, client.user
            self._view.show(detail, user.email if user else "")
            self._read_log(run)
            ended = detail.status in TERMINAL
            pause = QUIET if ended or detail.started_at is None else FOLLOW
        except OmniDomainError as error:
            self._view.trouble, ended = str(error), False
        if not ended and run_id == self._run_id:
            self._worker.do("details", partial(self._look, client, run_id), pause)

    def _read_log(self, run: Run) -> None:
        """Read on where the last look ended."""
        for _ in range(PIECES):
            lines, cursor = run.log_piece(self._cursor)
            if run.run_id != self._run_id:
                return
            self._cursor = cursor
            self._lines += lines
            self._missing = self._missing or len(self._lines) > LINES
            self._lines = self._lines[-LINES:]
            if not lines:
                break
        if self._lines != self._view.lines:
            self._view.show_log(self._lines, missing=self._missing)


def _facts(run: RunDetail) -> list[list[str]]:
    facts = {
        "run": str(run.run_id),
        "submission": str(run.submission_id or ""),
        "resumes": str(run.parent_run_id or ""),
        "job": run.job_id or "",
        "backend": run.backend,
        "revision": run.pipeline_revision or "",
        "output": run.outdir,
    }
    return [[name, text] for name, text in facts.items() if text]
