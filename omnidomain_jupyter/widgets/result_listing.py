"""The files of a run as the panel lists them: all, or of very many those in opened folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..client import Run

TOP = "."  # the phase of files that lie in no folder
REPORTS = "multiqc"  # in the name of the folder that is opened unasked


class ResultListing:
    """The files of one run.

    Attributes
    ----------
    files : each with its path and bytes; more come at the end
    folders : the first folders of which more files can be had; whether some are there already
    note : what of the files cannot be shown, or not at once
    """

    def __init__(self, run: Run) -> None:
        self.run_id = run.run_id
        self.files: list[tuple[str, int]] = []
        self.note = ""
        self._run = run
        self._cursors: dict[str, str | None] = {}

    @property
    def folders(self) -> list[tuple[str, bool]]:
        """The first folders that are not shown whole."""
        return [(name, cursor is not None) for name, cursor in self._cursors.items()]

    def begin(self) -> None:
        """Fetch the first files."""
        page = self._run.result_page()
        self.note = page.note or ""
        if page.next_cursor is None:
            self.files = [(file.path, file.size_bytes) for file in page.results]
            return
        self._cursors = {phase.name: None for phase in page.phases or ()}
        told = "There are very many files: open a folder to see its own."
        if not page.phases_complete:
            told += " There may be more folders than these; run.iter_results() yields all files."
        self.note = f"{told} {self.note}".strip()
        reports = next((name for name in self._cursors if REPORTS in name.lower()), None)
        for name in (TOP, reports):
            if name is not None:
                self.more(name)

    def more(self, folder: str) -> None:
        """Fetch the next files of a first folder."""
        if folder not in self._cursors:
            return
        page = self._run.result_page(folder, self._cursors[folder])
        self.files += [(file.path, file.size_bytes) for file in page.results]
        if page.next_cursor is None:
            del self._cursors[folder]
        else:
            self._cursors[folder] = page.next_cursor
