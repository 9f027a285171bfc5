"""The page on which results are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import ipywidgets as core

from ..errors import OmniDomainError
from ..status import RunStatus
from .previews import preview
from .profiles import NAMES, Profiles
from .results_view import ResultsView
from .run_rows import stamp
from .sheet_grid import cut
from .worker import Worker

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import Run

CHOICES = 100  # finished runs that are offered
FILES = 1000  # of a run, in the list
SAMPLES = 48  # of a submission, whose numbers are drawn
_WITH_FILES = [RunStatus.COMPLETED.value, RunStatus.FAILED.value]


class ResultsTab(core.VBox):  # type: ignore[misc]
    """A finished run's files and numbers."""

    def __init__(self) -> None:
        self._client: Client | None = None
        self._runs: dict[str, Run] = {}
        self._known: dict[str, list[dict[str, Any]]] = {}
        self.view = ResultsView(self._act)
        self._worker = Worker("results", self._failed)
        self._counter = Worker("numbers", self._failed)
        self._profiles = Profiles(self._looked_at, partial(setattr, self.view, "plot"))
        super().__init__([self.view])
        for name in ("omnidomain-page", "omnidomain-page-results"):
            self.add_class(name)

    def begin(self, client: Client) -> None:
        """Begin, for whoever is signed in."""
        if self._client is None:
            self._client = client
            self._worker.do("choices", partial(self._list, client))

    def note(self, runs: Iterable[Run]) -> None:
        """Offer runs that have been seen elsewhere."""
        found = {str(run.run_id): run for run in runs if run.status.value in _WITH_FILES}
        if any(run_id not in self._runs for run_id in found):
            self._runs.update(found)
            self._offer()

    def show(self, run_id: str) -> None:
        """Show the results of a run; returns at once."""
        if self._client is not None:
            self._worker.do("run", partial(self._show, self._client, run_id))

    def close(self) -> None:
        """End the threads and the widgets."""
        self._worker.end()
        self._counter.end()
        self.view.close()
        super().close()

    def _list(self, client: Client) -> None:
        self.note(client.iter_runs(status=_WITH_FILES, limit=CHOICES))

    def _offer(self) -> None:
        newest = sorted(self._runs.values(), key=lambda run: run.created_at, reverse=True)
        self.view.choices = [
            {
                "run_id": str(run.run_id),
                "sample": cut(run.sample_id),
                "pipeline": run.pipeline,
                "status": run.status.value,
                "created_at": stamp(run.created_at),
            }
            for run in newest[:CHOICES]
        ]

    def _show(self, client: Client, run_id: str) -> None:
        view = self.view
        run = client.run(run_id)
        self.note([run.model])
        with view.at_once():
            view.run = {
                "run_id": run_id,
                "sample": cut(run.sample_id),
                "pipeline": run.model.pipeline,
                "status": run.status.value,
                "outdir": run.model.outdir,
            }
            view.files, view.shown, view.numbers, view.plot = [], {}, [], {}
            view.note, view.numbers_note = "Looking for its files …", ""
        found = run.results()
        paths = list(found["path"])
        view.files = [
            [path, int(size), _link(client, run.model, path)]
            for path, size in zip(paths[:FILES], found["size_bytes"], strict=False)
        ]
        more = f"The first {FILES:,} of {len(paths):,} files." if len(paths) > FILES else ""
        view.note = more if paths else "This run has left no files."
        self._counter.do("numbers", partial(self._count, client, run_id, run.model))
        self._draw(client, run.model)
        reports = [path for path in paths if path.endswith(".html")]
        if reports:
            self._preview(client, run_id, reports[0])

    def _preview(self, client: Client, run_id: str, path: str) -> None:
        view = self.view
        size = next((size for name, size, _ in view.files if name == path), 0)
        key = f"{run_id} {path}"
        view.shown = {"path": path, "key": key, "kind": "wait"}
        try:
            shown, content = preview(client.run(run_id), path, size)
        except OmniDomainError as error:
            shown, content = {"kind": "told", "text": str(error)}, None
        if view.run.get("run_id") != run_id:
            return
        view.shown = {"path": path, "key": key, **shown}
        if content is not None:
            view.show_content(key, content)

    def _count(self, client: Client, run_id: str, run: Run) -> None:
        """Collect the numbers of the run's submission, as far as they are there."""
        chosen = str(run.run_id)
        runs = [run]
        if run.submission_id is not None:
            done = client.iter_runs(
                submission_id=str(run.submission_id),
                status=RunStatus.COMPLETED.value,
                limit=SAMPLES + 1,
            )
            runs = list(done)
        more = len(runs) > SAMPLES
        numbers: list[dict[str, Any]] = []
        for each in runs[:SAMPLES]:
            if self.view.run.get("run_id") != run_id:
                return
            numbers += self._numbers(client, each, chosen)
        if self.view.run.get("run_id") == run_id:
            with self.view.at_once():
                self.view.numbers = numbers
                self.view.numbers_note = f"{SAMPLES} of its samples." if more else ""

    def _numbers(self, client: Client, run: Run, chosen: str) -> list[dict[str, Any]]:
        key = str(run.run_id)
        if key not in self._known:
            found = client.run(key).metrics()
            self._known[key] = [
                {
                    "run_id": key,
                    "sample": cut(run.sample_id),
                    "file": Path(str(row["file"])).name,
                    "reads": int(row["reads"]),
                    "q20": float(row["q20_share"]),
                    "gc": float(row["gc_share"]),
                    "length": float(row["mean_length"]),
                }
                for row in found.to_dict("records")
            ]
        return [row | {"chosen": key == chosen} for row in self._known[key]]

    def _draw(self, client: Client, run: Run) -> None:
        name = self.view.plot_name
        self._counter.do("profiles", partial(self._profiles.read, client, run, name))

    def _looked_at(self, run_id: str, name: str) -> bool:
        return (self.view.run.get("run_id"), self.view.plot_name) == (run_id, name)

    def _act(self, kind: str, about: str) -> None:
        client, run_id = self._client, self.view.run.get("run_id")
        if client is None:
            return
        if kind == "run":
            self.show(about)
        elif kind == "file" and run_id and any(about == path for path, _, _ in self.view.files):
            self._worker.do("file", partial(self._preview, client, run_id, about))
        elif kind == "profile" and run_id in self._runs and about in NAMES:
            self.view.plot_name = about
            self._draw(client, self._runs[run_id])

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, OmniDomainError)
        self.view.note = str(error) if known else f"That did not work ({type(error).__name__})."


def _link(client: Client, run: Run, path: str) -> str:
    """Return the file's path below the server's root, where a browser can open it."""
    # Of a server that is not this kernel's own, the page around the panel serves no files.
    if client.root is None or run.output_folder is None:
        return ""
    return PurePosixPath(run.output_folder, path).as_posix()
