"""The Pydantic models of every request and response.

Handlers, services and the client share them. A response holds what its model names and
nothing else: a field that nobody may see is simply not here. Models are built on first use
(`defer_build`), so that importing this module costs the notebook server next to nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from .status import RunStatus


class Request(BaseModel):
    """What a client sends: unknown fields and wrong types are refused, not guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    @field_validator("*", mode="after")
    @classmethod
    def _without_nul(cls, value: object, info: ValidationInfo) -> object:
        # PostgreSQL stores no NUL, no path contains one, and no name is better with one. In a
        # sheet's text it is one fault among others, at its line.
        if info.field_name == "content":
            return value
        texts = [*value.keys(), *value.values()] if isinstance(value, dict) else [value]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError("it contains a NUL character")
        return value


class Response(BaseModel):
    """What the server answers."""

    model_config = ConfigDict(extra="ignore", defer_build=True, from_attributes=True)


# --- problems -----------------------------------------------------------------------------


class ProblemIssue(Response):
    """One fault at its cell (of a sheet) or field (of a request)."""

    line: int | None = Field(None, description="Physical line in the file; the header is line 1")
    row: int | None = Field(None, description="1 for the first row of data")
    column: str | None = Field(None, description="Name of the column or field")
    value: str | None = None
    code: str
    message: str
    suggestion: str | None = None


class Problem(Response):
    """An error, as RFC 9457 describes it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    message: str = Field(description="The same as `detail`, where JupyterLab looks for it")
    errors: list[ProblemIssue] | None = None
    error_count: int | None = None


# --- health and sign-in -------------------------------------------------------------------


class Health(Response):
    """Whether the extension can do its work."""

    status: str
    version: str
    detail: str | None = None


class LoginRequest(Request):
    """Sign in with an institutional email; the first visit makes the account.

    The email may be left out where a Hub says who you are and it can be derived.
    """

    email: Annotated[EmailStr, Field(max_length=254)] | None = None
    name: Annotated[str, Field(max_length=200)] | None = None
    org: Annotated[str, Field(max_length=200)] | None = None


class User(Response):
    """An account."""

    user_id: UUID
    email: str
    name: str | None
    org: str | None
    created_at: datetime
    last_login: datetime


class LoginResponse(Response):
    """A token for 24 hours, to be sent as ``X-OmniDomain-Authorization: Bearer …``."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105
    expires_at: datetime
    user: User


# --- pipelines ----------------------------------------------------------------------------


class PipelineColumn(Response):
    """One column of a pipeline's sample sheet."""

    name: str
    required: bool
    description: str | None = None
    is_file: bool = False
    allowed_values: list[str] | None = None


class CostRange(Response):
    """What something may cost, in US dollars: a range and never a promise."""

    low: float
    high: float
    currency: str = "USD"


class PipelineSummary(Response):
    """A pipeline in the list."""

    name: str
    title: str
    description: str
    engine: str
    revision: str | None
    granularity: str
    sample_column: str


class Pipeline(PipelineSummary):
    """A pipeline with everything that is needed to write a sheet for it."""

    columns: list[PipelineColumn]
    schema_: dict[str, Any] = Field(alias="schema", serialization_alias="schema")
    cost: CostRange | None
    example_sheet: str

    model_config = ConfigDict(populate_by_name=True)


class BrokenPipeline(Response):
    """A pipeline's folder that cannot be used, and why."""

    name: str
    message: str


class PipelineList(Response):
    """All pipelines that can be run here, and the definitions that are broken."""

    pipelines: list[PipelineSummary]
    broken: list[BrokenPipeline] = []


# --- sample sheets ------------------------------------------------------------------------


class SheetSource(Request):
    """A sheet, by its text or by its path under the server's root: one of the two."""

    pipeline: Annotated[str, Field(min_length=1, max_length=200)]
    content: str | None = None
    path: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    folder: (
        Annotated[
            str,
            Field(
                max_length=4096,
                description="Below the server's root: where relative paths in the content start",
            ),
        ]
        | None
    ) = None
    check_files: bool = True

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.content is None) == (self.path is None):
            raise ValueError("give the sheet either as 'content' or as 'path'")
        if self.folder is not None and self.content is None:
            raise ValueError("'folder' goes with 'content'; a sheet at a 'path' has its own folder")
        return self


class ValidateRequest(SheetSource):
    """Check a sheet; nothing is stored."""


class SheetRow(Response):
    """A row as it was understood; unset cells are absent."""

    line: int
    row: int
    cells: dict[str, str]


