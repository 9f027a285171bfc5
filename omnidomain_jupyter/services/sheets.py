"""Checking sample sheets: read, validate, see whether the files are there, say what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..compute.s3 import S3Files
from ..errors import InvalidInputError, NotFoundError
from ..pipelines.command import unsafe_cells
from ..pipelines.definition import PipelineDefinition
from ..pipelines.registry import PipelineRegistry
from ..samplesheet.issues import Issue
from ..samplesheet.reader import SheetError, read_sheet
from ..samplesheet.source import SheetFile
from ..samplesheet.suggestions import near
from ..samplesheet.table import UNSET_FORMS, Row, Rows
from ..samplesheet.validator import SheetValidator
from ..schemas import CostRange, ProblemIssue, SheetRow, UploadNeed, ValidationReport
from .input_checks import InputChecks
from .jobs import JobPlanner
from .whole_sheets import LONGEST_SAMPLE

MAX_ERRORS = 1000
PREVIEW_ROWS = 50


@dataclass(frozen=True)
class CheckedSheet:
    """What is known of a sheet after all checks."""

    pipeline: PipelineDefinition
    columns: Sequence[str]
    rows: Rows
    errors: Sequence[Issue]
    error_count: int
    warnings: Sequence[Issue]
    uploads: UploadNeed | None = None


class SheetService:
    """Validates whole sheets and single rows against a pipeline's schema.

    Parameters
    ----------
    s3 : looks at files on S3
    is_installed : tells of a pipeline's program whether jobs will find it
    output : where runs on this machine write; None when they run elsewhere
    """

    def __init__(
        self,
        pipelines: PipelineRegistry,
        planner: JobPlanner,
        s3: S3Files | None = None,
        is_installed: Callable[[str], bool] = lambda _program: True,
        output: Path | None = None,
    ) -> None:
        self._pipelines = pipelines
        self._planner = planner
        self._is_installed = is_installed
        self._inputs = InputChecks(planner, s3 or S3Files(), output)
        self._validators: dict[str, tuple[PipelineDefinition, SheetValidator]] = {}

    def pipeline(self, name: str) -> PipelineDefinition:
        """Return the pipeline that a request names.

        Raises
        ------
        InvalidInputError : there is none of that name
        """
        try:
            return self._pipelines.get(name)
        except NotFoundError as error:
            if any(name == broken for broken, _ in self._pipelines.broken):
                issue = Issue(str(error), "broken_pipeline", column="pipeline", value=name)
                raise InvalidInputError(str(error), [issue]) from None
            names = [pipeline.name for pipeline in self._pipelines.list()]
            message = f"{error} There are: {', '.join(names)}."
            issue = Issue(
                message,
                "unknown_pipeline",
                column="pipeline",
                value=name,
                suggestion=near(name, names),
            )
            raise InvalidInputError(message, [issue]) from None

    def check(
        self,
        pipeline_name: str,
        file: SheetFile,
        *,
        check_files: bool,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> CheckedSheet:
        """Return everything that can be said of a sheet; its faults are no exception.

        Parameters
        ----------
        check_files : whether to look if the files that the sheet names are there
        cancelled : asked from time to time whether to give up

        Raises
        ------
        InvalidInputError : there is no such pipeline
        CheckCancelledError : `cancelled` said so
        """
        pipeline = self.pipeline(pipeline_name)
        try:
            sheet = read_sheet(file.data, filename=file.name)
        except SheetError as error:
            nothing = Rows((), (), ())
            return CheckedSheet(pipeline, (), nothing, error.issues, error.error_count, ())
        report = self._validator(pipeline).validate(sheet, max_errors=MAX_ERRORS)
        rows = sheet.rows()
        more = [*self._unconfigured(pipeline), *_unnamed(pipeline, rows), *_unsafe(pipeline, rows)]
        warnings = [*self._missing_program(pipeline), *report.warnings]
        uploads = None
        if check_files:
            columns = self._validator(pipeline).file_columns
            inputs = self._inputs.sheet(pipeline, columns, rows, file.directory, cancelled)
            more += inputs.errors
            # That a path is one of Windows is said where it was not found.
            faulty = {("windows_path", issue.row, issue.column) for issue in inputs.errors}
            warnings = [
                *inputs.warnings,
                *(each for each in warnings if (each.code, each.row, each.column) not in faulty),
            ]
            uploads = inputs.uploads
        known = {(issue.row, issue.column) for issue in report.errors if issue.column}
        more = [issue for issue in more if (issue.row, issue.column) not in known]
        errors, count = _merged(list(report.errors), more), report.error_count + len(more)
        return CheckedSheet(
            pipeline, sheet.columns, rows, errors[:MAX_ERRORS], count, warnings, uploads
        )

    def report(
        self,
        pipeline_name: str,
        file: SheetFile,
        *,
        check_files: bool,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> ValidationReport:
        """Return the result of all checks, for people."""
        checked = self.check(pipeline_name, file, check_files=check_files, cancelled=cancelled)
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
            uploads=checked.uploads,
        )

    def check_row(self, pipeline: PipelineDefinition, cells: dict[str, str | None]) -> Row:
        """Return a single row, with its unset cells left out.

        Raises
        ------
        InvalidInputError : the row is not valid, or a file that it names is not there; files on
            S3 are looked for if its job is to run on this machine
        """
        report = self._validator(pipeline).validate_row(cells)
        row = report.rows[0]
        rows = Rows(list(row.cells), [row.line], [[cell] for cell in row.cells.values()])
        known = {issue.column for issue in report.errors if issue.column}
        more = [
            *self._unconfigured(pipeline),
            *_unnamed(pipeline, rows),
            *_unsafe(pipeline, rows),
            *self._inputs.row(pipeline, self._validator(pipeline).file_columns, rows),
        ]
        errors = [*report.errors, *(issue for issue in more if issue.column not in known)]
        if errors:
            raise InvalidInputError(errors[0].message, errors)
        return row

    def _validator(self, pipeline: PipelineDefinition) -> SheetValidator:
        known = self._validators.get(pipeline.name)
        if known is None or known[0] is not pipeline:
            known = (
                pipeline,
                SheetValidator(dict(pipeline.schema), sample_column=pipeline.sample_column),
            )
            self._validators[pipeline.name] = known
        return known[1]

    def _unconfigured(self, pipeline: PipelineDefinition) -> Iterator[Issue]:
        lacks = self._planner.lacks(pipeline)
        if lacks is not None:
            yield Issue(lacks, "parameter_missing")

    def _missing_program(self, pipeline: PipelineDefinition) -> Iterator[Issue]:
        program = pipeline.program
        if not self._is_installed(program):
            message = (
                f"{program} is not installed on this machine, so runs of {pipeline.title} will be "
                "refused until it is."
            )
            yield Issue(message, "program_missing")


def sheet_cost(pipeline: PipelineDefinition, rows: Rows) -> CostRange | None:
    """Return what the rows may cost together, or None if the pipeline gives no range."""
    names = sorted({name for rule in pipeline.cost_rules for name in (*rule.columns, *rule.values)})
    told = {name for rule in pipeline.cost_rules for name in rule.values}
    table = rows.by_name()
    cells = [_for_cost(table.get(name), len(rows), exact=name in told) for name in names]
    # Rows of one kind cost the same: asked once for each kind, and not for each row.
    kinds = Counter(zip(*cells, strict=True)) if cells else Counter({(): len(rows)})
    low = high = 0.0
    known = False
    for kind, count in kinds.items():
        found = pipeline.cost_range(dict(zip(names, kind, strict=True)))
        if found is not None and count:
            known = True
            low, high = low + found[0] * count, high + found[1] * count
    return CostRange(low=low, high=high) if known else None


def _for_cost(cells: Sequence[str] | None, count: int, *, exact: bool) -> Sequence[str]:
    if cells is None:
        return [""] * count
    return ["" if cell in UNSET_FORMS else cell if exact else "set" for cell in cells]


def _unsafe(pipeline: PipelineDefinition, rows: Rows) -> Iterator[Issue]:
    """Yield the cells that could not be passed to a program as what they are."""
    files = pipeline.file_columns  # made absolute before they are passed
    for name, cells in rows.by_name().items():
        if name in files or _surely_safe(cells):
            continue
        for index, cell in enumerate(cells):
            if cell not in UNSET_FORMS:
                for issue in unsafe_cells(pipeline, {name: cell}):
                    row = rows[index]
                    yield replace(issue, line=row.line or None, row=row.row)


def _unnamed(pipeline: PipelineDefinition, rows: Rows) -> Iterator[Issue]:
    """Yield the rows whose sample has no name that a run could go by, whatever the schema says."""
    column = pipeline.sample_column
    names = rows.by_name().get(column)
    told = any(each.required for each in pipeline.columns if each.name == column)
    if names is None and pipeline.granularity == "row" and not told:
        message = f"The sheet has no column {column}, which names the samples."
        yield Issue(message, "missing_column", column=column)
    for index, name in enumerate(names or ()):
        if name in UNSET_FORMS and pipeline.granularity == "row":
            message = f"{column} is empty; every row needs the name of its sample."
            row = rows[index]
            yield Issue(message, "required", row.line or None, row.row, column)
        elif len(name) > LONGEST_SAMPLE:
            message = f"{column} has {len(name):,} characters; {LONGEST_SAMPLE} are the most."
            row = rows[index]
            yield Issue(message, "too_long", row.line or None, row.row, column, name[:80])


def _surely_safe(cells: Sequence[str]) -> bool:
    """Tell whether all cells are plain enough for any program, without a look at each."""
    together = "".join(cells)
    return (
        together.isascii()
        and "\0" not in together
        and not any(cell.startswith("-") for cell in set(cells) - UNSET_FORMS)
    )


def _merged(errors: Iterable[Issue], more: Iterable[Issue]) -> list[Issue]:
    return sorted([*errors, *more], key=lambda issue: issue.line or 0)


def _presented(issues: Iterable[Issue]) -> list[ProblemIssue]:
    return [ProblemIssue.model_validate(issue) for issue in issues]
