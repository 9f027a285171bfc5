"""The curves of a submission's runs, page by page, as a plot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .profile_plot import Curve, plot_of
from .sheet_grid import cut

if TYPE_CHECKING:
    from ..client import Client
    from ..schemas import Run, SampleProfile

NAMES = ("quality", "length", "gc")
RUNS = 1000  # of a submission, whose curves are drawn
_LABELS = ("title", "x_label", "y_label")


class Profiles:
    """Reads curves and remembers those of the submission that was looked at last.

    Parameters
    ----------
    wanted : tells whether a run's curve of that name is still what somebody looks at
    show : is given a plot, several times while more of it comes
    """

    def __init__(
        self, wanted: Callable[[str, str], bool], show: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self._wanted = wanted
        self._show = show
        self._known: dict[object, dict[str, tuple[dict[str, Any], list[Curve]]]] = {}

    def read(self, client: Client, run: Run, name: str) -> None:
        """Draw one curve of the run's submission; nothing where there is none.

        Parameters
        ----------
        name : one of `NAMES`
        """
        run_id = str(run.run_id)
        for labels, curves, note in self._pages(client, run, name):
            if not self._wanted(run_id, name):
                return
            plot = plot_of(curves, run_id)
            self._show(plot and {"name": name, "note": note, **labels, **plot})

    def _pages(
        self, client: Client, run: Run, name: str
    ) -> Iterator[tuple[dict[str, Any], list[Curve], str]]:
        """Yield the axes' labels and the curves that are there by now."""
        own = str(run.run_id)
        if run.submission_id is None:
            yield *_of_run(client, own, name), ""
            return
        submission = client.submission(run.submission_id)
        state = (submission.submission_id, str(submission.model.counts))
        known = self._known.get(state, {}).get(name)
        if known is not None:
            yield *known, ""
            return
        curves: list[Curve] = []
        runs = set()
        for page in submission.profile_pages(name):
            labels = {key: getattr(page, key) for key in _LABELS}
            curves += _of_page(page.profiles)
            runs |= {each.run_id for each in page.profiles}
            if page.next_cursor is None or len(runs) >= RUNS:
                break
            yield labels, curves, f"Reading: {len(runs):,} runs so far."
        note = f"{len(runs):,} of its runs." if page.next_cursor else ""
        if own not in {curve.run_id for curve in curves}:
            curves += _of_run(client, own, name)[1]
        if not note:
            kept = self._known.get(state, {})
            self._known = {state: kept | {name: (labels, curves)}}
        yield labels, curves, note


def _of_run(client: Client, run_id: str, name: str) -> tuple[dict[str, Any], list[Curve]]:
    run = client.run(run_id)
    found = [each for each in run.found.profiles if each.name == name]
    labels = {key: getattr(each, key) for each in found for key in _LABELS}
    return labels, _labelled((run_id, run.sample_id, each.x, each.y) for each in found)


def _of_page(profiles: Iterable[SampleProfile]) -> list[Curve]:
    return _labelled((str(each.run_id), each.sample_id, each.x, each.y) for each in profiles)


def _labelled(found: Iterable[tuple[str, str, list[float], list[float]]]) -> list[Curve]:
    """Return curves, named by sample, and by read where a run has two files."""
    of_run: dict[str, list[tuple[str, list[float], list[float]]]] = {}
    for run_id, sample, x, y in found:
        of_run.setdefault(run_id, []).append((cut(sample), x, y))
    return [
        Curve(run_id, sample if len(files) == 1 else f"{sample}, read {number}", x, y)
        for run_id, files in of_run.items()
        for number, (sample, x, y) in enumerate(files, 1)
    ]
