"""A run, as a script or a notebook holds it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Self

from ._arguments import seconds
from ._hints import Hints
from ._html import card, status_html
from ._reading import inside, is_inside, no_such_file, value
from ._transport import Transport
from ._waiting import wait_until
from .errors import NotFoundError
from .status import TERMINAL, RunStatus

if TYPE_CHECKING:
    import pandas as pd

    from ._logs import Log
    from ._run_failure import Failure
    from .schemas import (
        LogLines,
        ResultFile,
        ResultList,
        RunDetail,
        RunMetrics,
        TablePreview,
        TextPreview,
        Upload,
    )
    from .schemas import Run as RunModel

PAGE = 999
"""Files of one answer: S3 gives 1,000, and one more is asked for to know whether there are any."""


class Run:
    """One row of a sheet, submitted. Made by the client; `refresh` looks again.

    Parameters
    ----------
    transport, hints : of the client
    model : as the server answered
    """

    def __init__(self, transport: Transport, hints: Hints, model: RunModel) -> None:
        self._transport = transport
        self._hints = hints
        self.model = model

    @property
    def run_id(self) -> str:
        """The id."""
        return str(self.model.run_id)

    @property
    def sample_id(self) -> str:
        """The sample's name."""
        return self.model.sample_id

    @property
    def status(self) -> RunStatus:
        """Where the run is now; a final status is not asked for again."""
        return self._now().status

    @property
    def reason(self) -> str | None:
        """Why it is there: the failure's reason, above all."""
        return self._now().status_reason

    @property
    def ended(self) -> bool:
        """Whether its status is final."""
        return self._now().status in TERMINAL

    @property
    def detail(self) -> RunDetail:
        """The run as the server describes it, with its row and history, when it was last asked."""
        from .schemas import RunDetail

        return self.model if isinstance(self.model, RunDetail) else self._detail()

    @property
    def history(self) -> pd.DataFrame:
        """Every status it has had: ``status``, ``message``, ``at`` (UTC), oldest first."""
        import pandas as pd

        changes = self._detail().status_history
        rows = [(change.status.value, change.message, change.at) for change in changes]
        frame = pd.DataFrame(rows, columns=["status", "message", "at"])
        frame["at"] = pd.to_datetime(frame["at"], utc=True)
        return frame

    @property
    def row(self) -> dict[str, str]:
        """The row of the sheet that it was made from."""
        return self._detail().tsv_row

    def refresh(self) -> Self:
        """Look again; return this run."""
        self._detail()
        return self

    def wait(self, timeout: float | None = None, *, progress: bool = True) -> Self:
        """Return this run when it has ended, in whatever status.

        Parameters
        ----------
        timeout : seconds; None waits for ever
        progress : show a bar

        Raises
        ------
        StillRunningError : the time is over; the run goes on
        """
        limit = seconds(timeout)
        told: list[RunStatus | None] = [None]
        with progress_bar(self.sample_id, progress) as bar:

            def ended() -> bool:
                status = self.refresh().model.status
                if told[-1] != status:
                    told.append(status)
                    bar.set_description_str(f"{self.sample_id} {status.value}")
                if status in TERMINAL:
                    bar.update(1 - bar.n)
                return status in TERMINAL

            wait_until(
                self._hints,
                ended,
                lambda run_id: run_id == self.run_id,
                limit,
                f"The run of {self.sample_id}",
                bar.set_postfix_str,
            )
        return self

    def cancel(self) -> Self:
        """End the run; return it as it is now."""
        from .schemas import Run as RunModel

        self.model = self._transport.post_as(RunModel, f"runs/{self.run_id}/cancel", {})
        return self

    def resume(self) -> Run:
        """Run the row again where this run has stopped, in its work directory; return the new run.

        Raises
        ------
        ConflictError : it has not ended, has succeeded, or is being resumed already
        """
        from .schemas import Run as RunModel

        model = self._transport.post_as(RunModel, f"runs/{self.run_id}/resume", {})
        return Run(self._transport, self._hints, model)

    def logs(self, *, follow: bool = False, tail: int | None = None) -> Log:
        """Return the log's lines so far; with `follow` print them until the run has ended.

        A server that is away for a while is waited for. Of a run in the cloud, whose last lines
        may come late, a followed log ends a minute after the run.

        Parameters
        ----------
        tail : only so many lines from the end (at most 10,000), and what follows them
        """
        from ._logs import followed, read

        return followed(self, tail) if follow else read(self, tail)

    def log_page(self, cursor: str | None = None, tail: int | None = None) -> LogLines:
        """Return some of the log's lines, where to read on behind them, and whether it ends there.

        Parameters
        ----------
        cursor : of an earlier page; None for the beginning
        tail : without a cursor, begin with so many lines from the end
        """
        from .schemas import LogLines

        return self._transport.get_as(
            LogLines, f"runs/{self.run_id}/logs", cursor=cursor, tail=tail
        )

    def failure(self) -> Failure:
        """Return why the run failed: what the exit code means, Nextflow's own error, last lines.

        Of a run that has not failed, only what it has printed last is there.
        """
        from ._run_failure import Failure

        return self._transport.get_as(Failure, f"runs/{self.run_id}/failure")

    def files(self) -> pd.DataFrame:
        """Return the reads that were uploaded for it: name in the sheet, address, size, SHA-256.

        The SHA-256 is missing of files that a browser has sent. Of those that `Client.upload` has
        sent it is the sender's word: the server has not seen them.
        """
        import pandas as pd

        from .schemas import Upload

        rows = [file.model_dump(exclude={"upload_id"}) for file in self.iter_files()]
        columns = [name for name in Upload.model_fields if name != "upload_id"]
        return pd.DataFrame(rows, columns=columns)

    def iter_files(self) -> Iterator[Upload]:
        """Yield the same as the server describes them."""
        from .schemas import UploadList

        yield from self._transport.get_as(UploadList, f"runs/{self.run_id}/files").files

    def command(self) -> str:
        """Return what the job is started with, as one would type it in a terminal.

        It is made from the row and from the pipeline as it is now. No shell is involved.
        """
        from .schemas import RunCommand

        return self._transport.get_as(RunCommand, f"runs/{self.run_id}/command").shell

    def metrics(self) -> pd.DataFrame:
        """Return the numbers found in the outputs, one row for each file of reads."""
        import pandas as pd

        from .schemas import ReadFileMetrics

        rows = [{"sample_id": self.sample_id} | each.model_dump() for each in self.found.reads]
        return pd.DataFrame(rows, columns=["sample_id", *ReadFileMetrics.model_fields])

    def profiles(self) -> pd.DataFrame:
        """Return the curves found in the outputs, a row for each of their points.

        Columns are ``sample_id``, ``file`` (of reads), ``name`` (``quality`` along the read,
        ``length`` of reads, ``gc`` of reads), ``x`` and ``y``.
        """
        from ._profiles import profiles_frame

        return profiles_frame(
            ((self.sample_id, each.file, each.name), each.x, each.y) for each in self.found.profiles
        )

    @property
    def found(self) -> RunMetrics:
        """Numbers and curves found in the outputs, as the server describes them."""
        from .schemas import RunMetrics

        return self._transport.get_as(RunMetrics, f"runs/{self.run_id}/metrics")

    def results(self, phase: str | None = None) -> pd.DataFrame:
        """Return the output files: ``path``, ``size_bytes``, ``modified_at``, ``media_type``.

        A warning tells of what is there and cannot be shown, such as links out of the folder.

        Parameters
        ----------
        phase : only those in this first folder; ``.`` for those that lie in none
        """
        import pandas as pd

        from .schemas import ResultFile

        pages = list(self.result_pages(phase))
        rows = [file.model_dump() for page in pages for file in page.results]
        for note in dict.fromkeys(page.note for page in pages if page.note):
            warnings.warn(note, stacklevel=2)
        return pd.DataFrame(rows, columns=list(ResultFile.model_fields))

    def iter_results(self, phase: str | None = None) -> Iterator[ResultFile]:
        """Yield the same as the server describes them, page by page."""
        for page in self.result_pages(phase):
            yield from page.results

    def result_pages(self, phase: str | None = None) -> Iterator[ResultList]:
        """Yield all pages of them, each when it is wanted."""
        cursor: str | None = None
        while True:
            page = self.result_page(phase, cursor)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    def result_page(
        self, phase: str | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> ResultList:
        """Return some of the files, where to read on behind them, and the first folders.

        Parameters
        ----------
        phase : as of `results`; the folders are told without it, on the first page
        cursor : of an earlier page; None for the beginning
        limit : at most 1,000 files
        """
        from .schemas import ResultList

        route = f"runs/{self.run_id}/results"
        return self._transport.get_as(ResultList, route, limit=limit, cursor=cursor, phase=phase)

    def preview_table(self, path: str, rows: int = 50) -> TablePreview:
        """Return the first rows of a table and its columns' types; no more of it is read."""
        from .schemas import TablePreview

        route = f"runs/{self.run_id}/results/{path}"
        return self._transport.get_as(TablePreview, route, preview="table", rows=rows)

    def preview_text(self, path: str, size_bytes: int = 65_536) -> TextPreview:
        """Return the beginning of a text; no more of it is read."""
        from .schemas import TextPreview

        route = f"runs/{self.run_id}/results/{path}"
        return self._transport.get_as(TextPreview, route, preview="text", size=size_bytes)

    def read(self, path: str | PurePosixPath, *, raw: bool = False) -> Any:
        """Return an output file: a DataFrame, JSON's values, text, or bytes, by its name.

        Parameters
        ----------
        path : as in `results`
        raw : give the bytes as they are

        Raises
        ------
        NotFoundError : there is no such file; the text says which one may be meant
        UnreadableFileError : it is not what its name says
        """
        name = inside(path, self.model.outdir)
        if is_inside(name):
            with (
                suppress(NotFoundError),
                self._transport.stream(f"runs/{self.run_id}/results/{name}") as answer,
            ):
                media_type = answer.headers.get("Content-Type", "")
                return value(name, answer.content, media_type, raw=raw)
        known = [file.path for file in islice(self.iter_results(), PAGE)]
        raise NotFoundError(no_such_file(name, self.sample_id, known))

    def save(
        self, paths: Iterable[str] | str, folder: str = "", *, overwrite: bool = False
    ) -> pd.DataFrame:
        """Copy output files to a folder of the server's; return what is where.

        Columns are ``path``, ``saved_as`` (below the server's root) and ``size_bytes``.
        They stay there when the outputs are removed. All are looked at first: if anything is
        wrong with one of them, none is copied.

        Parameters
        ----------
        paths : of files, as in `results`, or of folders with all in it; one or several
        folder : below the server's root, named from there or with its whole path; made when it is
            missing. Empty, or ``/``, for the root itself
        overwrite : replace files that are there already

        Raises
        ------
        NotFoundError : one of the paths is none of a result
        ConflictError : a file is there already, or the disk has no room
        InvalidInputError : the folder is hidden, or not below the server's root
        ServerAwayError : the answer was lost; some of the files may be there
        """
        import pandas as pd

        from .schemas import SavedFile, SavedFiles

        wanted = [paths] if isinstance(paths, str | PurePosixPath) else list(paths)
        body = {
            "paths": [inside(path, self.model.outdir) for path in wanted],
            "folder": str(folder),
            "overwrite": overwrite,
        }
        saved = self._transport.post_once_as(SavedFiles, f"runs/{self.run_id}/results/save", body)
        rows = [file.model_dump() for file in saved.files]
        return pd.DataFrame(rows, columns=list(SavedFile.model_fields))

    def __repr__(self) -> str:
        """Return sample, status and id."""
        return f"<Run {self.sample_id} {self.model.status.value} {self.run_id}>"

    def _repr_html_(self) -> str:
        facts = {
            "run": self.run_id,
            "pipeline": self.model.pipeline,
            "took": duration_text(self.model),
            "reason": self.model.status_reason or "",
            "results": self.model.outdir,
        }
        return card(self.sample_id, facts, status_html(self.model.status))

    def _now(self) -> RunModel:
        return self.model if self.model.status in TERMINAL else self._detail()

    def _detail(self) -> RunDetail:
        from .schemas import RunDetail

        detail = self._transport.get_as(RunDetail, f"runs/{self.run_id}")
        self.model = detail
        return detail


def duration(run: RunModel) -> float | None:
    """Return how many seconds a run has taken, so far or in all; None before it started."""
    if run.started_at is None:
        return None
    end = run.completed_at or (None if run.status in TERMINAL else datetime.now(UTC))
    return None if end is None else max((end - run.started_at) / timedelta(seconds=1), 0.0)


def duration_text(run: RunModel) -> str:
    """Return the same for a reader."""
    seconds = duration(run)
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


@contextmanager
def progress_bar(name: str, shown: bool, total: int = 1) -> Iterator[Any]:  # noqa: FBT001
    """Yield tqdm's bar: a widget in a notebook, text in a terminal."""
    from tqdm.auto import tqdm

    with tqdm(total=total, desc=name, unit="run", disable=not shown) as bar:
        yield bar
