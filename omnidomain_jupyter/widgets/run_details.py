"""One run from near: its states, its row, and its log as it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import traitlets

from ..status import RESUMABLE
from .assets import module
from .message_size import fitting
from .part import Part
from .run_rows import run_row, stamp
from .sheet_grid import cut

if TYPE_CHECKING:
    from ..schemas import RunDetail, Upload

HISTORY = 50  # changes, the last ones
LINE = 1000  # letters of a line of the log
SIDE = 60_000  # bytes of the row that are sent


class RunDetails(Part):
    """Nothing while no run is chosen.

    Parameters
    ----------
    act : is told what somebody asks for: the kind, and the run's id
    """

    _esm = module("run-details.js")

    run = traitlets.Dict().tag(sync=True, late=True)
    history = traitlets.List(traitlets.Dict()).tag(sync=True, late=True)
    row: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    facts: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    lines = traitlets.List(traitlets.Unicode()).tag(sync=True, late=True)
    log_cut = traitlets.Bool(default_value=False).tag(sync=True)
    error: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
    uploads: traitlets.List[Any] = traitlets.List().tag(sync=True, late=True)
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
                for change in detail.status_history[-HISTORY:]
            ]
            self.row = _row(detail.tsv_row)
            self.facts = _facts(detail)
            self.trouble = ""

    def show_more(self, error: Sequence[str], uploads: Iterable[Upload]) -> None:
        """Show what is asked for once for each state of a run.

        Parameters
        ----------
        error : the lines in which Nextflow tells why it stopped
        uploads : the files of its row that were sent to S3
        """
        with self.at_once():
            self.error = fitting((line[:LINE] for line in error), SIDE)
            self.uploads = fitting(
                ([cut(file.filename), file.uri, file.size_bytes] for file in uploads), SIDE
            )

    def show_log(self, lines: Sequence[str], *, missing: bool) -> None:
        """Show the log's end; `missing` tells that there is more in front of it."""
        shown = fitting(line if len(line) <= LINE else f"{line[:LINE]}…" for line in lines[::-1])
        with self.at_once():
            self.lines, self.log_cut = shown[::-1], missing or len(shown) < len(lines)

    def clear(self) -> None:
        """Show nothing."""
        with self.at_once():
            self.run, self.history, self.row, self.facts, self.lines = {}, [], [], [], []
            self.error, self.uploads = [], []
            self.trouble, self.log_cut = "", False

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        self._act(str(message.get("kind")), str(message.get("id", "")))


def _row(cells: Mapping[str, str]) -> list[list[str]]:
    shown = fitting(([cut(name), cut(text)] for name, text in cells.items()), SIDE)
    more = len(cells) - len(shown)
    return [*shown, *([["…", f"{more:,} more columns are in the sheet"]] if more else [])]


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
