"""The client: what a script or a notebook says to OmniDomain.

>>> from omnidomain_jupyter import connect
>>> client = connect(email="ada@example.org")  # doctest: +SKIP
>>> client.submit("samples.tsv", "ReadQC").wait().runs()  # doctest: +SKIP

It speaks HTTP and imports nothing of the server's side.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from ._connection import NoServerError, find_server
from ._failures import (
    RejectedSheetError,
    ServerAwayError,
    ServerRefusedError,
    StillRunningError,
)
from ._hints import Hints
from ._matched import MatchedSheet
from ._run import Run, duration, result_files
from ._sheets import Sheet, folder_source, sheet_source, text_frame
from ._submission import Submission
from ._transport import Transport
from ._validation import Validation
from .errors import ConflictError, OmniDomainError

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import Pipeline, User
    from .schemas import Run as RunModel

__all__ = [
    "Client",
    "MatchedSheet",
    "NoServerError",
    "OmniDomainError",
    "RejectedSheetError",
    "Run",
    "ServerAwayError",
    "ServerRefusedError",
    "StillRunningError",
    "Submission",
    "Validation",
    "connect",
]

PAGE = 500


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
        self._unanswered: dict[str, str] = {}
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

        return User.model_validate(self._transport.get("auth/me"))

    def pipelines(self) -> pd.DataFrame:
        """Return what can be run here: ``name``, ``title``, ``description``, ``engine``, ….

        ``broken`` says why a pipeline cannot be run; it is empty for one that can.
        """
        import pandas as pd

        from .schemas import PipelineList, PipelineSummary

        found = PipelineList.model_validate(self._transport.get("pipelines"))
        rows = [pipeline.model_dump() | {"broken": ""} for pipeline in found.pipelines]
        rows += [{"name": each.name, "broken": each.message} for each in found.broken]
        return pd.DataFrame(rows, columns=[*PipelineSummary.model_fields, "broken"])

    def pipeline(self, name: str) -> Pipeline:
        """Return a pipeline with its columns, its schema and an example sheet."""
        from .schemas import Pipeline

        return Pipeline.model_validate(self._transport.get(f"pipelines/{name}"))

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

        body: dict[str, Any] = {"pipeline": pipeline, "folder": folder_source(folder, self.root)}
        if samples is not None:
            names = [samples] if isinstance(samples, str) else samples
            body["sample_ids"] = [str(name) for name in names]
        answer = self._transport.post("samplesheets/match", body)
        return MatchedSheet(SheetMatch.model_validate(answer))

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
        answer = self._transport.post("samplesheets/validate", body)
        return Validation(ValidationReport.model_validate(answer))

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
        from .schemas import Submission as SubmissionModel

        body = self._request(sheet, pipeline, folder, check_files=check_files)
        body["resume"] = resume
        if base_outdir is not None:
            body["base_outdir"] = str(base_outdir)
        answer = self._post_once(body, key)
        return Submission(
            self._transport, self.hints, SubmissionModel.model_validate(answer), self._of_submission
        )

    def submission(self, submission_id: str) -> Submission:
        """Return an earlier submission."""
        from .schemas import Submission as SubmissionModel

        answer = self._transport.get(f"submissions/{submission_id}")
        return Submission(
            self._transport, self.hints, SubmissionModel.model_validate(answer), self._of_submission
        )

    def runs(
        self,
        *,
        status: str | Sequence[str] | None = None,
        pipeline: str | None = None,
        q: str | None = None,
        submission_id: str | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return your runs, newest first.

        Parameters
        ----------
        status : one status or several, such as ``"FAILED"``
        pipeline : only of this pipeline
        q : part of a sample's name
        submission_id : only of this submission
        limit : at most so many; None for all
        """
        import pandas as pd

        from .schemas import Run as RunModel

        found = self.iter_runs(
            status=status, pipeline=pipeline, q=q, submission_id=submission_id, limit=limit
        )
        rows = [_row(run) for run in found]
        fields = list(RunModel.model_fields)
        frame = pd.DataFrame(rows, columns=[*fields, "duration_s"])
        for name in fields:
            if name.endswith("_at"):
                frame[name] = pd.to_datetime(frame[name], utc=True)
        for name in ("row_number", "exit_code"):
            frame[name] = frame[name].astype("Int64")
        return frame[_first(list(frame.columns))]

    def iter_runs(
        self,
        *,
        status: str | Sequence[str] | None = None,
        pipeline: str | None = None,
        q: str | None = None,
        submission_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[RunModel]:
        """Yield your runs as the server describes them, newest first, page by page."""
        pages = self._pages(
            limit=PAGE if limit is None else min(limit, PAGE),
            status=[status] if isinstance(status, str) else status,
            pipeline=pipeline,
            q=q,
            submission_id=submission_id,
        )
        return islice(pages, limit)

    def run(self, run_id: str) -> Run:
        """Return one run, by its id."""
        from .schemas import RunDetail

        answer = self._transport.get(f"runs/{run_id}")
        return Run(self._transport, self.hints, RunDetail.model_validate(answer))

    def run_files(self, run_id: str) -> list[str]:
        """Return the paths of a run's output files, below its output directory."""
        return [file.path for file in result_files(self._transport, run_id)]

    def close(self) -> None:
        """Give the connections back."""
        self._transport.close()

    def _request(
        self, sheet: Sheet, pipeline: str, folder: str | None, *, check_files: bool
    ) -> dict[str, Any]:
        source = sheet_source(sheet, self.root, self._transport.has_file)
        if folder is not None and "content" in source:
            source["folder"] = folder_source(folder, self.root)
        return {"pipeline": pipeline, "check_files": check_files, **source}

    def _post_once(self, body: dict[str, Any], key: str | None) -> Any:
        """Submit; a request whose answer was lost is sent again under the key that it had."""
        request = repr(sorted(body.items()))
        known = self._unanswered.pop(request, None) if key is None else None
        used = key or known or str(uuid4())
        try:
            return self._transport.post("submissions", body, used)
        except ServerAwayError:
            self._unanswered[request] = used
            raise
        except ConflictError:
            if known is None:
                raise
        # The file at the path is another one by now: this is a new submission.
        return self._transport.post("submissions", body, str(uuid4()))

    def _pages(self, **query: object) -> Iterator[RunModel]:
        from .schemas import RunPage

        while True:
            page = RunPage.model_validate(self._transport.get("runs", **query))
            yield from page.runs
            if page.next_cursor is None:
                return
            query["cursor"] = page.next_cursor

    def _of_submission(self, submission_id: str) -> pd.DataFrame:
        return self.runs(submission_id=submission_id)


def _row(run: RunModel) -> dict[str, Any]:
    row = run.model_dump()
    for name in ("run_id", "submission_id", "parent_run_id"):
        row[name] = str(row[name]) if row[name] else None
    return row | {"status": run.status.value, "duration_s": duration(run)}


def _first(columns: Sequence[str]) -> list[str]:
    """Return the columns with those that people look at first in front."""
    front = ["sample_id", "status", "pipeline", "duration_s", "status_reason", "created_at"]
    return [*front, *(name for name in columns if name not in front)]
