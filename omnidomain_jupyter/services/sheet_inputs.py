"""How large the files are that a sheet names, and what follows from it before it is submitted."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ..compute.s3_parts import LARGEST_OBJECT
from ..pipelines.definition import PipelineDefinition
from ..samplesheet.files import CheckCancelledError, resolve_path
from ..samplesheet.issues import Issue
from ..samplesheet.table import UNSET_FORMS, Rows
from ..schemas import UploadNeed
from .remote_files import RemoteLook

LEAST_FREE = 1024**3
"""Bytes on a disk with less of which no run is likely to come to its end."""

_GIB = 1024**3
_TIB = 1024**4


def upload_need(
    rows: Rows,
    columns: Iterable[str],
    bases: Sequence[Path],
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[UploadNeed, list[Issue]]:
    """Return what is to be brought to S3 for some rows, and each cell of which that is impossible.

    Parameters
    ----------
    columns : those whose cells name files
    bases : where relative paths start
    cancelled : asked before each look at a file whether to give up

    Raises
    ------
    CheckCancelledError : `cancelled` said so
    """
    sizes = _Sizes(bases, cancelled, uploadable_size)
    issues: list[Issue] = []
    table = rows.by_name()
    for column in columns:
        for index, named in enumerate(table.get(column, ())):
            size = sizes.of(named)
            if isinstance(size, str):
                row = rows[index]
                issues.append(not_uploadable(named, size, row.line or None, row.row, column))
    files = sizes.by_path.values()
    total = [size for size in files if isinstance(size, int)]
    return UploadNeed(files=len(total), bytes=sum(total)), issues


def space_warning(
    pipeline: PipelineDefinition,
    rows: Rows,
    bases: Sequence[Path],
    remote: RemoteLook,
    output: Path,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Issue | None:
    """Return a warning if runs on this machine are likely to fill the disk.

    What a run writes is not known before it has run. Nextflow keeps what each step has made
    until the end, and that is seldom less than the inputs; other programs need room for what is
    fetched from S3 first. A quota is not seen.

    Parameters
    ----------
    remote : what was found on S3
    output : the base output directory
    """
    table = rows.by_name()
    cells = {cell for name in pipeline.file_columns for cell in table.get(name, ())}
    need = sum(remote.s3[cell].size or 0 for cell in cells if cell in remote.s3)
    if pipeline.engine == "nextflow":
        sizes = _Sizes(bases, cancelled, _size_here)
        for cell in cells:
            sizes.of(cell)
        need += sum(size for size in sizes.by_path.values() if isinstance(size, int))
    try:
        free = shutil.disk_usage(_existing(output)).free
    except OSError:
        return None  # the run says itself that it cannot write there
    if free >= max(need, LEAST_FREE):
        return None
    message = f"Only {free / _GIB:,.1f} GiB are free where results go ({output})"
    if need > free:
        message += f", and the sheet's files have {need / _GIB:,.1f} GiB"
    return Issue(f"{message}. Runs may end for want of space.", "low_space")


def not_uploadable(named: str, why: str, line: int | None, row: int | None, column: str) -> Issue:
    """Return the error of a cell that names a file which S3 cannot have."""
    message = f"The file {named} cannot be uploaded to S3: {why}"
    return Issue(message, "not_uploadable", line, row, column, named)


def uploadable_size(path: Path) -> int | str:
    """Return the size of a file, or why it cannot be uploaded."""
    try:
        status = path.stat()
    except OSError as error:
        return f"it cannot be read: {error.strerror}."
    size = status.st_size
    if stat.S_ISDIR(status.st_mode):
        return "it is a folder. Copy it to S3 yourself, and give its s3:// address."
    if size > LARGEST_OBJECT:
        most = LARGEST_OBJECT // _TIB
        return f"it has {size / _TIB:.1f} TiB, and S3 takes files of up to {most} TiB."
    return size


class _Sizes:
    """Looks at each file once, by whatever name a cell calls it."""

    def __init__(
        self,
        bases: Sequence[Path],
        cancelled: Callable[[], bool],
        measure: Callable[[Path], int | str],
    ) -> None:
        self.by_path: dict[Path, int | str] = {}
        self._measure = measure
        self._bases = bases
        self._cancelled = cancelled
        self._named: dict[str, int | str | None] = {}

    def of(self, cell: str) -> int | str | None:
        """Return the size of a file of this machine, or why it is of no use.

        None for an empty cell, for what is elsewhere, and for what is not there.
        """
        if cell not in self._named:
            if self._cancelled():
                raise CheckCancelledError("The check was cancelled.")
            self._named[cell] = self._look(cell)
        return self._named[cell]

    def _look(self, cell: str) -> int | str | None:
        if cell in UNSET_FORMS or "://" in cell:
            return None
        path = resolve_path(cell, self._bases)
        if path is None:
            return None
        if path not in self.by_path:
            self.by_path[path] = self._measure(path)
        return self.by_path[path]


def _size_here(path: Path) -> int | str:
    try:
        status = path.stat()
    except OSError as error:
        return f"it cannot be read: {error.strerror}."
    return 0 if stat.S_ISDIR(status.st_mode) else status.st_size


def _existing(directory: Path) -> Path:
    """Return a directory, or the first above it that is there."""
    return next(each for each in (directory, *directory.parents) if each.exists())
