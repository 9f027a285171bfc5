"""What a run has left in its output directory: files, and numbers found in them."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from uuid import UUID

from ..errors import NotFoundError
from ..metrics import read_metrics
from ..schemas import ReadFileMetrics, ResultFile, ResultList, RunMetrics
from ..store.models import User
from .locations import output_directory
from .runs import RunService

MAX_FILES = 10_000


class ResultService:
    """Lists and opens the files of a run. Nothing outside its output directory is named."""

    def __init__(self, runs: RunService) -> None:
        self._runs = runs

    def files(self, user: User, run_id: UUID) -> ResultList:
        """Return the output files of a run, sorted by path; none while there are none yet."""
        run = self._runs.find(user, run_id)
        root = Path(output_directory(run))
        found: list[ResultFile] = []
        for path in _walk(root):
            if len(found) == MAX_FILES:
                break
            found.append(_described(path, root))
        return ResultList(
            run_id=run_id,
            outdir=str(root),
            results=sorted(found, key=lambda file: file.path),
            truncated=len(found) == MAX_FILES,
        )

    def file(self, user: User, run_id: UUID, path: str) -> tuple[Path, ResultFile]:
        """Return where an output file lies on this machine, and what it is.

        Raises
        ------
        NotFoundError : there is no such regular file inside the run's output directory
        """
        run = self._runs.find(user, run_id)
        root = Path(output_directory(run)).resolve()
        parts = PurePosixPath(path).parts
        missing = NotFoundError("There is no such file among the results of this run.")
        if "\0" in path or ".." in parts or path.startswith("/") or not parts:
            raise missing
        try:
            # Symlinks are followed first: what counts is where the bytes are.
            target = root.joinpath(*parts).resolve(strict=True)
        except (OSError, RuntimeError):
            raise missing from None
        if not target.is_relative_to(root) or not target.is_file():
            raise missing
        return target, _described(target, root)

    def metrics(self, user: User, run_id: UUID) -> RunMetrics:
        """Return the numbers found in a run's outputs; outputs of unknown kind are no error."""
        run = self._runs.find(user, run_id)
        reads = read_metrics(Path(output_directory(run)))
        return RunMetrics(run_id=run_id, reads=[ReadFileMetrics(**asdict(file)) for file in reads])


def _walk(root: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(root):
        for name in names:
            path = Path(directory, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _described(path: Path, root: Path) -> ResultFile:
    stat = path.stat()
    return ResultFile(
        path=path.relative_to(root).as_posix(),
        size_bytes=stat.st_size,
        modified_at=datetime.fromtimestamp(stat.st_mtime, UTC),
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
    )
