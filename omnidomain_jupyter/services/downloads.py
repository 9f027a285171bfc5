"""Copies of results for good: in a folder of the user's own, below the server's root."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from ..compute.results import ResultStore, StoredFile, is_safe
from ..errors import ConflictError, InvalidInputError, NotFoundError, TooLargeError
from ..samplesheet.issues import Issue
from ..schemas import SavedFile, SavedFiles, SaveRequest
from ..store.models import User
from .results import ResultService

MOST_FILES = 10_000
MOST_NAMED = 5
CHUNK = 1024 * 1024
SPARE_BYTES = 64 * 1024 * 1024
"""What is left free on the disk."""

_GIB = 1024**3
_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)


class SaveFolder(NamedTuple):
    """A folder below the server's root: as users write it, and where it is. It may be missing."""

    name: str
    directory: Path


class DownloadService:
    """Copies output files to where they stay when the outputs are removed."""

    def __init__(self, results: ResultService) -> None:
        self._results = results

    def save(
        self,
        user: User,
        run_id: UUID,
        request: SaveRequest,
        folder: SaveFolder,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SavedFiles:
        """Copy files, each under its path among the results; all are checked first.

        Every file is there as a whole or not at all.

        Raises
        ------
        NotFoundError : one of the paths is none of a result
        InvalidInputError : one of them would be a hidden file
        ConflictError : a file is there already, or the disk has no room; nothing was copied. Or
            a file changed meanwhile, or `cancelled` said so: those before it are there
        ResultsUnavailableError : S3 does not answer
        """
        store = self._results.store(user, run_id)
        files = _chosen(store, request.paths)
        _check_room(folder, files)
        if not request.overwrite:
            _check_free(folder, files)
        for file in files:
            target = folder.directory / file.path
            try:
                _copy(store, file, target, cancelled, overwrite=request.overwrite)
            except OSError as error:
                raise ConflictError(
                    f"{_name(folder, file)} cannot be written: {error.strerror}."
                ) from error
        return SavedFiles(
            run_id=run_id,
            folder=folder.name,
            files=[
                SavedFile(path=file.path, saved_as=_name(folder, file), size_bytes=file.size_bytes)
                for file in files
            ],
        )


def is_hidden(path: str) -> bool:
    """Return whether a path has a part that Jupyter does not show.

    A file such as ``.ipython/profile_default/startup/a.py`` would run with the next notebook.
    """
    return any(part.startswith(".") for part in path.split("/"))


def _chosen(store: ResultStore, paths: Sequence[str]) -> list[StoredFile]:
    """Return the files that paths name, each once: files, or folders with all in them."""
    found: dict[str, StoredFile] = {}
    for path in paths:
        file = store.find(path)
        inside = [file] if file else _inside(store, path.rstrip("/"))
        if not inside:
            raise NotFoundError(f"There is no {path!r} among the results of this run.")
        if file and is_hidden(path):
            message = f"{path!r} is a hidden file, and those are not copied."
            raise InvalidInputError(message, [Issue(message, "hidden", column="paths", value=path)])
        found |= {each.path: each for each in inside if not is_hidden(each.path)}
        if len(found) > MOST_FILES:
            raise TooLargeError(f"At most {MOST_FILES:,} files are copied at a time.")
    return list(found.values())


def _inside(store: ResultStore, folder: str) -> list[StoredFile]:
    if not is_safe(folder):
        return []
    start = f"{folder}/"
    # From just before the folder's first file on: "/" is the first character behind its name.
    files = store.files(phase=folder.partition("/")[0], after=folder)
    found: list[StoredFile] = []
    for file in files:
        if file.path.startswith(start):
            found.append(file)
        elif found or file.path > start:
            break
        if len(found) > MOST_FILES:
            break
    return found


def _check_room(folder: SaveFolder, files: Sequence[StoredFile]) -> None:
    there = folder.directory
    while not there.exists():
        there = there.parent
    needed, free = sum(file.size_bytes for file in files), shutil.disk_usage(there).free
    if needed + SPARE_BYTES > free:
        raise ConflictError(
            f"These files have {needed / _GIB:,.1f} GiB, and {folder.name or 'the disk'} has room "
            f"for {max(0, free - SPARE_BYTES) / _GIB:,.1f} GiB. Nothing was copied."
        )


def _check_free(folder: SaveFolder, files: Sequence[StoredFile]) -> None:
    taken = [_name(folder, file) for file in files if os.path.lexists(folder.directory / file.path)]
    if taken:
        more = len(taken) - MOST_NAMED
        names = ", ".join(taken[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        raise ConflictError(
            f"There already: {names}. Choose another folder, or let them be overwritten. "
            "Nothing was copied."
        )


def _copy(
    store: ResultStore,
    file: StoredFile,
    target: Path,
    cancelled: Callable[[], bool],
    *,
    overwrite: bool,
) -> None:
    content = store.open(file.path, 0, file.size_bytes)
    if content is None:
        raise NotFoundError(f"{file.path} is no longer among the results of this run.")
    part = target.with_name(f".omnidomain-{secrets.token_hex(8)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        copied = 0
        with part.open("xb") as stream:
            while chunk := content.read(CHUNK):
                if cancelled():
                    raise ConflictError("Saving was stopped; some of the files may be there.")
                copied += stream.write(chunk)
        # No more is read than was listed: of a file that has grown, too, as many bytes came.
        if copied != file.size_bytes or not _is_unchanged(store, file):
            raise ConflictError(f"{file.path} changed while it was copied. Save it again.")
        if overwrite:
            part.replace(target)
        else:
            _put_in_place(part, target)
    finally:
        content.close()
        part.unlink(missing_ok=True)


def _is_unchanged(store: ResultStore, file: StoredFile) -> bool:
    found = store.find(file.path)
    return found is not None and (found.size_bytes, found.etag) == (file.size_bytes, file.etag)


def _put_in_place(part: Path, target: Path) -> None:
    """Give a finished copy its name, which nothing may have by now.

    Raises
    ------
    FileExistsError
    """
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Not every file system has links. The name is taken first, and then the file's.
        target.open("xb").close()
        part.replace(target)


def _name(folder: SaveFolder, file: StoredFile) -> str:
    return f"{folder.name}/{file.path}" if folder.name else file.path