class UploadNeed(Response):
    """Files of the server that are brought to S3 before jobs elsewhere can read them.

    What is on S3 from an earlier sheet counts here, and is not sent again.
    """

    files: int
    bytes: int


class ValidationReport(Response):
    """Everything that is wrong in a sheet, at its cells, and what it would cost."""

    valid: bool
    rows: int
    columns: list[str]
    errors: list[ProblemIssue]
    error_count: int
    warnings: list[ProblemIssue]
    preview: list[SheetRow] = Field(description="The first rows")
    cost_estimate: CostRange | None
    uploads: UploadNeed | None = Field(
        None, description="Null where runs read the server's files, or they were not looked at"
    )


class SheetMatchRequest(Request):
    """Find the files of samples by their names."""

    pipeline: Annotated[str, Field(min_length=1, max_length=200)]
    folder: Annotated[
        str, Field(max_length=4096, description="Path below the server's root, or s3://…")
    ]
    sample_ids: (
        Annotated[
            list[Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$")]],
            Field(max_length=20_000),
        ]
        | None
    ) = Field(None, description="Otherwise the samples are those that the files' names tell")


class MatchedRow(Response):
    """A sample and its files: path by column. A column without a sure file is absent."""

    sample_id: str
    files: dict[str, str]


class AmbiguousCell(Response):
    """A cell that was left empty, since several files fit it, or its file fits several cells."""

    sample_id: str
    column: str
    candidates: list[str]
    message: str


class UnpairedFile(Response):
    """A sample with one file of a pair; `column` is the one that is empty."""

    sample_id: str
    column: str
    file: str
    message: str


class SheetMatch(Response):
    """What was found in a folder, and the sheet that it makes, ready to be checked."""

    pipeline: str
    folder: str
    rows: list[MatchedRow]
    unmatched_samples: list[str]
    missing_mates: list[UnpairedFile]
    ambiguous: list[AmbiguousCell]
    unused_files: list[str] = Field(description="Of many only the first")
    unused_count: int
    notes: list[str]
    sheet: str = Field(description="The sheet's text, tab-separated; every sample has its row")


# --- runs ---------------------------------------------------------------------------------


class RunCreate(Request):
    """One row, to be run now."""

    pipeline: Annotated[str, Field(min_length=1, max_length=200)]
    sample_id: Annotated[str, Field(min_length=1, max_length=255)]
    tsv_row: dict[str, str | None]
    base_outdir: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    cost_estimate: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None
    resume: bool = False


def _moment(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        "it must be a time with its time zone, such as 2026-05-04T00:00:00Z "
        "(in an address, + is written %2B)"
    )


Moment = Annotated[datetime, BeforeValidator(_moment)]


class RunQuery(BaseModel):
    """Which runs are wanted. Other query parameters, such as Jupyter's own, are let through."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    status: list[RunStatus] = []
    pipeline: Annotated[str, Field(max_length=200)] | None = None
    q: Annotated[str, Field(max_length=255, description="Part of a sample or job name")] | None = (
        None
    )
    submission_id: UUID | None = None
    since: Annotated[Moment, Field(description="Created at this time or later")] | None = None
    until: Annotated[Moment, Field(description="Created before this time")] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class LogQuery(BaseModel):
    """Which piece of a log is wanted."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    cursor: Annotated[str, Field(max_length=8192)] | None = None
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1000
    tail: (
        Annotated[int, Field(ge=1, le=10_000, description="The last lines; not with a cursor")]
        | None
    ) = None


class Run(Response):
    """A run: one row of a sheet, submitted."""

    run_id: UUID
    submission_id: UUID | None
    parent_run_id: UUID | None
    row_number: int | None
    pipeline: str
    pipeline_revision: str | None
    sample_id: str
    base_outdir: str
    outdir: str
    output_folder: str | None = Field(
        None, description="`outdir` below the server's root; null where it is elsewhere"
    )
    resume: bool
    cost_estimate: float | None
    backend: str
    status: RunStatus
    status_reason: str | None
    exit_code: int | None
    job_id: str | None
    job_name: str
    created_at: datetime
    submitted_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime


class StatusChange(Response):
    """One entry of a run's append-only history."""

    status: RunStatus
    message: str | None
    at: datetime


class RunDetail(Run):
    """A run with its row and its history, oldest first."""

    tsv_row: dict[str, str]
    status_history: list[StatusChange]


class RunPage(Response):
    """Runs, newest first; `next_cursor` is null on the last page."""

    runs: list[Run]
    next_cursor: str | None


class LogLines(Response):
    """A piece of a run's log; give `next_cursor` back to go on, also at the present end."""

    lines: list[str]
    next_cursor: str
    at_end: bool = Field(
        description="Whether nothing more is there just now; no lines alone do not say so"
    )


class RunCommand(Response):
    """What a run's job is started with. No shell is involved; `shell` is for people to copy."""

    run_id: UUID
    command: list[str] = Field(description="The arguments, as the pipeline makes them today")
    shell: str = Field(description="The same as one would type it")


class RunFailure(Response):
    """Why a run failed. What is not known, or not so, is null or empty."""

    run_id: UUID
    status: RunStatus
    reason: str | None = Field(description="The same as the run's `status_reason`")
    exit_code: int | None
    meaning: str | None = Field(description="Of the exit code")
    summary: str | None = Field(description="Of Nextflow's error, in some sentences")
    process: str | None = Field(description="The step that failed")
    cause: str | None
    exit_status: int | None = Field(description="Of the step's own program")
    work_directory: str | None = Field(description="Of the step")
    error_lines: list[str] = Field(description="Nextflow's own words")
    last_lines: list[str] = Field(description="Of the log")


class ReadFileMetrics(Response):
    """What was counted in one FASTQ file. Shares are between 0 and 1, lengths in bases."""

    file: str
    reads: int
    bases: int
    mean_length: float
    q20_reads: int
    q20_share: float
    gc_bases: int
    gc_share: float
    adapter_share: float | None = None


class Metric(Response):
    """A number that a tool has written of one sample, assembly or file."""

    tool: str = Field(description="Such as sequali, multiqc, quast, busco")
    sample: str = Field(description="As the tool calls it")
    name: str = Field(description="As the tool calls it")
    value: float
    file: str = Field(description="The output file that it was found in")


class Profile(Response):
    """A curve that a tool has drawn of one file of reads; at most 200 points."""

    name: str = Field(description="quality, length or gc")
    title: str
    x_label: str
    y_label: str
    file: str = Field(description="The file of reads that was counted")
    x: list[float]
    y: list[float]


class RunMetrics(Response):
    """Numbers found in a run's outputs; empty when there are none (yet)."""

    run_id: UUID
    reads: list[ReadFileMetrics]
    metrics: list[Metric] = []
    profiles: list[Profile] = []
    truncated: bool = Field(
        default=False, description="The run has more files than were looked through"
    )


class MetricsQuery(BaseModel):
    """Which part of a submission's numbers is wanted, and how."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    format: Literal["json", "csv"] = "json"
    limit: Annotated[int, Field(ge=1, le=500, description="Runs in a page of JSON")] = 200
    cursor: Annotated[str, Field(max_length=500)] | None = None


class MetricsRow(Response):
    """The numbers of one sample of a run, by `tool.name`.

    A tool that tells of one sample only has its numbers in the row of the run's sample.
    """

    run_id: UUID
    row_number: int | None
    sample_id: str
    status: RunStatus
    sample: str
    values: dict[str, float]


class SubmissionMetrics(Response):
    """The numbers of all runs of a sheet, in its order; `next_cursor` is null on the last page.

    A run without numbers has a row without values.
    """

    submission_id: UUID
    columns: list[str]
    rows: list[MetricsRow]
    truncated: bool = Field(description="A run has more numbers, or reports, than were read")
    next_cursor: str | None


class ProfilesQuery(BaseModel):
    """Which curves of a submission are wanted: of one kind, of a page of runs."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    name: Literal["quality", "length", "gc"] = "quality"
    limit: Annotated[int, Field(ge=1, le=100, description="Runs in a page")] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class SampleProfile(Response):
    """The curve of one file of reads of a run; at most 200 points."""

    run_id: UUID
    row_number: int | None
    sample_id: str
    file: str
    x: list[float]
    y: list[float]


class SubmissionProfiles(Response):
    """One curve of the runs of a sheet, newest first; `next_cursor` is null on the last page.

    A run without it has none.
    """

    submission_id: UUID
    name: str
    title: str
    x_label: str
    y_label: str
    profiles: list[SampleProfile]
    next_cursor: str | None


class TablesQuery(BaseModel):
    """Which tables of a submission's runs are wanted, and how."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    path: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1024,
            description="Relative to each run's output directory, as in quast/report.tsv; "
            "* and ? stand for characters of one name, **/ for any folders",
        ),
    ]
    format: Literal["json", "csv"] = "json"
    limit: Annotated[int, Field(ge=1, le=100, description="Runs in a page")] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class TableRow(Response):
    """A row of an output file that is a table. Cells are as they are written."""

    run_id: UUID
    row_number: int | None
    sample_id: str
    file: str
    cells: list[str | None] = Field(description="As `columns`; null in those it does not have")


class RunWithoutTable(Response):
    """A run in whose outputs there is no such table (yet)."""

    run_id: UUID
    row_number: int | None
    sample_id: str


class SubmissionTables(Response):
    """The tables of one name of the runs of a sheet, newest first, one below the other.

    `next_cursor` is null on the last page. A page may have fewer runs than the limit.
    """

    submission_id: UUID
    path: str
    columns: list[str] = Field(description="Of all tables of the page, as they first come")
    rows: list[TableRow]
    without: list[RunWithoutTable]
    truncated: bool = Field(
        description="A table has more rows than were read, or a run more files or tables"
    )
    next_cursor: str | None


class ResultQuery(BaseModel):
    """Which of a run's files are wanted."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    phase: (
        Annotated[
            str,
            Field(max_length=1024, description="The first folder; a dot for files in none"),
        ]
        | None
    ) = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 500
    cursor: Annotated[str, Field(max_length=8192)] | None = None


