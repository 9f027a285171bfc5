"""What a run has left in its output directory: pages of files, and single ones."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote
from uuid import UUID

from ..compute.result_stores import ResultStores
from ..compute.results import (
    PHASES_S,
    TOP,
    Content,
    LeftOut,
    ResultStore,
    StoredFile,
    is_safe,
    phase_of,
    sort_key,
)
from ..errors import InvalidInputError, NotFoundError
from ..results.media_types import is_active, media_type
from ..results.preview import preview_table, preview_text
from ..samplesheet.issues import Issue
from ..schemas import (
    ResultFile,
    ResultList,
    ResultPhase,
    ResultQuery,
    TableColumn,
    TablePreview,
    TextPreview,
)
from ..store.models import User
from .locations import output_directory
from .runs import RunService

COUNTED = 500
"""Up to so many files, at least, those of each phase are counted."""

LINK_LIFETIME_S = 300


@dataclass(frozen=True)
class OpenableFile:
    """An output file of a run, known to be there."""

    store: ResultStore
    file: StoredFile
    media_type: str

    def open(self, start: int, length: int) -> Content:
        """Return a part of its bytes.

        Raises
        ------
        NotFoundError : it is gone by now
        """
        content = self.store.open(self.file.path, start, length)
        if content is None:
            raise _missing()
        return content

    def disposition(self, *, download: bool) -> str:
        """Return the value of Content-Disposition."""
        name = quote(self.file.path.rpartition("/")[2])
        return f"{'attachment' if download else 'inline'}; filename*=UTF-8''{name}"

    def link(self, *, download: bool) -> str | None:
        """Return an address outside of this server that is good for a few minutes, or None.

        There is none for what a browser could run scripts of, unless it is to be saved: that is
        shown by this server, which tells the browser to keep it apart.
        """
        if is_active(self.media_type) and not download:
            return None
        return self.store.link(
            self.file.path,
            media_type=self.media_type,
            disposition=self.disposition(download=download),
            expires_s=LINK_LIFETIME_S,
        )


class ResultService:
    """Lists and opens the files of a run. Nothing outside its output directory is named."""

    def __init__(self, runs: RunService, stores: ResultStores) -> None:
        self._runs = runs
        self._stores = stores

    def page(self, user: User, run_id: UUID, query: ResultQuery) -> ResultList:
        """Return output files of a run, by path; none while there are none yet.

        Raises
        ------
        InvalidInputError : the cursor is not one of ours
        ResultsUnavailableError : S3 does not answer
        """
        run = self._runs.find(user, run_id)
        directory = output_directory(run)
        store = self._stores.at(directory)
        after = _decoded(query.cursor) if query.cursor else ""
        first = not after and query.phase is None
        left_out, began = LeftOut(), time.monotonic()
        most = max(query.limit, COUNTED if first else 0) + 1
        files = store.files(phase=query.phase, after=after, at_once=most, left_out=left_out)
        found = list(islice(files, most))
        page, more = found[: query.limit], len(found) > query.limit
        phases, complete = None, True
        if first:
            phases, complete = _phases(store, found, began, whole=len(found) < most)
        return ResultList(
            run_id=run_id,
            outdir=directory,
            results=[_shown(file) for file in page],
            truncated=more,
            phases=phases,
            phases_complete=complete,
            left_out=left_out.links + left_out.folders,
            note=_note(left_out),
            next_cursor=_encoded(page[-1].path) if more else None,
        )

    def file(self, user: User, run_id: UUID, path: str) -> OpenableFile:
        """Return one output file.

        Raises
        ------
        NotFoundError : there is no such regular file inside the run's output directory
        ResultsUnavailableError : S3 does not answer
        """
        store = self.store(user, run_id)
        file = store.find(path)
        if file is None:
            raise _missing()
        return OpenableFile(store, file, media_type(path))

    def table(self, user: User, run_id: UUID, path: str, rows: int) -> TablePreview:
        """Return the first rows of an output file.

        Raises
        ------
        NotFoundError, ResultsUnavailableError : as for `file`
        InvalidInputError : it is no table
        """
        found = self.file(user, run_id, path)
        content = found.open(0, found.file.size_bytes)
        try:
            table = preview_table(content, path, rows)
        finally:
            content.close()
        return TablePreview(
            path=path,
            size_bytes=found.file.size_bytes,
            columns=[
                TableColumn(name=name, type=kind)
                for name, kind in zip(table.columns, table.types, strict=True)
            ],
            rows=[list(row) for row in table.rows],
            truncated=table.truncated,
            delimiter=table.delimiter,
            header=table.header,
        )

    def text(self, user: User, run_id: UUID, path: str, size: int) -> TextPreview:
        """Return the beginning of an output file.

        Raises
        ------
        NotFoundError, ResultsUnavailableError : as for `file`
        InvalidInputError : it is not text
        """
        found = self.file(user, run_id, path)
        content = found.open(0, found.file.size_bytes)
        try:
            text = preview_text(content, path, size)
        finally:
            content.close()
        return TextPreview(
            path=path,
            size_bytes=found.file.size_bytes,
            text=text.text,
            truncated=text.truncated,
        )

    def store(self, user: User, run_id: UUID) -> ResultStore:
        """Return the store of a run's outputs."""
        return self._stores.at(output_directory(self._runs.find(user, run_id)))


def _phases(
    store: ResultStore, files: Sequence[StoredFile], began: float, *, whole: bool
) -> tuple[list[ResultPhase], bool]:
    """Return the first folders, with counts if `files` are all there are; and whether all.

    Parameters
    ----------
    whole : whether they are
    began : when `files` were asked for: an S3 that was slow then is not asked again
    """
    if not whole:
        phases = store.phases(within_s=PHASES_S - (time.monotonic() - began))
        names = {*phases.names, *(phase_of(file.path) for file in files)}
        ordered = sorted(names, key=lambda name: (name != TOP, sort_key(name)))
        return [ResultPhase(name=name) for name in ordered], phases.complete
    sizes: dict[str, list[int]] = {}
    for file in files:
        sizes.setdefault(phase_of(file.path), []).append(file.size_bytes)
    counted = [
        ResultPhase(name=name, files=len(each), size_bytes=sum(each))
        for name, each in sorted(sizes.items())
    ]
    return counted, True


def _note(left_out: LeftOut) -> str | None:
    """Return what is to be said of what is not among the files."""
    said = []
    if left_out.links:
        links = "1 link leads" if left_out.links == 1 else f"{left_out.links:,} links lead"
        said.append(
            f"{links} out of the output directory and cannot be shown. Nextflow publishes links "
            "into its work directory unless publishDir has mode: 'copy'."
        )
    if left_out.folders:
        folders = "1 folder lies" if left_out.folders == 1 else f"{left_out.folders:,} folders lie"
        said.append(f"{folders} too deep to be shown.")
    return " ".join(said) or None


def _shown(file: StoredFile) -> ResultFile:
    return ResultFile(
        path=file.path,
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        media_type=media_type(file.path),
        phase=phase_of(file.path),
    )


def _missing() -> NotFoundError:
    return NotFoundError("There is no such file among the results of this run.")


def _encoded(path: str) -> str:
    return base64.urlsafe_b64encode(path.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        path = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        path = ""
    if not is_safe(path):
        message = "This cursor is not one that the results gave; start again without it."
        raise InvalidInputError(message, [Issue(message, "cursor", column="cursor")])
    return path
