"""Numbers and curves found in the outputs of runs, one run or a whole sheet at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from ..metrics import KINDS, MOST_NUMBERS, Number, by_sample
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
from ..status import RunStatus
from ..store.models import User
from .csv_text import csv_pieces
from .locations import output_directory
from .reports import ReportReader, mapper
from .runs import RunService
from .submissions import SubmissionService
from .table_extent import Extent

MOST_PROFILES = 60
"""Of a run."""

RUN_COLUMNS = ("run_id", "row_number", "sample_id", "status", "sample")


class _KeptRow(NamedTuple):
    """A row with its numbers by the places of their columns; later columns it does not have."""

    row_number: int | None
    sample: str
    run_id: UUID
    sample_id: str
    status: RunStatus
    numbers: list[float | None]


class MetricsService:
    """Reads the reports that pipelines leave. Outputs of unknown kind are no error."""

    def __init__(
        self, runs: RunService, submissions: SubmissionService, reports: ReportReader
    ) -> None:
        self._runs = runs
        self._submissions = submissions
        self._reports = reports

    def run(self, user: User, run_id: UUID) -> RunMetrics:
        """Return the numbers in a run's outputs.

        Raises
        ------
        ResultsUnavailableError : S3 does not answer
        """
        directory = output_directory(self._runs.find(user, run_id))
        with mapper(directory) as mapped:
            found, truncated = self._reports.of(directory, mapped)
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
        with mapper(page.runs[0].outdir if page.runs else "") as mapped:
            found = list(mapped(self._rows, page.runs))
        rows = [row for rows, _ in found for row in rows]
        return SubmissionMetrics(
            submission_id=submission_id,
            columns=columns_of(rows),
            rows=rows,
            truncated=any(truncated for _, truncated in found),
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
        with mapper(page.runs[0].outdir if page.runs else "") as mapped:
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
        found, _ = self._reports.of(run.outdir, map)
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

    def _rows(self, run: RunResponse) -> tuple[list[MetricsRow], bool]:
        """Return the numbers of a run by sample, and whether there are more."""
        found, truncated = self._reports.of(run.outdir, map)
        numbers = [(path, each) for path, report in found for each in report.numbers]
        rows = [
            MetricsRow(
                run_id=run.run_id,
                row_number=run.row_number,
                sample_id=run.sample_id,
                status=run.status,
                sample=sample,
                values=values,
            )
            for sample, values in _table(numbers[:MOST_NUMBERS], run.sample_id).items()
        ]
        return rows, truncated or len(numbers) > MOST_NUMBERS


def columns_of(rows: Iterable[MetricsRow]) -> list[str]:
    """Return the names of all numbers, in the order in which they first come."""
    return list(dict.fromkeys(name for row in rows for name in row.values))


class SheetNumbers:
    """The numbers of a whole sheet for a CSV, whose columns are known at its end only.

    Kept small: each number stands in the place of its column, with no name beside it. Rows come
    in until one has no room; then it `is_full`. It is `truncated` if any numbers are not in it.

    Parameters
    ----------
    cells : so many at most, with those that a row is filled up with
    characters : so many at most, in what stands in front of a row and in names of columns. The
        numbers are short
    """

    def __init__(self, cells: int, characters: int) -> None:
        self.is_full = self.truncated = False
        self._size = Extent(cells, characters)
        self._places: dict[str, int] = {}
        self._rows: list[_KeptRow] = []

    def take(self, page: SubmissionMetrics) -> None:
        """Keep the rows of a page, as far as there is room."""
        self.truncated = self.truncated or page.truncated
        for row in page.rows:
            own = [str(getattr(row, name)) for name in RUN_COLUMNS]
            self.is_full = self.is_full or not self._size.takes(row.values, [own])
            if self.is_full:
                self.truncated = True
                return
            for name in row.values:
                self._places.setdefault(name, len(self._places))
            numbers: list[float | None] = [None] * len(self._places)
            for name, value in row.values.items():
                numbers[self._places[name]] = value
            self._rows.append(
                _KeptRow(row.row_number, row.sample, row.run_id, row.sample_id, row.status, numbers)
            )

    def as_csv(self) -> Iterator[str]:
        """Yield the rows as CSV, in the sheet's order, piece by piece."""
        ordered = sorted(self._rows, key=lambda row: (row.row_number or 0, row.sample))
        return csv_pieces(
            [*RUN_COLUMNS, *self._places],
            (
                [
                    *(getattr(row, name) for name in RUN_COLUMNS),
                    *map(_cell, row.numbers),
                    *[None] * (len(self._places) - len(row.numbers)),
                ]
                for row in ordered
            ),
        )


def _table(numbers: Iterable[tuple[str, Number]], own: str) -> dict[str, dict[str, float]]:
    return by_sample(numbers, own) or {own: {}}


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
