"""A submission, as a script or a notebook holds it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from ._arguments import seconds
from ._hints import Hints
from ._html import card, status_html
from ._run import Run, progress_bar
from ._transport import Transport
from ._upload_texts import progress_text
from ._waiting import wait_until
from .errors import ConflictError, InvalidInputError
from .status import TERMINAL

if TYPE_CHECKING:
    import pandas as pd

    from .schemas import MetricsRow, SubmissionMetrics, SubmissionProfiles, SubmissionSheet
    from .schemas import Run as RunModel
    from .schemas import Submission as SubmissionModel

SHOWN_ROWS = 5


class Submission:
    """A sheet that was submitted. Made by the client; `refresh` looks again.

    Parameters
    ----------
    transport, hints : of the client
    model : as the server answered
    runs : yields the runs of a submission, as the server describes them
    """

    def __init__(
        self,
        transport: Transport,
        hints: Hints,
        model: SubmissionModel,
        runs: Callable[[str], Iterable[RunModel]],
    ) -> None:
        self._transport = transport
        self._hints = hints
        self._runs = runs
        self.model = model

    @property
    def submission_id(self) -> str:
        """The id."""
        return str(self.model.submission_id)

    @property
    def total(self) -> int:
        """How many runs it has: one for each row, or one for the whole sheet."""
        return self.model.total

    @property
    def progress(self) -> float:
        """The share of its runs that have ended by now, between 0 and 1."""
        self._look()
        return self._ended / self.total if self.total else 1.0

    @property
    def _ended(self) -> int:
        done = sum(count for status, count in self.model.counts.items() if status in TERMINAL)
        return done + len(self.model.rejected)

    @property
    def rejected(self) -> pd.DataFrame:
        """The rows that have been refused so far: ``line``, ``sample_id``, ``reason``."""
        import pandas as pd

        from .schemas import RejectedRow

        self._look()
        rows = [row.model_dump() for row in self.model.rejected]
        frame = pd.DataFrame(rows, columns=list(RejectedRow.model_fields))
        return frame.astype({"row": "Int64", "line": "Int64"})

    def runs(self) -> pd.DataFrame:
        """Return its runs, in the order of the sheet."""
        from ._listing import runs_frame

        return runs_frame(self._in_order())

    def metrics(self) -> pd.DataFrame:
        """Return the numbers found in the outputs of its runs, a row for each sample.

        Columns are ``run_id``, ``row_number``, ``sample_id``, ``status``, ``sample`` (as the
        tool calls it), and one for each number, such as ``sequali.reads``. A warning tells when
        a run has more than were read.
        """
        import pandas as pd

        rows = self._numbers()
        values = pd.DataFrame([row.values for row in rows], dtype=float)  # noqa: PD011 - no frame
        head = pd.DataFrame(
            [row.model_dump(exclude={"values"}) for row in rows],
            columns=["run_id", "row_number", "sample_id", "status", "sample"],
        )
        head["run_id"] = head["run_id"].astype(str)
        head["status"] = [row.status.value for row in rows]
        return pd.concat([head.astype({"row_number": "Int64"}), values], axis=1)

    def profiles(self, name: str = "quality") -> pd.DataFrame:
        """Return one curve of all of its runs, a row for each point, in the order of the sheet.

        Columns are ``sample_id``, ``file`` (of reads), ``name``, ``x`` and ``y``.

        Parameters
        ----------
        name : ``quality`` along the read, ``length`` of reads, or ``gc`` of reads
        """
        from ._profiles import profiles_frame

        pages = self.profile_pages(name)
        found = [each for page in pages for each in page.profiles]
        found.sort(key=lambda each: each.row_number or 0)
        return profiles_frame(((each.sample_id, each.file, name), each.x, each.y) for each in found)

    def profile_pages(self, name: str) -> Iterator[SubmissionProfiles]:
        """Yield the same as the server describes it, a page of runs at a time."""
        from ._profiles import profile_pages

        return profile_pages(self._transport, self.submission_id, name)

    def results(self, *, progress: bool = True) -> pd.DataFrame:
        """Return the output files of all of its runs, in the order of the sheet.

        Columns are ``sample_id``, ``run_id``, and those of `Run.results`.

        Parameters
        ----------
        progress : show a bar
        """
        import pandas as pd

        from ._whole_sheet import files_of_each
        from .schemas import ResultFile

        runs = self._all_runs()
        files = files_of_each(runs, progress=progress)
        rows = [
            {"sample_id": run.sample_id, "run_id": run.run_id} | file.model_dump()
            for run, found in zip(runs, files, strict=True)
            for file in found
        ]
        return pd.DataFrame(rows, columns=["sample_id", "run_id", *ResultFile.model_fields])

    def read(self, path: str, *, progress: bool = True) -> pd.DataFrame:
        """Return one table of the outputs of all of its runs, one below the other.

        ``sample_id`` is in front; a column of the table's own that is called so becomes
        ``sample_id_in_file``. Runs without that table are left out, and a warning names them.

        Parameters
        ----------
        path : as in `results`, such as ``"report.tsv"``; or a pattern such as ``"*.report.tsv"``
            or ``"**/report.tsv"``, in which ``*`` and ``?`` stand for characters of one name and
            ``**/`` for any folders: ``path`` then says which file it was
        progress : show a bar

        Raises
        ------
        NotFoundError : none of the runs has it; the text says which one may be meant
        InvalidInputError : it is not the path of a table
        UnreadableFileError : a file is not what its name says
        """
        from ._whole_sheet import table_of_all

        return table_of_all(self._all_runs(), path, progress=progress)

    def metric_pages(self) -> Iterator[SubmissionMetrics]:
        """Yield the numbers of its runs as the server describes them, a page at a time."""
        from .schemas import SubmissionMetrics

        cursor: str | None = None
        while True:
            route = f"submissions/{self.submission_id}/metrics"
            page = self._transport.get_as(SubmissionMetrics, route, cursor=cursor)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    @property
    def sheet(self) -> str:
        """The text of the sheet, as it was sent."""
        return self._sheet().content

    def to_notebook(self, path: str | os.PathLike[str]) -> Path:
        """Write a notebook that submits the same sheet again and compares the results.

        It pins what the sheet was run with, and not what is there now: its text, the pipeline's
        revision and schema; and the files and numbers of the results so far. It stops if the
        pipeline is another one by then. Whoever runs it does so under an account of their own.

        Parameters
        ----------
        path : of the new file, whose name ends in .ipynb

        Raises
        ------
        ConflictError : there is such a file already, which is left as it is; or no row of the
            sheet was accepted
        InvalidInputError : the name does not end in .ipynb
        """
        import json

        from ._rerun_notebook import rerun_notebook

        file = Path(path).expanduser()
        if file.suffix != ".ipynb":
            raise InvalidInputError(f"The name of a notebook ends in .ipynb, and not as {file}.")
        sheet = self._sheet()
        if sheet.resume is None:
            raise ConflictError(
                "No row of this sheet was accepted, so there is nothing to run again. `rejected` "
                "says why, and `resubmit()` submits the rows once more."
            )
        at = f"{self.model.created_at:%d %B %Y}".lstrip("0")
        notebook = rerun_notebook(sheet, self.results(progress=False), self._numbers(), at)
        try:
            with file.open("x", encoding="utf-8") as out:
                json.dump(notebook, out, indent=1, ensure_ascii=False)
        except FileExistsError:
            raise ConflictError(f"{file} is there already. Give another name.") from None
        except OSError as error:
            raise InvalidInputError(f"{file} cannot be written: {error.strerror}.") from None
        return file

    def _in_order(self) -> list[RunModel]:
        return sorted(self._runs(self.submission_id), key=lambda run: run.row_number or 0)

    def _all_runs(self) -> list[Run]:
        return [Run(self._transport, self._hints, run) for run in self._in_order()]

    def _sheet(self) -> SubmissionSheet:
        from .schemas import SubmissionSheet

        return self._transport.get_as(SubmissionSheet, f"submissions/{self.submission_id}/sheet")

    def _numbers(self) -> list[MetricsRow]:
        pages = list(self.metric_pages())
        if any(page.truncated for page in pages):
            told = "Some runs have more numbers than these, or reports that were not read."
            warnings.warn(told, stacklevel=3)
        return [row for page in pages for row in page.rows]

    def cancel(self) -> Self:
        """End all of its runs that have not ended; return it as it is now."""
        from .schemas import Submission as SubmissionModel

        route = f"submissions/{self.submission_id}/cancel"
        self.model = self._transport.post_as(SubmissionModel, route, {})
        return self

    def resubmit(self) -> Submission:
        """Submit again the rows that were refused, failed or were cancelled, as a new submission.

        Raises
        ------
        ConflictError : there is none
        """
        from .schemas import Submission as SubmissionModel

        # A key of its own: a lost answer is asked for again, and must not submit twice.
        route = f"submissions/{self.submission_id}/resubmit"
        model = self._transport.post_as(SubmissionModel, route, {}, str(uuid4()))
        return Submission(self._transport, self._hints, model, self._runs)

    def _look(self) -> None:
        if self._ended < self.total:
            self.refresh()

    def refresh(self) -> Self:
        """Look again; return this submission."""
        from .schemas import Submission as SubmissionModel

        route = f"submissions/{self.submission_id}"
        self.model = self._transport.get_as(SubmissionModel, route)
        return self

    def wait(self, timeout: float | None = None, *, progress: bool = True) -> Self:
        """Return this submission when all of its runs have ended, in whatever status.

        Rows that the compute backend has refused have no run; a warning tells of them.

        Parameters
        ----------
        timeout : seconds; None waits for ever
        progress : show a bar

        Raises
        ------
        StillRunningError : the time is over; the runs go on
        """
        limit = seconds(timeout)
        told = [""]
        with progress_bar(self.model.pipeline, progress, self.total) as bar:

            def ended() -> bool:
                self.refresh()
                if self._ended > bar.n:
                    bar.update(self._ended - bar.n)
                sending = progress_text(self.model)
                now = ", ".join(filter(None, [self._counts(), sending and f"to S3: {sending}"]))
                if told[-1] != now:
                    told.append(now)
                    bar.set_description_str(f"{self.model.pipeline}: {now}")
                return self._ended >= self.total

            wait_until(
                self._hints,
                ended,
                lambda _: True,
                limit,
                f"The submission of {counted(self.total)}",
                bar.set_postfix_str,
            )
        if self.model.rejected:
            warnings.warn(self._refusals(), stacklevel=2)
        return self

    def __repr__(self) -> str:
        """Return the counts and the id."""
        return f"<Submission of {counted(self.total)}: {self._counts()} {self.submission_id}>"

    def _repr_html_(self) -> str:
        refused = self.model.rejected
        lines = [
            f"line {row.line}, {row.sample_id}: {row.reason.rstrip('.')}"
            for row in refused[:SHOWN_ROWS]
        ]
        more = len(refused) - len(lines)
        if more:
            lines.append(f"… and {more:,} more: see rejected")
        facts = {
            "submission": self.submission_id,
            "pipeline": self.model.pipeline,
            "sheet": self.model.filename or "",
            "files to S3": progress_text(self.model),
            "not accepted": "; ".join(lines),
        }
        counts = [
            f"{count:,} {status_html(status)}"
            for status, count in self.model.counts.items()
            if count
        ]
        if refused:
            counts.append(f"{len(refused):,} not accepted")
        return card(counted(self.total), facts, " · ".join(counts))

    def _refusals(self) -> str:
        refused = self.model.rejected
        first = refused[0]
        more = f" And {len(refused) - 1:,} more: see `rejected`." if len(refused) > 1 else ""
        rows = "1 row was" if len(refused) == 1 else f"{len(refused):,} rows were"
        return f"{rows} refused. Line {first.line}, {first.sample_id}: {first.reason}{more}"

    def _counts(self) -> str:
        counts = [f"{count:,} {status}" for status, count in self.model.counts.items() if count]
        if self.model.rejected:
            counts.append(f"{len(self.model.rejected):,} not accepted")
        return ", ".join(counts) or "0"


def counted(runs: int) -> str:
    """Return a number of runs in words."""
    return "1 run" if runs == 1 else f"{runs:,} runs"