class ResultFile(Response):
    """A file in a run's output directory."""

    path: str = Field(description="Relative to the run's output directory, with /")
    size_bytes: int
    modified_at: datetime
    media_type: str
    phase: str = Field(".", description="The first folder of the path; a dot when it has none")


class ResultPhase(Response):
    """A first folder of the outputs. The counts are null where there is too much to count."""

    name: str
    files: int | None = None
    size_bytes: int | None = None


class ResultList(Response):
    """Output files of a run, by path; `next_cursor` is null on the last page."""

    run_id: UUID
    outdir: str
    results: list[ResultFile]
    truncated: bool = Field(default=False, description="There is another page")
    phases: list[ResultPhase] | None = Field(None, description="On the first page only")
    phases_complete: bool = Field(
        default=True, description="False when there may be first folders that are not among them"
    )
    left_out: int = Field(
        default=0, description="Links and folders that were come across and are not served"
    )
    note: str | None = Field(None, description="Why some are left out, in a sentence")
    next_cursor: str | None = None


class ResultFileQuery(BaseModel):
    """How an output file is wanted; its bytes unless told otherwise."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    download: Annotated[bool, Field(description="To be saved, and not shown")] = False
    preview: (
        Annotated[Literal["table", "text"], Field(description="Its beginning, as JSON")] | None
    ) = None
    rows: Annotated[int, Field(ge=1, le=1000, description="Of a table")] = 50
    size: Annotated[int, Field(ge=1, le=1048576, description="Bytes of a text")] = 65536


class TableColumn(Response):
    """A column of a table. The type is told from the first rows."""

    name: str
    type: str = Field(description="integer, number, boolean, text, or empty")


class TablePreview(Response):
    """The first rows of an output file that is a table. Cells are as they are written."""

    path: str
    size_bytes: int
    columns: list[TableColumn]
    rows: list[list[str | None]]
    truncated: bool
    delimiter: str
    header: bool = Field(description="Whether the names of the columns are in the file")


class TextPreview(Response):
    """The beginning of an output file that is text."""

    path: str
    size_bytes: int
    text: str
    truncated: bool


class SaveRequest(Request):
    """Copy output files to a folder below the server's root."""

    paths: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=4096)]],
        Field(min_length=1, max_length=1000, description="Of files, or of folders with all in it"),
    ]
    folder: Annotated[
        str,
        Field(
            max_length=4096,
            description="Below the server's root, by its name there or its whole path; made when "
            "missing",
        ),
    ] = ""
    overwrite: bool = False


