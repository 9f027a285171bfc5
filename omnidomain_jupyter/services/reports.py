"""Finds the reports among a run's outputs, and reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any

from ..compute.result_stores import ResultStores
from ..compute.results import ResultStore, StoredFile, read_up_to
from ..metrics import (
    MARK_WITHIN,
    MOST_BYTES,
    Report,
    is_named,
    is_report,
    may_be_report,
    without_doubles,
)
from .locations import S3
from .report_parser import ReportParser

MOST_LISTED = 20_000
"""About so many files of a run are looked through for reports."""

REPORT_FOLDERS = ("multiqc", "quast", "busco", "multiqc_data")
"""First folders in which reports are looked for even if a listing has not come to them."""

PHASES_S = 3.0
"""How long the first folders of a run with very many files are looked for."""

LISTED_AT_ONCE = 999
"""S3 gives 1,000 in an answer, and one more tells whether that was all."""

MOST_REPORTS = 300

BEGINNING_FROM = 64 * 1024
"""Of files of more bytes, the beginning is read first: most ``*.json`` are no reports."""

AT_A_TIME = 8
"""Questions to S3. Files of this machine are read one after the other."""

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


class ReportReader:
    """Reads what is known of the files in output directories. Unknown kinds are no error."""

    def __init__(self, stores: ResultStores, parser: ReportParser) -> None:
        self._stores = stores
        self._parser = parser

    def of(self, directory: str, mapped: Mapper) -> tuple[list[tuple[str, Report]], bool]:
        """Return the reports in an output directory by path, and whether there may be more.

        Raises
        ------
        ResultsUnavailableError : S3 does not answer
        """
        store = self._stores.at(directory)
        files, all_seen = looked_through(store)
        wanted = {file.path: file for file in files if is_report(file.path)}
        paths = _chosen(without_doubles(wanted))
        # Each is taken apart before the next one comes: together they may be large.
        reports = mapped(lambda path: self._read(store, wanted[path]), paths)
        read = list(zip(paths, reports, strict=True))
        found = [(path, report) for path, report in read if report is not None]
        all_read = len(found) == len(read) == len(without_doubles(wanted))
        return found, not (all_seen and all_read)

    def _read(self, store: ResultStore, file: StoredFile) -> Report | None:
        """Return what a file holds; None for a report that cannot be read."""
        if file.size_bytes > BEGINNING_FROM and not is_named(file.path):
            beginning = _content(store, file, MARK_WITHIN)
            if not may_be_report(file.path, beginning):
                return Report()
        if file.size_bytes > MOST_BYTES:
            return None
        return self._parser.parse(file.path, _content(store, file, file.size_bytes))


@contextmanager
def mapper(directory: str) -> Iterator[Mapper]:
    """Give what reads the files in a directory, several at a time where that is quicker."""
    if not directory.startswith(S3):
        yield map
        return
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="omnidomain-results") as pool:
        try:
            yield pool.map
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def looked_through(store: ResultStore) -> tuple[list[StoredFile], bool]:
    """Return the files of a run, and whether these are all.

    Of very many, as many are taken of each phase, and first of those that are named like places
    of reports: these are small and come last.
    """
    first = list(islice(store.files(), LISTED_AT_ONCE + 1))
    if len(first) <= LISTED_AT_ONCE:
        return first, True
    phases, complete = store.phases(within_s=PHASES_S)
    names = phases if complete else dict.fromkeys([*phases, *REPORT_FOLDERS])
    ordered = sorted(names, key=_is_of_reports, reverse=True)
    taken = ordered[: MOST_LISTED // LISTED_AT_ONCE]
    most = max(LISTED_AT_ONCE, MOST_LISTED // max(1, len(ordered)))
    found: list[StoredFile] = []
    all_seen = complete and len(taken) == len(ordered)
    for phase in taken:
        of_phase = list(islice(store.files(phase=phase), most))
        all_seen = all_seen and len(of_phase) < most
        found += of_phase
    return found, all_seen


def _is_of_reports(phase: str) -> bool:
    name = phase.lower()
    return name.endswith("_data") or any(tool in name for tool in REPORT_FOLDERS)


def _chosen(paths: list[str]) -> list[str]:
    """Return the reports that are read. Of too many, files of no known name are left out."""
    if len(paths) <= MOST_REPORTS:
        return paths
    chosen = set(sorted(paths, key=is_named, reverse=True)[:MOST_REPORTS])
    return [path for path in paths if path in chosen]


def _content(store: ResultStore, file: StoredFile, size: int) -> bytes:
    content = store.open(file.path, 0, size)
    if content is None:
        return b""  # gone since it was listed
    try:
        return read_up_to(content, size)
    finally:
        content.close()
