"""The client: what a script or a notebook says to OmniDomain.

>>> from omnidomain_jupyter import connect
>>> client = connect(email="ada@example.org")  # doctest: +SKIP
>>> client.submit("samples.tsv", "ReadQC").wait().runs()  # doctest: +SKIP

It speaks HTTP and imports nothing of the server's side.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from ._advice import advice
from ._arguments import count, moment, one_id, pipeline_name, statuses
from ._connection import NoServerError, Secret, find_server
from ._failures import (
    NotUnderstoodError,
    RejectedSheetError,
    ServerAwayError,
    ServerRefusedError,
    StillRunningError,
    UnreadableFileError,
    UploadFailedError,
    UploadInterruptedError,
)
from ._hints import Hints
from ._listing import runs_frame
from ._matched import MatchedSheet
from ._run import Run
from ._server_files import FoundSheet, ServerFiles, find_sheet, look_around
from ._sheets import Sheet, folder_source, sheet_source, text_frame
from ._submission import Submission
from ._submitting import Submitter
from ._transport import Transport
from ._uploading import Progress, upload_file
from ._validation import Validation
from .errors import NotFoundError, OmniDomainError

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import Pipeline, PipelineList, ProblemIssue, RunPage, User
    from .schemas import Run as RunModel
    from .schemas import Submission as SubmissionModel

__all__ = [
    "Client",
    "MatchedSheet",
    "NoServerError",
    "NotUnderstoodError",
    "OmniDomainError",
    "RejectedSheetError",
    "Run",
    "ServerAwayError",
    "ServerRefusedError",
    "StillRunningError",
    "Submission",
    "UnreadableFileError",
    "UploadFailedError",
    "UploadInterruptedError",
    "Validation",
    "connect",
]

PAGE = 500
_Answer = TypeVar("_Answer")


def connect(url: str | None = None, token: str | None = None, email: str | None = None) -> Client:
    """Return a client of the Jupyter server that this kernel or script belongs to.

    Parameters
    ----------
    url : the server's address; found by itself in a kernel
    token : Jupyter's token for it; found by itself in a kernel
    email : sign in as this scientist at once

    Raises
    ------
    NoServerError : no server was found, or none that can be used; the text says what to do
    """
    token = Secret(token) if token else None  # which no traceback of this function shows
    client = Client(Transport(find_server(url, token)))
    return client.sign_in(email) if email else client


class Client:
    """Sheets in, runs and DataFrames out. Made by `connect`.

    Parameters
    ----------
    transport : to the server
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._submitter = Submitter(transport)
        self.hints = Hints(transport.connection)

    def __repr__(self) -> str:
        """Return the server's address and who is signed in; never a token."""
        user = self._transport.user
        who = f"signed in as {user.email}" if user else "not signed in"
        return f"<OmniDomain at {self.url}, {who}>"

    @property
    def url(self) -> str:
        """The Jupyter server's address."""
        return self._transport.connection.url

    @property
    def root(self) -> Path | None:
        """The server's root directory, where that is known and on this machine."""
        return self._transport.connection.root

    @property
    def user(self) -> User | None:
        """Who is signed in, without asking the server."""
        return self._transport.user

    def sign_in(self, email: str | None = None) -> Self:
        """Sign in with an institutional email; the first visit makes the account.

        On a Hub, which knows who you are, the email may be left out. The sign-in is renewed
        by itself.
        """
        self._transport.sign_in(email)
        return self

    def me(self) -> User:
        """Return the account that is signed in."""
        from .schemas import User

        return self._transport.get_as(User, "auth/me")

    def pipelines(self) -> pd.DataFrame:
        """Return what can be run here: ``name``, ``title``, ``description``, ``engine``, ….

        ``broken`` says why a pipeline cannot be run; it is empty for one that can.
        """
        import pandas as pd

        from .schemas import PipelineSummary

        found = self._catalogue()
        fields = [*PipelineSummary.model_fields, "broken"]
        rows = [pipeline.model_dump() | {"broken": ""} for pipeline in found.pipelines]
        rows += [
            dict.fromkeys(fields, "") | {"name": each.name, "broken": each.message}
            for each in found.broken
        ]
        return pd.DataFrame(rows, columns=fields)

    def pipeline(self, name: str) -> Pipeline:
        """Return a pipeline with its columns, its schema and an example sheet.

        Raises
        ------
        NotFoundError : there is none of that name; the text names those that there are
        """
        from .schemas import Pipeline

        wanted = pipeline_name(name)
        if not wanted.strip() or "/" in wanted:  # which would be another route
            raise self._no_pipeline(wanted, f"There is no pipeline {wanted!r}.")
        try:
            return self._transport.get_as(Pipeline, f"pipelines/{wanted}")
        except NotFoundError as error:
            raise self._no_pipeline(wanted, str(error)) from None

    def starter_sheet(self, pipeline: str) -> pd.DataFrame:
        """Return a sheet to begin with: the pipeline's columns and two believable rows.

        Change it and give it to `validate` or `submit`.
        """
        return text_frame(self.starter_sheet_text(pipeline))

    def starter_sheet_text(self, pipeline: str) -> str:
        """Return the same as text, tab-separated, ready to be saved as a .tsv file."""
        return self.pipeline(pipeline).example_sheet

    def match(
        self,
        pipeline: str,
        folder: str | os.PathLike[str],
        samples: Iterable[str] | None = None,
    ) -> MatchedSheet:
        """Return the sheet that the files of a folder make, found by their names.

        ``gut_01_R1.fastq.gz`` and ``gut_01_R2.fastq.gz`` become the row of ``gut_01``. What is
        not sure is left empty and said in the result's `problems`.

        Parameters
        ----------
        pipeline : the pipeline's name
        folder : below the server's root, or an ``s3://`` address
        samples : the samples' names, in the sheet's order; found in the files' names otherwise
        """
        from .schemas import SheetMatch

        where = folder_source(folder, self.root)
        body: dict[str, Any] = {"pipeline": pipeline_name(pipeline), "folder": where}
        if samples is not None:
            names = [samples] if isinstance(samples, str) else samples
            body["sample_ids"] = [str(name) for name in names]
        return MatchedSheet(self._transport.post_as(SheetMatch, "samplesheets/match", body))

    def files(self) -> ServerFiles:
        """Return sheets, reads and folders of reads below the server's root, to choose from.

        What is found quickly, the nearest first, and no list of everything.
        """
        return look_around(self._transport.contents)

    def find_sheet(self, path: str, *, largest: int = 32 * 1024**2) -> FoundSheet:
        """Return the sheet at a path, here or below the server's root, with what is in it.

        Parameters
        ----------
        path : as `validate` and `submit` take it
        largest : bytes; of a larger file the content is not asked for

        Raises
        ------
        InvalidInputError : the file is here and cannot be read
        """
        return find_sheet(path, self.root, self._transport.contents, largest)

    def upload(
        self,
        path: str | os.PathLike[str],
        on_progress: Progress | None = None,
        *,
        progress: bool = True,
    ) -> str:
        """Send a file of this machine to S3; return its ``s3://`` address, for the sheet.

        Where runs read the server's own files this is not needed, and the error says so. Files
        that a sheet names below the server's root are brought to S3 without this.

        After Ctrl-C, too, what was sent stays, and calling this again sends the rest.

        Parameters
        ----------
        path : of the file, here
        on_progress : is called with the bytes that have been sent, and all of them; no bar then
        progress : show a bar

        Raises
        ------
        ConflictError : the server's runs do not read S3; the text says what to do
        InvalidInputError : there is no such file, it is empty, or it changes meanwhile
        UploadInterruptedError : S3 does not answer; what was sent stays: call this again
        UploadFailedError : S3 refuses it; what this call has begun to send is taken back
        """
        bar = progress and on_progress is None
        return upload_file(self._transport, path, self.root, on_progress, bar=bar)

    def validate(
        self, sheet: Sheet, pipeline: str, *, folder: str | None = None, check_files: bool = True
    ) -> Validation:
        """Return everything that is wrong in a sheet, at its cells. Nothing is stored.

        Parameters
        ----------
        sheet : a path (here, or below the server's root), the sheet's text, a DataFrame,
            or what `match` has found
        pipeline : the pipeline's name
        folder : below the server's root: where relative paths in a text or a DataFrame start
        check_files : whether the files that it names must exist
        """
        from .schemas import ValidationReport

        body = self._request(sheet, pipeline, folder, check_files=check_files)
        report = self._advised(
            body, lambda: self._transport.post_as(ValidationReport, "samplesheets/validate", body)
        )
        return Validation(report, advice(body, report.errors, self.root))

    def submit(
        self,
        sheet: Sheet,
        pipeline: str,
        *,
        base_outdir: str | None = None,
        resume: bool = False,
        folder: str | None = None,
        check_files: bool = True,
        key: str | None = None,
    ) -> Submission:
        """Submit every row of a sheet: all of them, or none if anything is wrong.

        If the server's answer is lost, calling this again with the same arguments gives the
        same submission; nothing is submitted twice.

        Parameters
        ----------
        sheet : a path (here, or below the server's root), the sheet's text, a DataFrame,
            or what `match` has found
        pipeline : the pipeline's name
        base_outdir : where the outputs go; the server's default otherwise
        resume : continue from what an earlier run has left in the work directory
        folder : below the server's root: where relative paths in a text or a DataFrame start
        check_files : whether the files that the sheet names must exist
        key : an ``Idempotency-Key`` of your own

        Raises
        ------
        RejectedSheetError : the sheet is wrong; its text names the cells
        """
        body = self._request(sheet, pipeline, folder, check_files=check_files)
        body["resume"] = resume
        if base_outdir is not None:
            body["base_outdir"] = str(base_outdir)
        return self._made(self._advised(body, lambda: self._submitter.post(body, key)))

    def submission(self, submission_id: str | UUID | Submission) -> Submission:
        """Return an earlier submission."""
        from .schemas import Submission as SubmissionModel

        route = f"submissions/{one_id(submission_id, 'submission')}"
        return self._made(self._transport.get_as(SubmissionModel, route))

    def runs(
        self,
        *,
        status: str | Sequence[str] | None = None,
        pipeline: str | None = None,
        q: str | None = None,
        submission_id: str | UUID | Submission | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return your runs, newest first.

        Parameters
        ----------
        status : one status or several, such as ``"FAILED"``
        pipeline : only of this pipeline
        q : part of a sample's name
        submission_id : only of this submission
        since, until : only what was submitted then; a datetime, a date, or ISO text. Of a day all
            of it counts. Without a time zone it is the time of this machine
        limit : at most so many; None for all
        """
        return runs_frame(
            self.iter_runs(
                status=status,
                pipeline=pipeline,
                q=q,
                submission_id=submission_id,
                since=since,
                until=until,
                limit=limit,
            )
        )

    def iter_runs(
        self,
        *,
        status: str | Sequence[str] | None = None,
        pipeline: str | None = None,
        q: str | None = None,
        submission_id: str | UUID | Submission | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        limit: int | None = None,
    ) -> Iterator[RunModel]:
        """Yield your runs as the server describes them, newest first, page by page."""
        most = count(limit)
        if most == 0:
            return iter(())
        size = PAGE if most is None else min(most, PAGE)
        page = partial(
            self.runs_page,
            limit=size,
            status=statuses(status),
            pipeline=pipeline,
            q=q,
            submission_id=submission_id and one_id(submission_id, "submission"),
            since=moment(since, "since"),
            until=moment(until, "until"),
        )
        return islice(_all_of(page), most)

    def runs_page(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        status: str | Sequence[str] | None = None,
        pipeline: str | None = None,
        q: str | None = None,
        submission_id: str | UUID | Submission | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
    ) -> RunPage:
        """Return one page of your runs, newest first, for those who must not wait for all.

        Parameters
        ----------
        limit : runs in the page, at most 500
        cursor : the last page's `next_cursor`; None for the newest
        status, pipeline, q, submission_id, since, until : as in `runs`
        """
        from .schemas import RunPage

        return self._transport.get_as(
            RunPage,
            "runs",
            limit=limit,
            cursor=cursor,
            status=statuses(status),
            pipeline=pipeline,
            q=q,
            submission_id=submission_id and one_id(submission_id, "submission"),
            since=moment(since, "since"),
            until=moment(until, "until"),
        )

    def run(self, run_id: str | UUID | Run) -> Run:
        """Return one run, by its id."""
        from .schemas import RunDetail

        model = self._transport.get_as(RunDetail, f"runs/{one_id(run_id, 'run')}")
        return Run(self._transport, self.hints, model)

    def kernel_connections(self, kernel_id: str) -> int | None:
        """Return how many pages are connected to a kernel; None where the server knows of none."""
        return self._transport.kernel_connections(kernel_id)

    def close(self) -> None:
        """Give the connections back."""
        self._transport.close()

    def _catalogue(self) -> PipelineList:
        from .schemas import PipelineList

        return self._transport.get_as(PipelineList, "pipelines")

    def _no_pipeline(self, name: str, told: str) -> NotFoundError:
        found = self._catalogue()
        if name in {each.name for each in found.broken}:
            return NotFoundError(told)
        return NotFoundError(f"{told} There are: {', '.join(p.name for p in found.pipelines)}.")

    def _request(
        self, sheet: Sheet, pipeline: str, folder: str | None, *, check_files: bool
    ) -> dict[str, Any]:
        name = pipeline_name(pipeline)
        source = sheet_source(sheet, self.root, self._transport.has_file)
        if folder is not None and "content" in source:
            source["folder"] = folder_source(folder, self.root)
        return {"pipeline": name, "check_files": check_files, **source}

    def _advised(self, body: dict[str, Any], send: Callable[[], _Answer]) -> _Answer:
        try:
            return send()
        except RejectedSheetError as error:
            error.advice = advice(body, cast("tuple[ProblemIssue, ...]", error.issues), self.root)
            raise

    def _made(self, model: SubmissionModel) -> Submission:
        return Submission(self._transport, self.hints, model, self._of_submission)

    def _of_submission(self, submission_id: str) -> Iterator[RunModel]:
        return self.iter_runs(submission_id=submission_id)


def _all_of(page: Callable[..., RunPage]) -> Iterator[RunModel]:
    """Yield the runs of all pages."""
    cursor: str | None = None
    while True:
        found = page(cursor=cursor)
        yield from found.runs
        cursor = found.next_cursor
        if cursor is None:
            return