class SavedFile(Response):
    """A file that was copied: from `path` among the results to `saved_as` below the root."""

    path: str
    saved_as: str
    size_bytes: int


class SavedFiles(Response):
    """What was copied, in the order of the paths."""

    run_id: UUID
    folder: str
    files: list[SavedFile]


class Upload(Response):
    """A file that was uploaded for a run."""

    upload_id: UUID
    filename: str
    uri: str
    size_bytes: int
    sha256: str | None
    uploaded_at: datetime


class UploadList(Response):
    """The uploads of a run."""

    run_id: UUID
    files: list[Upload]


# --- uploads by a browser -----------------------------------------------------------------


class BrowserUploadCreate(Request):
    """Begin to send a file from a browser to S3."""

    filename: Annotated[str, Field(description="At most 255 bytes, without folders")]
    size_bytes: int
    checksums: bool = Field(
        default=True,
        description="Whether each part comes with its SHA-256, and S3 refuses one that differs",
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None,
        description="Of the whole file, in hexadecimal: the same file, sent by the same person "
        "under the same name, is the same upload, which goes on or is complete already",
    )

    @field_validator("filename")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if name.strip() in {"", ".", ".."}:
            raise ValueError("it is empty")
        if "/" in name or "\\" in name:
            raise ValueError("it contains a folder; give the name of the file alone")
        if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in name):
            raise ValueError("it contains a line break or another control character")
        if len(name.encode("utf-8", "surrogatepass")) > 255:
            raise ValueError("it has more than 255 bytes; rename the file")
        return name

    @field_validator("size_bytes")
    @classmethod
    def _is_not_empty(cls, size: int) -> int:
        if size <= 0:
            raise ValueError("the file is empty")
        return size


