"""Outputs of very many files: what is looked at is bounded, and the reports are found."""

from __future__ import annotations

from omnidomain_jupyter.compute.results import Phases, StoredFile, phase_of
from omnidomain_jupyter.services.reports import MOST_LISTED, looked_through


class Endless:
    """A store with phases of so many files, which counts those that are taken."""

    def __init__(self, phases: dict[str, int], unseen: tuple[str, ...] = ()) -> None:
        self._phases = phases
        self._unseen = unseen
        self.taken = 0

    def phases(self, *, within_s: float = 0) -> Phases:
        return Phases(sorted(self._phases.keys() - set(self._unseen)), not self._unseen)

    def files(self, *, phase: str | None = None, after: str = ""):
        for name in sorted(self._phases) if phase is None else [phase]:
            for number in range(self._phases.get(name, 0)):
                self.taken += 1
                yield StoredFile(f"{name}/{number:07}", 1, None, '""')


def test_few_files_are_all_seen():
    store = Endless({"a": 10, "quast": 1})
    files, all_seen = looked_through(store)
    assert (len(files), all_seen, store.taken) == (11, True, 11)


def test_a_large_phase_does_not_hide_a_small_one():
    store = Endless({"aligned": 10**9, "quast": 3})
    files, all_seen = looked_through(store)
    assert sum(phase_of(file.path) == "quast" for file in files) == 3
    assert not all_seen
    assert store.taken < 2 * MOST_LISTED


def test_very_many_phases_are_bounded_too():
    store = Endless({f"sample{number:06}": 10**6 for number in range(5000)})
    files, all_seen = looked_through(store)
    assert len(files) <= MOST_LISTED
    assert not all_seen


def test_folders_of_reports_are_looked_into_before_others():
    phases = {f"sample{number:06}": 10**6 for number in range(5000)}
    files, _ = looked_through(Endless(phases | {"zz_MultiQC": 3, "x_data": 2}))
    assert {"zz_MultiQC", "x_data"} <= {phase_of(file.path) for file in files}


def test_folders_of_reports_that_no_listing_has_come_to_are_asked_for():
    store = Endless({".": 10**9, "quast": 3}, unseen=("quast",))
    files, all_seen = looked_through(store)
    assert sum(phase_of(file.path) == "quast" for file in files) == 3
    assert not all_seen


def test_nothing_is_all_there_is():
    assert looked_through(Endless({})) == ([], True)
