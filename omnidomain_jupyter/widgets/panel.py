"""The panel: from a sheet to results, in one cell of a notebook."""

from __future__ import annotations

import threading
import time
from typing import Any

import ipywidgets as core

from .._sheets import Sheet
from ..client import Client, Submission, connect
from ..errors import NotSignedInError, OmniDomainError
from .cells import leave_place, take_place
from .hand_over import PASSING
from .monitor_tab import MonitorTab
from .notice import Notice
from .presence import Presence
from .results_tab import ResultsTab
from .sign_in import SignIn
from .still import Still, which_runs
from .submit_tab import SubmitTab
from .tabs import MONITOR, RESULTS, TabBar

TRY_AGAIN = 3.0  # seconds
SETTLE = 2.0  # seconds that the cell waits for a quick sheet, so that nothing jumps afterwards


_signed_in: dict[str, Client] = {}
"""The client that somebody has signed in with in this kernel, by the server's address."""


class RunPanel(core.VBox):  # type: ignore[misc]
    """Three pages: submit a sheet, watch the runs, look at what they have found.

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
        self._later: threading.Timer | None = None
        self._life = threading.Lock()  # whoever opens the panel must not find it closed meanwhile
        self._opened = self._closed = False
        self.title = Notice(text="OmniDomain", tone="title")
        self.status = Notice()
        self.presence = Presence(self._somebody_comes)
        self.sign_in = SignIn(self._sign_in)
        self.tabs = TabBar()
        self._still = Still()
        self.submitting = SubmitTab(sheet, pipeline, self._submitted, self._turn_to_runs)
        self.results = ResultsTab()
        self.monitor = MonitorTab(
            self._tell, self._count, self._open_results, self.results.note, self.presence
        )
        self.table.observe(self._on_runs, ["runs", "loaded"])
        self.tabs.observe(self._on_turned, "selected")
        self._pages: list[core.DOMWidget] = [self.tabs, self.submitting, self.monitor, self.results]
        self._show_pages(shown=False)
        heads = [self.title, self.status, self.presence, self.sign_in]
        super().__init__([*heads, *self._pages])
        self.add_class("omnidomain-panel")
        take_place(self)
        self._begin(email)
        if self._opened:
            self._settle(SETTLE)

    @property
    def submit(self) -> core.DOMWidget:
        """The button; `click()` does what a click does."""
        return self.submitting.bar

    @property
    def table(self) -> core.DOMWidget:
        """The table of runs."""
        return self.monitor.table

    def close(self) -> None:
        """End the threads and the widgets."""
        with self._life:
            if self._closed:
                return
            self._closed = True
            if self._later is not None:
                self._later.cancel()
        leave_place(self)
        self._still.end()
        for part in (*self._pages, self.title, self.status, self.presence, self.sign_in):
            part.close()
        super().close()

    def _ipython_display_(self, **options: Any) -> None:
        """Display the panel, and below it what a saved notebook shows in its place."""
        from IPython.display import display

        bundle = self._repr_mimebundle_(**options)
        if bundle is not None:
            display(bundle, raw=True)  # type: ignore[no-untyped-call]
            self._still.display()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if isinstance(bundle, dict):
            bundle["text/plain"] = "OmniDomain panel"
        return bundle

    def _on_turned(self, change: Any) -> None:
        if change["new"] == RESULTS:
            self.results.look()

    def _settle(self, seconds: float) -> None:
        """Wait a moment for the first answers."""
        deadline = time.monotonic() + seconds
        self.submitting.settled(seconds)
        while not self.table.loaded and time.monotonic() < deadline:
            time.sleep(0.01)

    def _begin(self, email: str | None) -> None:
        try:
            client = self._client = self._client or _client_of_this_kernel(email)
            if email and client.user is None:
                client.sign_in(email)
            self._open(client)
        except NotSignedInError:
            self.status.say("")
        except PASSING as error:
            self._tell(f"{error} The panel opens by itself when it is back.")
            self._begin_later(email)
        except OmniDomainError as error:
            self.status.say(str(error), "error")

    def _begin_later(self, email: str | None) -> None:
        with self._life:
            if self._closed:
                return
            self._later = threading.Timer(TRY_AGAIN, self._begin_again, [email])
            self._later.name, self._later.daemon = "omnidomain-opening", True
            self._later.start()

    def _begin_again(self, email: str | None) -> None:
        """Begin on a thread, on which nobody would see what was not expected."""
        try:
            self._begin(email)
        except Exception as error:  # noqa: BLE001
            told = f"The panel could not be opened ({type(error).__name__}: {error})."
            self.status.say(f"{told} Run the cell again.", "error")

    def _sign_in(self, email: str) -> None:
        client = self._client = self._client or connect()
        self._open(client.sign_in(email))

    def _open(self, client: Client) -> None:
        """Show the pages to whoever is signed in."""
        me, pipelines = client.me(), client.pipelines()
        with self._life:
            if self._closed:
                return
            _signed_in[client.url] = client
            self.submitting.begin(client, pipelines)
            self.monitor.begin(client)
            self.results.begin(client)
            self.title.say(f"OmniDomain · {me.email}", "title")
            self.status.say("")
            self.sign_in.layout.display = "none"
            self._show_pages(shown=True)
            self._opened = True

    def _on_runs(self, _change: object) -> None:
        table = self.table
        if table.loaded:
            sheets = {each["id"]: each["name"] for each in (*table.sheets, *table.submissions)}
            which = which_runs(table.filters, table.page, sheets)
            self._still.show(table.runs, which=which, more=table.more or table.page > 1)

    def _show_pages(self, *, shown: bool) -> None:
        for page in self._pages:
            page.layout.display = None if shown else "none"

    def _submitted(self, submission: Submission, new: bool) -> None:  # noqa: FBT001
        self.monitor.show_submission(submission.submission_id)
        if new:  # of an earlier one it is told where the button is
            self._turn_to_runs()

    def _turn_to_runs(self) -> None:
        self.tabs.selected = MONITOR

    def _open_results(self, run_id: str) -> None:
        self.results.show(run_id)
        self.tabs.selected = RESULTS

    def _somebody_comes(self) -> None:
        self.monitor.look()

    def _count(self, text: str) -> None:
        self.tabs.tell(MONITOR, text)

    def _tell(self, text: str) -> None:
        """Say that the server is away; an empty text says that it is back."""
        if text != self.status.text:
            self.status.say(text, "warning" if text else "plain")
        if not text:
            self.submitting.again()


def _client_of_this_kernel(email: str | None) -> Client:
    """Return the client with which somebody has signed in already, unless it is somebody else."""
    client = connect()
    known = _signed_in.get(client.url)
    if known is None or known.user is None or (email and known.user.email != email.casefold()):
        return client
    client.close()
    return known
