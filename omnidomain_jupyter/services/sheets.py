"""Checking sample sheets: read, validate, see whether the files are there, say what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import InvalidInputError, NotFoundError
from ..pipelines.command import unsafe_cells
from ..pipelines.definition import PipelineDefinition
from ..pipelines.registry import PipelineRegistry
from ..samplesheet.files import check_files
from ..samplesheet.issues import Issue
from ..samplesheet.reader import Row, SheetError, read_sheet
from ..samplesheet.source import SheetFile
from ..samplesheet.suggestions import near
from ..samplesheet.validator import SheetValidator
from ..schemas import CostRange, ProblemIssue, SheetRow, ValidationReport
from .jobs import JobPlanner

MAX_ERRORS = 1000
PREVIEW_ROWS = 50


@dataclass(frozen=True)
class CheckedSheet:
    """What is known of a sheet after all checks."""

    pipeline: PipelineDefinition
    columns: Sequence[str]
    rows: Sequence[Row]
    errors: Sequence[Issue]
    error_count: int
    warnings: Sequence[Issue]


class SheetService:
    """Validates whole sheets and single rows against a pipeline's schema."""

    def __init__(self, pipelines: PipelineRegistry, planner: JobPlanner) -> None:
        self._pipelines = pipelines
        self._planner = planner
        self._validators: dict[str, tuple[PipelineDefinition, SheetValidator]] = {}

    def pipeline(self, name: str) -> PipelineDefinition:
        """Return the pipeline that a request names.

        Raises
        ------
        InvalidInputError : there is none of that name
        """
        try:
            return self._pipelines.get(name)
        except NotFoundError:
            names = [pipeline.name for pipeline in self._pipelines.list()]
            message = f"There is no pipeline {name!r} here. There are: {', '.join(names)}."
            issue = Issue(
                message,
                "unknown_pipeline",
                column="pipeline",
                value=name,
                suggestion=near(name, names),
            )
            raise InvalidInputError(message, [issue]) from None

    def check(self, pipeline_name: str, file: SheetFile, *, check_files: bool) -> CheckedSheet:
        """Return everything that can be said of a sheet; its faults are no exception.

        Raises
        ------
        InvalidInputError : there is no such pipeline
        """
        pipeline = self.pipeline(pipeline_name)
        try:
            sheet = read_sheet(file.data, filename=file.name)
        except SheetError as error:
            return CheckedSheet(pipeline, (), (), error.issues, error.error_count, ())
        report = self._validator(pipeline).validate(sheet, max_errors=MAX_ERRORS)
        rows = list(sheet.rows())
        more = _unsafe(pipeline, rows)
        if check_files:
            more += self._missing_files(pipeline, rows, file.directory)
        errors, count = _merged(list(report.errors), more), report.error_count + len(more)
        return CheckedSheet(
            pipeline, sheet.columns, rows, errors[:MAX_ERRORS], count, report.warnings
        )

    def report(self, pipeline_name: str, file: SheetFile, *, check_files: bool) -> ValidationReport:
        """Return the result of all checks, for people."""
        checked = self.check(pipeline_name, file, check_files=check_files)
        return ValidationReport(
            valid=checked.error_count == 0,
            rows=len(checked.rows),
            columns=list(checked.columns),
            errors=_presented(checked.errors),
            error_count=checked.error_count,
            warnings=_presented(checked.warnings[:MAX_ERRORS]),
            preview=[
                SheetRow(line=row.line, row=row.row, cells=row.cells)
                for row in checked.rows[:PREVIEW_ROWS]
            ],
            cost_estimate=sheet_cost(checked.pipeline, checked.rows),
        )

    def check_row(self, pipeline: PipelineDefinition, cells: dict[str, str | None]) -> Row:
        """Return a single row, with its unset cells left out.

        Raises
        ------
        InvalidInputError : the row is not valid, or a file that it names is not there
        """
        report = self._validator(pipeline).validate_row(cells)
        rows = list(report.rows)
        errors = [
            *report.errors,
            *_unsafe(pipeline, rows),
            *self._missing_files(pipeline, rows, None),
        ]
        if errors:
            raise InvalidInputError(errors[0].message, errors)
        return rows[0]

    def _validator(self, pipeline: PipelineDefinition) -> SheetValidator:
        known = self._validators.get(pipeline.name)
        if known is None or known[0] is not pipeline:
            known = (
                pipeline,
                SheetValidator(dict(pipeline.schema), sample_column=pipeline.sample_column),
            )
            self._validators[pipeline.name] = known
        return known[1]

    def _missing_files(
        self, pipeline: PipelineDefinition, rows: Iterable[Row], directory: Path | None
    ) -> list[Issue]:
        bases = self._planner.base_directories(str(directory) if directory else None)
        columns = self._validator(pipeline).file_columns
        return check_files(rows, columns, base_directories=bases)


def sheet_cost(pipeline: PipelineDefinition, rows: Iterable[Row]) -> CostRange | None:
    """Return what the rows may cost together, or None if the pipeline gives no range."""
    ranges = [found for row in rows if (found := pipeline.cost_range(row.cells))]
    if not ranges:
        return None
    return CostRange(low=sum(low for low, _ in ranges), high=sum(high for _, high in ranges))


def _unsafe(pipeline: PipelineDefinition, rows: Iterable[Row]) -> list[Issue]:
    """Return the cells that could not be passed to a program as what they are."""
    files = pipeline.file_columns  # made absolute before they are passed
    return [
        replace(issue, line=row.line or None, row=row.row)
        for row in rows
        for issue in unsafe_cells(
            pipeline, {name: cell for name, cell in row.cells.items() if name not in files}
        )
    ]


def _merged(errors: list[Issue], more: list[Issue]) -> list[Issue]:
    return sorted([*errors, *more], key=lambda issue: issue.line or 0)


def _presented(issues: Iterable[Issue]) -> list[ProblemIssue]:
    return [ProblemIssue.model_validate(issue) for issue in issues]