class BrowserUpload(Response):
    """A file on its way from a browser to S3, in `parts` parts.

    Each has `part_size` bytes, but the last. `done_parts` are there, and need not be sent again.
    """

    upload_id: UUID
    filename: str = Field(description="As it is called on S3: in letters that pipelines take")
    uri: str = Field(description="For the sheet, once the upload is complete")
    size_bytes: int
    largest_bytes: int = Field(description="Larger files are refused")
    part_size: int
    parts: int
    checksums: bool
    done_parts: list[int] = Field(description="Empty when the upload is complete")
    done_bytes: int
    complete: bool


class PartWanted(Request):
    """A part that is about to be sent; parts are counted from 1."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = Field(
        None, description="In hexadecimal; needed if the upload was begun with checksums"
    )


class PartLinksRequest(Request):
    """Ask where to send parts to."""

    parts: Annotated[list[PartWanted], Field(min_length=1, max_length=100)]


class PartLink(Response):
    """Where a part is to be sent to, by PUT, with these headers and no other."""

    number: int
    size_bytes: int
    url: str
    headers: dict[str, str]


class PartLinks(Response):
    """Addresses for parts; none is good for a part that begins to be sent after `expires_at`."""

    upload_id: UUID
    expires_at: datetime
    links: list[PartLink]


class UploadedFile(Response):
    """A file that a browser has brought to S3."""

    upload_id: UUID
    filename: str
    uri: str = Field(description="For the sheet")
    size_bytes: int


# --- submissions --------------------------------------------------------------------------


class SubmissionCreate(SheetSource):
    """A sheet, every row of which is to be run."""

    base_outdir: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    resume: bool = False


_SCHEMA_SHA256 = (
    "Of the pipeline's schema as it was then: of its JSON with sorted keys, as Python's `json` "
    "writes it. Null if it was submitted before schemas were kept"
)


class RejectedRow(Response):
    """A row that the compute backend refused; it can be submitted again."""

    row: int
    line: int | None
    sample_id: str
    reason: str


class SubmissionSheet(Response):
    """The sheet of a submission, as it was sent, and what it was run with."""

    submission_id: UUID
    pipeline: str
    filename: str | None
    folder: str | None = Field(
        description="Where its relative paths start, below the server's root; null elsewhere"
    )
    content: str = Field(description="Its text; of a workbook, tab-separated")
    sheet_sha256: str = Field(description="Of the bytes that were sent")
    schema_sha256: str | None = Field(None, description=_SCHEMA_SHA256)
    schema_: dict[str, Any] | None = Field(
        None,
        alias="schema",
        serialization_alias="schema",
        description="Of the pipeline, as it was then; null as `schema_sha256` is",
    )
    pipeline_revision: str | None = Field(
        None, description="Of its runs; null if the pipeline has none, or no row was accepted"
    )
    resume: bool | None = Field(None, description="Of its runs; null if no row was accepted")

    model_config = ConfigDict(populate_by_name=True)


class UploadProgress(Response):
    """How far a sheet's files have come on their way to S3; each counts once."""

    files: int
    done_files: int
    bytes: int
    done_bytes: int


class Submission(Response):
    """A sheet that was submitted, and how far its rows have come.

    `uploads` is there if its rows name files of the server and run elsewhere.
    """

    submission_id: UUID
    pipeline: str
    filename: str | None
    sheet_sha256: str
    schema_sha256: str | None = Field(None, description=_SCHEMA_SHA256)
    total: int
    counts: dict[RunStatus, int]
    rejected: list[RejectedRow]
    created_at: datetime
    uploads: UploadProgress | None = None
