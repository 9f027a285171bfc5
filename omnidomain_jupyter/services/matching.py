"""Sheets that write themselves: the files of a folder, put into a pipeline's columns by name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..compute.s3 import S3Files, S3UnavailableError
from ..errors import InvalidInputError
from ..pipelines.definition import PipelineDefinition
from ..pipelines.schema import properties_of
from ..samplesheet.issues import Issue
from ..samplesheet.label_matching import takers
from ..samplesheet.matching import Match, match_files, sheet_text
from ..schemas import AmbiguousCell, MatchedRow, SheetMatch, SheetMatchRequest, UnpairedFile
from .sheets import SheetService

MAX_FILES = 20_000
MAX_DEPTH = 3
MAX_UNUSED = 1000
S3 = "s3://"


@dataclass(frozen=True)
class _Files:
    """Paths as a sheet has them, and what is to be said of those that are not here."""

    paths: list[str]
    notes: tuple[str, ...] = ()


def match_sheet(
    sheets: SheetService, s3: S3Files, request: SheetMatchRequest, directory: Path | None
) -> SheetMatch:
    """Return the files of each sample, and the sheet that they make.

    Folders inside the folder are looked into only when no file of the folder itself fits.

    Parameters
    ----------
    directory : where the request's folder is on this machine; None for one on S3

    Raises
    ------
    InvalidInputError : no such pipeline, or the folder cannot be read
    """
    pipeline = sheets.pipeline(request.pipeline)
    columns = [
        column.name
        for column in pipeline.columns
        if column.is_file and column.name != pipeline.sample_column
    ]
    if not columns:
        message = f"The pipeline {pipeline.name} has no columns for files."
        raise InvalidInputError(message, [Issue(message, "no_files", column="pipeline")])
    found = takers(columns, _accepts(pipeline), pipeline.match)
    match = Match({})
    for below in (False, True):
        files = _files(s3, request.folder, directory, below=below)
        match = match_files(found, files.paths, request.sample_ids)
        match = replace(match, notes=(*match.notes, *files.notes))
        if match.found:
            break
    return _presented(pipeline, request.folder, match)


def _accepts(pipeline: PipelineDefinition) -> Callable[[str, str], bool]:
    """Return whether the schema accepts a path in a column, as a function."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    schema: Any = pipeline.schema
    validator = validator_for(schema, default=Draft202012Validator)(schema)
    cells = {
        name: validator.evolve(schema=about)
        for name, about in properties_of(pipeline.schema).items()
    }
    return lambda column, path: bool(cells[column].is_valid(path))


def _files(s3: S3Files, folder: str, directory: Path | None, *, below: bool) -> _Files:
    if directory is None:
        try:
            listing = s3.list(folder, MAX_FILES, below=below)
        except S3UnavailableError as error:
            issue = Issue(error.message, "folder", column="folder", value=folder)
            raise InvalidInputError(error.message, [issue]) from error
        return _usable([uri for uri, _ in listing.objects], truncated=listing.truncated)
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    names: list[str] = []
    try:
        for name in _names(directory, MAX_DEPTH if below else 0):
            names.append(prefix + name)
            if len(names) > MAX_FILES:
                break
    except OSError as error:
        message = f"The folder {folder!r} cannot be read: {error.strerror or error}."
        issue = Issue(message, "folder", column="folder", value=folder)
        raise InvalidInputError(message, [issue]) from error
    return _usable(sorted(names[:MAX_FILES]), truncated=len(names) > MAX_FILES)


def _names(directory: Path, depth: int) -> Iterator[str]:
    """Yield the files in a folder and so many folders below, relative to it; none is hidden."""
    with os.scandir(directory) as entries:
        visible = [entry for entry in entries if not entry.name.startswith(".")]
    yield from (entry.name for entry in visible if entry.is_file())
    for entry in visible if depth else ():
        # Links to folders are not followed: they may lead round in circles.
        if entry.is_dir(follow_symlinks=False):
            with contextlib.suppress(PermissionError):  # somebody else's folder
                yield from (f"{entry.name}/{name}" for name in _names(Path(entry.path), depth - 1))


def _usable(paths: list[str], *, truncated: bool) -> _Files:
    kept = [path for path in paths if path.isprintable()]
    notes = []
    if len(kept) < len(paths):
        notes.append(
            f"{len(paths) - len(kept)} files have names that a sheet cannot hold (control or "
            "damaged characters)."
        )
    if truncated:
        notes.append(f"The folder has more files; only {MAX_FILES:,} were looked at.")
    return _Files(kept, tuple(notes))


def _presented(pipeline: PipelineDefinition, folder: str, match: Match) -> SheetMatch:
    columns = [column.name for column in pipeline.columns]
    return SheetMatch(
        pipeline=pipeline.name,
        folder=folder,
        rows=[
            MatchedRow(sample_id=sample, files=dict(files)) for sample, files in match.rows.items()
        ],
        unmatched_samples=list(match.unmatched),
        missing_mates=[UnpairedFile.model_validate(each) for each in match.missing_mates],
        ambiguous=[AmbiguousCell.model_validate(each) for each in match.ambiguous],
        unused_files=list(match.unused[:MAX_UNUSED]),
        unused_count=len(match.unused),
        notes=list(match.notes),
        sheet=sheet_text(columns, pipeline.sample_column, match),
    )
