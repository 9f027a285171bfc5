"""The panel: from a sheet to runs that are followed, in one cell of a notebook."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets as core

from .._sheets import Sheet
from ..client import Client, ServerAwayError, connect
from ..errors import NotSignedInError, OmniDomainError, StoreUnavailableError
from .notice import Notice
from .run_table import RunTable
from .run_watch import RunWatch
from .sheet_chooser import SheetChooser
from .sheet_grid import SheetGrid
from .sign_in import SignIn

if TYPE_CHECKING:
    from ..schemas import ValidationReport

NO_SHEET = "Choose a sheet first."
TRY_AGAIN = 3.0  # seconds
_PASSING = (ServerAwayError, StoreUnavailableError)


class RunPanel(core.VBox):  # type: ignore[misc]
    """Sign in, choose a sheet, see what is wrong in it, submit, and watch the runs.

    Parameters
    ----------
    sheet : a path, the sheet's text, or a DataFrame
    pipeline : the pipeline that is chosen at first
    client : of `connect`; the kernel's own server otherwise
    email : sign in as this scientist at once

    Examples
    --------
    >>> RunPanel("samples.tsv")  # doctest: +SKIP
    """

    def __init__(
        self,
        sheet: Sheet | None = None,
        pipeline: str = "ReadQC",
        client: Client | None = None,
        email: str | None = None,
    ) -> None:
        self._client = client
        self._wanted = pipeline
        self._watch: RunWatch | None = None
        self._ready: tuple[str, str] | None = None
        self._unchecked = False
        self._later: threading.Timer | None = None
        self.title = Notice(text="OmniDomain", tone="title")
        self.status = Notice()
        self.sign_in = SignIn(self._sign_in)
        self.pipeline = core.Dropdown(description="Pipeline", options=[])
        self.about = Notice()
        self.chooser = SheetChooser(self._check, sheet)
        self.grid = SheetGrid()
        self.submit = core.Button(description="Submit", disabled=True, button_style="primary")
        self.reason = Notice(text=NO_SHEET)
        self.table = RunTable()
        action = core.HBox([self.submit, self.reason])
        action.add_class("omnidomain-row")
        choice = core.HBox([self.pipeline, self.about])
        choice.add_class("omnidomain-row")
        self._work = core.VBox([choice, self.chooser, self.grid, action, self.table])
        self._work.layout.display = "none"
        self._work.add_class("omnidomain-work")
        super().__init__([self.title, self.status, self.sign_in, self._work])
        self.add_class("omnidomain-panel")
        self.pipeline.observe(self._on_pipeline, "value")
        self.submit.on_click(lambda _button: self._submit())
        self._begin(email)

    def close(self) -> None:
        """End the thread and the widgets."""
        if self._later is not None:
            self._later.cancel()
        if self._watch is not None:
            self._watch.stop()
        for part in (self.chooser, self.sign_in, self.grid, self.table, self._work):
            part.close()
        super().close()

    def _begin(self, email: str | None) -> None:
        try:
            self._client = self._client or connect()
            if email and self._client.user is None:
                self._client.sign_in(email)
            self._open(self._client)
        except NotSignedInError:
            self.status.say("")
        except _PASSING as error:
            self._tell(f"{error} The panel opens by itself when it is back.")
            self._later = threading.Timer(TRY_AGAIN, self._begin, [email])
            self._later.daemon = True
            self._later.start()
        except OmniDomainError as error:
            self.status.say(str(error), "error")

    def _sign_in(self, email: str) -> None:
        client = self._client = self._client or connect()
        self._open(client.sign_in(email))

    def _open(self, client: Client) -> None:
        """Show the work of whoever is signed in."""
        me = client.me()
        self._list_pipelines(client)
        self.title.say(f"OmniDomain · {me.email}", "title")
        self.status.say("")
        self.sign_in.layout.display = "none"
        self._work.layout.display = None
        if self._watch is None:
            self._watch = RunWatch(client, self._show_runs, self._tell)
            self._watch.start()
        self.chooser.announce()

    def _list_pipelines(self, client: Client) -> None:
        found = client.pipelines()
        self._about = dict(zip(found["name"], found["description"], strict=True))
        names = list(found["name"])
        with self.hold_trait_notifications():
            self.pipeline.options = names
            if self._wanted in names:
                self.pipeline.value = self._wanted
        self.about.say(self._about.get(self.pipeline.value, ""))

    def _on_pipeline(self, _change: object) -> None:
        self.about.say(self._about.get(self.pipeline.value, ""))
        self.chooser.announce()

    def _check(self, sheet: str | None) -> None:
        """Ask the server about the sheet, and show what it says."""
        if self._client is None or self._watch is None:
            return
        self._block(NO_SHEET)
        self._unchecked = False
        if sheet is None:
            self.grid.clear()
            return
        try:
            report = self._client.validate(sheet, self.pipeline.value).report
        except OmniDomainError as error:
            self.grid.clear()
            self._block(str(error), "error")
            self._unchecked = isinstance(error, _PASSING)
            return
        self.grid.show(report)
        self._offer(report, sheet)

    def _offer(self, report: ValidationReport, sheet: str) -> None:
        if not report.valid:
            cells = "1 cell" if report.error_count == 1 else f"{report.error_count:,} cells"
            self._block(f"Put {cells} right first.", "warning")
            return
        if report.rows == 0:
            self._block("The sheet has no rows below its header.", "warning")
            return
        self._ready = (sheet, self.pipeline.value)
        self.submit.description = f"Submit {_runs(report.rows)}"
        self.submit.disabled = False
        cost = report.cost_estimate
        self.reason.say(
            f"About {cost.low:,.2f} to {cost.high:,.2f} {cost.currency}."
            if cost and cost.high > 0
            else ""
        )

    def _block(self, reason: str, tone: str = "plain") -> None:
        self._ready = None
        self.submit.disabled = True
        self.submit.description = "Submit"
        self.reason.say(reason, tone)

    def _submit(self) -> None:
        if self._ready is None or self._client is None:
            return  # a second click that was already on its way
        (sheet, pipeline), self._ready = self._ready, None
        self.submit.disabled = True
        self.reason.say("Submitting …")
        try:
            submission = self._client.submit(sheet, pipeline)
        except OmniDomainError as error:
            self._ready = (sheet, pipeline)
            self.submit.disabled = False
            self.reason.say(f"Not submitted. {error}", "error")
            return
        self._block(
            f"Submitted {_runs(submission.total)}. To submit the sheet once more, check it again."
        )
        if self._watch is not None:
            self._watch.look()

    def _show_runs(self, runs: list[dict[str, Any]], more: bool) -> None:  # noqa: FBT001
        self.table.show(runs, more=more)

    def _tell(self, text: str) -> None:
        if text != self.status.text:
            self.status.say(text, "warning" if text else "plain")
        if not text and self._unchecked:
            self.chooser.announce()


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
