"""Numbers and curves found in the outputs of runs, one run or a whole sheet at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from ..compute.result_stores import ResultStores
from ..compute.results import ResultStore, StoredFile, read_up_to
from ..metrics import (
    KINDS,
    MOST_BYTES,
    Number,
    Report,
    by_sample,
    is_report,
    parse_report,
    without_doubles,
)
from ..schemas import (
    Metric,
    MetricsQuery,
    MetricsRow,
    Profile,
    ProfilesQuery,
    ReadFileMetrics,
    RunMetrics,
    RunQuery,
    SampleProfile,
    SubmissionMetrics,
    SubmissionProfiles,
)
from ..schemas import Run as RunResponse
from ..store.models import User
from .locations import S3, output_directory
from .runs import RunService
from .submissions import SubmissionService

MOST_LISTED = 20_000
"""About so many files of a run are looked through for reports."""

REPORT_FOLDERS = ("multiqc", "quast", "busco", "multiqc_data")
"""First folders in which reports are looked for even if a listing has not come to them."""

PHASES_S = 3.0
"""How long the first folders of a run with very many files are looked for."""

LISTED_AT_ONCE = 999
"""S3 gives 1,000 in an answer, and one more tells whether that was all."""

MOST_REPORTS = 300
MOST_NUMBERS = 10_000
MOST_PROFILES = 60
"""Of a run."""

AT_A_TIME = 8
"""Questions to S3. Files of this machine are read one after the other."""

RUN_COLUMNS = ("run_id", "row_number", "sample_id", "status", "sample")

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


class MetricsService:
    """Reads the reports that pipelines leave. Outputs of unknown kind are no error."""

    def __init__(
        self, runs: RunService, submissions: SubmissionService, stores: ResultStores
    ) -> None:
        self._runs = runs
        self._submissions = submissions
        self._stores = stores

    def run(self, user: User, run_id: UUID) -> RunMetrics:
        """Return the numbers in a run's outputs.

        Raises
        ------
        ResultsUnavailableError : S3 does not answer
        """
        directory = output_directory(self._runs.find(user, run_id))
        with _mapper(directory) as mapped:
            found, truncated = self._reports(directory, mapped)
        metrics = [
            Metric(**number._asdict(), file=path)
            for path, report in found
            for number in report.numbers
        ]
        return RunMetrics(
            run_id=run_id,
            reads=[ReadFileMetrics(**asdict(each)) for _, report in found for each in report.reads],
            metrics=metrics[:MOST_NUMBERS],
            profiles=[
                Profile(**KINDS[each.name]._asdict(), **asdict(each))
                for _, report in found
                for each in report.profiles
            ][:MOST_PROFILES],
            truncated=truncated or len(metrics) > MOST_NUMBERS,
        )

    def submission(self, user: User, submission_id: UUID, query: MetricsQuery) -> SubmissionMetrics:
        """Return the numbers of a page of a submission's runs, newest first as in the history.

        Raises
        ------
        NotFoundError : there is no such submission
        InvalidInputError : the cursor is not one of ours
        ResultsUnavailableError : S3 does not answer
        """
        self._submissions.get(user, submission_id)
        page = self._runs.page(
            user, RunQuery(submission_id=submission_id, limit=query.limit, cursor=query.cursor)
        )
        with _mapper(page.runs[0].outdir if page.runs else "") as mapped:
            rows = [row for rows in mapped(self._rows, page.runs) for row in rows]
        return SubmissionMetrics(
            submission_id=submission_id,
            columns=columns_of(rows),
            rows=rows,
            next_cursor=page.next_cursor,
        )

    def profiles(self, user: User, submission_id: UUID, query: ProfilesQuery) -> SubmissionProfiles:
        """Return one curve of a page of a submission's runs, newest first as in the history.

        Raises
        ------
        NotFoundError : there is no such submission
        InvalidInputError : the cursor is not one of ours
        ResultsUnavailableError : S3 does not answer
        """
        self._submissions.get(user, submission_id)
        page = self._runs.page(
            user, RunQuery(submission_id=submission_id, limit=query.limit, cursor=query.cursor)
        )
        with _mapper(page.runs[0].outdir if page.runs else "") as mapped:
            pages = mapped(partial(self._curves, query.name), page.runs)
            profiles = [each for some in pages for each in some]
        return SubmissionProfiles(
            submission_id=submission_id,
            name=query.name,
            **KINDS[query.name]._asdict(),
            profiles=profiles,
            next_cursor=page.next_cursor,
        )

    def _curves(self, name: str, run: RunResponse) -> list[SampleProfile]:
        found, _ = self._reports(run.outdir, map)
        curves = (each for _, report in found for each in report.profiles if each.name == name)
        return [
            SampleProfile(
                run_id=run.run_id,
                row_number=run.row_number,
                sample_id=run.sample_id,
                file=each.file,
                x=list(each.x),
                y=list(each.y),
            )
            for each in islice(curves, MOST_PROFILES)
        ]

    def _rows(self, run: RunResponse) -> list[MetricsRow]:
        found, _ = self._reports(run.outdir, map)
        numbers = islice((each for _, report in found for each in report.numbers), MOST_NUMBERS)
        return [
            MetricsRow(
                run_id=run.run_id,
                row_number=run.row_number,
                sample_id=run.sample_id,
                status=run.status,
                sample=sample,
                values=values,
            )
            for sample, values in _table(numbers, run.sample_id).items()
        ]

    def _reports(self, directory: str, mapped: Mapper) -> tuple[list[tuple[str, Report]], bool]:
        """Return the reports in an output directory, and whether there may be more."""
        store = self._stores.at(directory)
        files, all_seen = _looked_through(store)
        wanted = {
            file.path: file
            for file in files
            if is_report(file.path) and file.size_bytes <= MOST_BYTES
        }
        paths = without_doubles(wanted)
        contents = mapped(lambda path: _content(store, wanted[path]), paths[:MOST_REPORTS])
        # The contents come one at a time, and go when they are parsed.
        found = [
            (path, parse_report(path, content))
            for path, content in zip(paths, contents, strict=False)
        ]
        return found, not all_seen or len(paths) > MOST_REPORTS


def columns_of(rows: Iterable[MetricsRow]) -> list[str]:
    """Return the names of all numbers, in the order in which they first come."""
    return list(dict.fromkeys(name for row in rows for name in row.values))


def as_csv(rows: Sequence[MetricsRow]) -> Iterator[str]:
    """Yield the rows as CSV, in the sheet's order, piece by piece."""
    columns = columns_of(rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*RUN_COLUMNS, *columns])
    for number, row in enumerate(sorted(rows, key=lambda row: (row.row_number or 0, row.sample))):
        own = (getattr(row, name) for name in RUN_COLUMNS)
        writer.writerow([*own, *(_cell(row.values.get(name)) for name in columns)])
        if number % 500 == 499:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _looked_through(store: ResultStore) -> tuple[list[StoredFile], bool]:
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


def _table(numbers: Iterable[Number], own: str) -> dict[str, dict[str, float]]:
    return by_sample(numbers, own) or {own: {}}


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _content(store: ResultStore, file: StoredFile) -> bytes:
    content = store.open(file.path, 0, file.size_bytes)
    if content is None:
        return b""  # gone since it was listed
    try:
        return read_up_to(content, file.size_bytes)
    finally:
        content.close()


@contextmanager
def _mapper(directory: str) -> Iterator[Mapper]:
    if not directory.startswith(S3):
        yield map
        return
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="omnidomain-metrics") as pool:
        try:
            yield pool.map
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
