"""The page on which a sheet becomes runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as core

from .._sheets import Sheet
from .._upload_texts import need_text
from ..client import Client
from ..errors import OmniDomainError
from .hand_over import PASSING, HandOver, Order
from .pipeline_picker import PipelinePicker
from .sheet_file import SheetFile
from .sheet_grid import SheetGrid
from .sheet_source import FOLDER, FORM, FRAME, PASTE, UPLOAD, Choice, SheetSource
from .submit_bar import BLOCKED, DONE, READY, SubmitBar
from .worker import Worker

if TYPE_CHECKING:
    import pandas as pd

    from ..client import Submission
    from ..schemas import ValidationReport

NO_SHEET = "Choose a sheet first."
_FILES = 8  # sheets whose corrections are kept


class SubmitTab(core.VBox):  # type: ignore[misc]
    """Pipeline, sheet, what is wrong in it, and the button.

    Parameters
    ----------
    sheet : what is there at the beginning
    pipeline : the one that is wanted at first
    submitted : is told of a submission, and whether it is a new one
    show_runs : turns to the runs
    """

    def __init__(
        self,
        sheet: Sheet | None,
        pipeline: str,
        submitted: Callable[[Submission, bool], None],
        show_runs: Callable[[], None],
    ) -> None:
        self._wanted = pipeline
        self._client: Client | None = None
        self._number = 0  # of the choice; what comes late from an earlier one is dropped
        self._choosing = threading.Lock()  # it is done on the browser's thread and on ours
        self._file: SheetFile | None = None
        self._unchecked = False
        self._files: dict[Choice, SheetFile] = {}
        self.pipeline = PipelinePicker()
        self.source = SheetSource(self._choose, self._put_in_front, self._corrected_sheet, sheet)
        self.grid = SheetGrid(self._edited)
        self.bar = SubmitBar(self._press, show_runs)
        self.bar.reason = NO_SHEET
        self._worker = Worker("submit", self._failed)
        self._looking = Worker("files", lambda _error: None)  # without them, paths can be typed
        self._hand_over = HandOver(self.bar, self._worker, submitted, self.source.announce)
        super().__init__([self.pipeline, self.source, self.grid, self.bar])
        for name in ("omnidomain-page", "omnidomain-page-submit"):
            self.add_class(name)
        self.pipeline.observe(self._on_pipeline, "value")
        self.bar.observe(self._on_resume, "resume")

    def begin(self, client: Client, pipelines: pd.DataFrame) -> None:
        """Begin, for whoever is signed in; `pipelines` is the client's list of them."""
        self._client = client
        kept = ["name", "title", "description", "engine", "granularity", "broken"]
        rows = pipelines[kept].astype(str).itertuples(index=False, name=None)
        self.pipeline.offer([dict(zip(kept, row, strict=True)) for row in rows], self._wanted)
        self._on_pipeline(None)
        self._looking.do("files", lambda: self.source.offer(client.files()))

    def again(self) -> None:
        """Check what could not be checked, now that the server is back."""
        if self._unchecked:
            self._on_pipeline(None)

    def settled(self, seconds: float) -> bool:
        """Wait until the sheet has been checked; return whether it has."""
        deadline = time.monotonic() + seconds
        while self.source.choice and self._busy() and time.monotonic() < deadline:
            time.sleep(0.01)
        return not self._busy()

    def close(self) -> None:
        """End the thread and the widgets."""
        self._worker.end()
        self._looking.end()
        for part in (self.pipeline, self.source, self.grid, self.bar):
            part.close()
        super().close()

    def _busy(self) -> bool:
        return self.bar.state == BLOCKED and self.bar.reason.endswith("…")

    def _on_pipeline(self, _change: object) -> None:
        client, name = self._client, self.pipeline.value
        if client is None:
            return
        if not name:
            self.bar.say(BLOCKED, "There is no pipeline that can be run here.", "warning")
            return
        self.bar.can_resume = self.pipeline.chosen.get("engine") == "nextflow"
        with self._choosing:
            self._leave()
            self.bar.say(BLOCKED, "Reading the pipeline's columns …")
            self._worker.do("pipeline", partial(self._describe, client, name))

    def _describe(self, client: Client, name: str) -> None:
        """Show the pipeline's columns; then the sheet is checked against them."""
        try:
            pipeline = client.pipeline(name)
        except OmniDomainError as error:
            self._block(error)
            return
        if name == self.pipeline.value:  # otherwise another was chosen meanwhile
            self.pipeline.describe(pipeline)
            self.source.columns = self.pipeline.columns
            self.source.announce()

    def _leave(self) -> int:
        """Drop what is on the way of the last choice; return the number of the next."""
        self._file, self._unchecked = None, False
        self._hand_over.forget()
        self._number += 1
        return self._number

    def _choose(self, choice: Choice | None) -> None:
        """Begin with what was chosen; returns at once."""
        if self._client is None:
            return
        with self._choosing:
            number = self._leave()
            self.source.ask_folder = False
            if choice is None:
                self.grid.clear()
                self.source.say("")
                self.source.issues, self.source.corrected = [], False
                told = "Fill in a sample first." if self.source.mode == FORM else NO_SHEET
                self.bar.say(BLOCKED, told, label="Submit", facts="")
                return
            self.bar.say(BLOCKED, "Reading the sheet …")
            self._worker.do("sheet", partial(self._load, number, choice, self._client))

    def _load(self, number: int, choice: Choice, client: Client) -> None:
        try:
            file = self._read(choice, client)
        except OmniDomainError as error:
            if number == self._number:
                self.grid.clear()
                self.source.say("")
                self._block(error)
            return
        if number != self._number:
            return
        self._file = file
        if file.draft is not None and choice.mode != FORM:
            self.grid.load(file.draft)
        else:
            self.grid.clear()
        self._check(number, file, client)

    def _read(self, choice: Choice, client: Client) -> SheetFile:
        """Return what was chosen; corrections that were made in it before are still there."""
        file = SheetFile(choice, client, self.pipeline.value)
        known = self._files.get(choice)
        if known and known.corrected and known.origin == file.origin and not self.source.afresh:
            file = known
        self.source.afresh = False
        if choice.mode != FOLDER:  # which is looked through once more each time
            self._files.pop(choice, None)
            self._files = dict([*self._files.items(), (choice, file)][-_FILES:])
        return file

    def _put_in_front(self, folder: str) -> None:
        if self.grid.draft is not None:
            self.grid.put_in_front(folder, self._file_columns())

    def _corrected_sheet(self) -> tuple[str, str]:
        file = self._file
        return (file.corrected_name, file.content() or "") if file else ("", "")

    def _file_columns(self) -> set[str]:
        return {column["name"] for column in self.pipeline.columns if column["is_file"]}

    def _edited(self) -> None:
        """Check the sheet that somebody is writing in; returns at once."""
        client, file = self._client, self._file
        if client is None or file is None:
            return
        self._hand_over.forget()
        self.bar.say(BLOCKED, "Checking the sheet …")
        self._worker.do("sheet", partial(self._check, self._number, file, client), 0.1)

    def _check(self, number: int, file: SheetFile, client: Client) -> None:
        """Ask the server about the sheet, and show what it says."""
        edition = file.draft.edition if file.draft else 0
        file.keep()
        pipeline = self.pipeline.value
        try:
            report = client.validate(file.sheet, pipeline, folder=file.folder).report
        except OmniDomainError as error:
            if number == self._number:
                self._block(error)
            return
        if number != self._number or (file.draft and file.draft.edition != edition):
            return  # it has changed meanwhile, and is checked again
        self.source.say(file.note, file.tone)
        self.source.corrected = file.corrected
        # Only a sheet that lies on the server has a folder that its paths can start at.
        self.source.ask_folder = self.source.mode in {UPLOAD, PASTE, FRAME} and any(
            issue.column in self._file_columns() for issue in report.errors
        )
        if self.source.mode == FORM:
            self.source.mark(report.errors)
            self.source.say("\n".join(_of_no_field(report)), "warning")
        else:
            self.grid.show(report)
        self._offer(report)

    def _offer(self, report: ValidationReport) -> None:
        samples = _counted(report.rows, "sample")
        cost = report.cost_estimate
        # A cost of nothing is that of the server itself, from where no file goes to S3.
        about = "no cost" if cost is not None and report.uploads is None else ""
        if cost is not None and cost.high > 0:
            about = f"about {cost.low:,.2f} to {cost.high:,.2f} {cost.currency}"
        if not report.valid:
            cells = _counted(report.error_count, "cell")
            facts = " · ".join(filter(None, [samples, f"{report.error_count:,} to fix", about]))
            self.bar.say(BLOCKED, f"Fix {cells} first.", "warning", label="Submit", facts=facts)
        elif report.rows == 0:
            told = "The sheet has no rows below its header."
            self.bar.say(BLOCKED, told, "warning", label="Submit", facts="")
        else:
            whole = self.pipeline.chosen.get("granularity") == "sheet"
            runs = f"1 run of {samples}" if whole else _counted(report.rows, "run")
            facts = " · ".join(filter(None, [samples, "ready", need_text(report.uploads), about]))
            self.bar.say(READY, label=f"Submit {runs}", facts=facts)

    def _block(self, error: OmniDomainError) -> None:
        self._unchecked = isinstance(error, PASSING)
        self.bar.say(BLOCKED, str(error), "error", label="Submit", facts="")

    def _failed(self, error: Exception) -> None:
        told = str(error) if isinstance(error, OmniDomainError) else type(error).__name__
        self.bar.say(BLOCKED, f"That did not work: {told}", "error", label="Submit")

    def _on_resume(self, _change: object) -> None:
        if self.bar.state == DONE:
            self.bar.say(READY)

    def _press(self, again: bool) -> None:  # noqa: FBT001 - as the bar calls it
        client, file = self._client, self._file
        if client is None or file is None:
            self.bar.say(BLOCKED, NO_SHEET)
            return
        resume = self.bar.resume and self.bar.can_resume
        order = Order(file.sheet, file.folder, self.pipeline.value, resume, file.seen(), file.path)
        self._hand_over.press(client, order, again=again)


def _of_no_field(report: ValidationReport) -> list[str]:
    """Return what a form has no field for, such as a program that is not installed."""
    issues = [*report.errors, *report.warnings]
    return [issue.message for issue in issues if issue.row is None or issue.column is None][:5]


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
