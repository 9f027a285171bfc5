"""Numbers and curves found in the outputs of runs, one run or a whole sheet at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import islice
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
from ..store.models import User
from .csv_text import csv_pieces
from .locations import output_directory
from .reports import ReportReader, mapper
from .runs import RunService
from .submissions import SubmissionService

MOST_PROFILES = 60
"""Of a run."""

RUN_COLUMNS = ("run_id", "row_number", "sample_id", "status", "sample")


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

    def _rows(self, run: RunResponse) -> list[MetricsRow]:
        found, _ = self._reports.of(run.outdir, map)
        numbers = ((path, each) for path, report in found for each in report.numbers)
        return [
            MetricsRow(
                run_id=run.run_id,
                row_number=run.row_number,
                sample_id=run.sample_id,
                status=run.status,
                sample=sample,
                values=values,
            )
            for sample, values in _table(islice(numbers, MOST_NUMBERS), run.sample_id).items()
        ]


def columns_of(rows: Iterable[MetricsRow]) -> list[str]:
    """Return the names of all numbers, in the order in which they first come."""
    return list(dict.fromkeys(name for row in rows for name in row.values))


def as_csv(rows: Sequence[MetricsRow]) -> Iterator[str]:
    """Yield the rows as CSV, in the sheet's order, piece by piece."""
    columns = columns_of(rows)
    ordered = sorted(rows, key=lambda row: (row.row_number or 0, row.sample))
    return csv_pieces(
        [*RUN_COLUMNS, *columns],
        (
            [
                *(getattr(row, name) for name in RUN_COLUMNS),
                *(_cell(row.values.get(name)) for name in columns),
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
