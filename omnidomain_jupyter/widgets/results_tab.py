"""The page on which results are looked at."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import ipywidgets as core

from ..errors import OmniDomainError
from ..status import RunStatus
from .finished_runs import WITH_FILES, FinishedRuns
from .message_size import fitting
from .numbers import Numbers
from .previews import preview
from .profiles import NAMES, Profiles
from .result_listing import ResultListing
from .results_view import ResultsView
from .run_rows import reason, stamp
from .sheet_grid import cut
from .worker import Worker

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import Run

CHOICES = 100  # finished runs that are offered
AGAIN = 5.0  # seconds at least until the numbers of a submission that goes on are read again


class ResultsTab(core.VBox):  # type: ignore[misc]
    """A finished run's files and numbers."""

    def __init__(self) -> None:
        self._client: Client | None = None
        self._finished = FinishedRuns(CHOICES)
        self._run: Run | None = None
        self._listing: ResultListing | None = None
        self._counting = 0.0
        self._looks = count()
        self.view = ResultsView(self._act, self._save)
        self._worker = Worker("results", self._failed)
        self._counter = Worker("numbers", self._failed)
        self._saver = Worker("saving", self._failed)  # large files are no reason to look at nothing
        self._numbers = Numbers(self._is_shown, partial(setattr, self.view, "numbers"))
        self._profiles = Profiles(self._looked_at, partial(setattr, self.view, "plot"))
        super().__init__([self.view])
        for name in ("omnidomain-page", "omnidomain-page-results"):
            self.add_class(name)

    def begin(self, client: Client) -> None:
        """Begin, for whoever is signed in."""
        if self._client is None:
            self._client = client
            self.view.email = client.user.email if client.user else ""
            self.look()

    def look(self) -> None:
        """Look which runs have finished: the Monitor may have been looking at others."""
        if self._client is not None:
            self._worker.do("choices", partial(self._list, self._client))

    def note(self, runs: Iterable[Run]) -> None:
        """Offer runs that have been seen elsewhere, and count anew if they belong to the shown."""
        new = self._finished.add(runs)
        if not new:
            return
        self._offer()
        run = self._run
        if (
            run
            and run.submission_id
            and any(run.submission_id == each.submission_id for each in new)
        ):
            # A look at many samples takes its time; the next one waits for twice as long.
            self._count(run, max(AGAIN, 2 * self._counting))

    def show(self, run_id: str) -> None:
        """Show the results of a run; returns at once."""
        if self._client is not None:
            self._worker.do("run", partial(self._show, self._client, run_id))

    def close(self) -> None:
        """End the threads and the widgets."""
        self._worker.end()
        self._counter.end()
        self._saver.end()
        self.view.close()
        super().close()

    def _list(self, client: Client) -> None:
        self._finished.add(client.iter_runs(status=WITH_FILES, limit=CHOICES))
        self._offer()

    def _offer(self) -> None:
        self.view.choices = fitting(_choice(run) for run in self._finished.newest())

    def _show(self, client: Client, run_id: str) -> None:
        view = self.view
        run = client.run(run_id)
        self._run = run.model
        self.note([run.model])
        with view.at_once():
            view.run = _choice(run.model) | {
                "outdir": run.model.outdir,
                "folder": run.model.output_folder if run.model.started_at else None,
                "submission_id": str(run.model.submission_id or ""),
            }
            view.shown, view.numbers, view.plot = {}, {}, {}
            view.show_files([])
            view.note = "Looking for its files …"
            view.tell_saved("")
        listing = ResultListing(run)
        listing.begin()
        self._listing = listing
        view.show_files(listing.files, listing.folders)
        there = listing.files or listing.folders or listing.note
        told = listing.note if there else "This run has left no files."
        view.note = " ".join(filter(None, (cut(_why_failed(run.model)), told)))
        self._count(run.model)
        reports = [path for path, _ in listing.files if path.endswith(".html")]
        if reports:
            self._preview(client, run_id, reports[0])

    def _open(self, listing: ResultListing, folder: str) -> None:
        """Show more files of a folder of the run that is looked at."""
        listing.more(folder)
        if listing is self._listing and self._is_shown(listing.run_id):
            self.view.show_files(listing.files, listing.folders)

    def _preview(self, client: Client, run_id: str, path: str) -> None:
        view = self.view
        size = next((size for name, size in view.files if name == path), 0)
        about = {"path": path, "key": f"{run_id} {next(self._looks)}"}
        view.show_file(about | {"kind": "wait"}, None)
        try:
            shown, content = preview(client.run(run_id), path, size)
        except OmniDomainError as error:
            shown, content = {"kind": "told", "text": str(error)}, None
        if not self._is_shown(run_id):
            return
        view.show_file(about | shown, content)

    def _count(self, run: Run, delay: float = 0.0) -> None:
        """Read the numbers and curves of the run's submission, as far as they are there."""
        client = self._client
        if client is None:
            return

        def read() -> None:
            began = time.monotonic()
            self._numbers.read(client, run)
            self._profiles.read(client, run, self.view.plot_name)
            self._counting = time.monotonic() - began

        self._counter.do("numbers", read, delay)

    def _is_shown(self, run_id: str) -> bool:
        return bool(self.view.run.get("run_id") == run_id)

    def _looked_at(self, run_id: str, name: str) -> bool:
        return self._is_shown(run_id) and self.view.plot_name == name

    def _save(self, paths: list[str], folder: str, *, overwrite: bool) -> None:
        client, run_id = self._client, self.view.run.get("run_id")
        if client is not None and run_id and paths:
            self.view.tell_saved("Saving …")
            # Each by itself: none that was asked for takes another one's place.
            kind = f"save {next(self._looks)}"
            keep = partial(self._keep, client, run_id, paths, folder, overwrite=overwrite)
            self._saver.do(kind, keep)

    def _keep(
        self, client: Client, run_id: str, paths: list[str], folder: str, *, overwrite: bool
    ) -> None:
        """Copy results to the user's own files, and say where they are."""
        try:
            saved = client.run(run_id).save(paths, folder, overwrite=overwrite)
        except OmniDomainError as error:
            self.view.tell_saved(str(error))
            return
        what = "1 file is" if len(saved) == 1 else f"{len(saved):,} files are"
        first = saved.iloc[0]  # the folder itself may have been named with its whole path
        kept_in = str(first.saved_as).removesuffix(first.path).strip("/")
        where = kept_in or "the folder that Jupyter shows first"
        self.view.tell_saved(f"{what} in {where} now.", kept_in)

    def _act(self, kind: str, about: str) -> None:
        client, run = self._client, self._run
        if client is None:
            return
        if kind == "run":
            self.show(about)
        elif run is None:
            return
        elif kind == "file" and any(about == path for path, _ in self.view.files):
            self._worker.do("file", partial(self._preview, client, str(run.run_id), about))
        elif kind == "folder" and self._listing is not None:
            self._worker.do(f"folder {about}", partial(self._open, self._listing, about))
        elif kind == "profile" and about in NAMES:
            self.view.plot_name = about
            self._counter.do("profiles", partial(self._profiles.read, client, run, about))

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, OmniDomainError)
        self.view.note = str(error) if known else f"That did not work ({type(error).__name__})."


def _why_failed(run: Run) -> str:
    told = reason(run).rstrip(".")
    return f"It failed. {told}." if run.status == RunStatus.FAILED and told else ""


def _choice(run: Run) -> dict[str, Any]:
    return {
        "run_id": str(run.run_id),
        "sample": cut(run.sample_id),
        "pipeline": cut(run.pipeline),
        "status": run.status.value,
        "created_at": stamp(run.created_at),
    }
