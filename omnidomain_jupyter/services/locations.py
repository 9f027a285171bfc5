"""Where a run's files go, and what relative paths start from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..errors import InvalidInputError
from ..samplesheet.issues import Issue

if TYPE_CHECKING:
    from ..store.models import Run

S3 = "s3://"
_BUCKET = re.compile(r"s3://[A-Za-z0-9][\w.:-]*(?:/|$)")


@dataclass(frozen=True)
class RootDirectory:
    """The server's root directory.

    Parameters
    ----------
    path : with its links followed
    named : as Jupyter was given it; a home directory is often a link to another disk
    """

    path: Path
    named: Path

    def below(self, directory: str) -> str | None:
        """Return a directory as a path below the root; None if it is elsewhere, as on S3.

        No disk is asked: one that hangs must not take the list of runs with it.
        """
        for root in (self.path, self.named):
            if PurePosixPath(directory).is_relative_to(root):
                return PurePosixPath(directory).relative_to(root).as_posix()
        return None


def output_directory(run: Run) -> str:
    """Return the run's own output directory, below its base: an absolute path or S3 URI.

    The run id makes it unique; the sample's name is there for people, and reduced to
    characters that are harmless in a path.
    """
    return f"{run.base_outdir.rstrip('/')}/{_harmless(run.sample_id)}_{run.run_id}"


def work_directory(run: Run) -> str:
    """Return where the run keeps intermediate files, apart from its results.

    A run that resumes another one goes on in the directory of the first.
    """
    return f"{run.base_outdir.rstrip('/')}/.work/{run.root_run_id or run.run_id}"


def job_name(pipeline: str, sample_id: str, run_id: object) -> str:
    """Return a name of at most 128 of ``[A-Za-z0-9_-]`` that contains the run id."""
    label = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{pipeline}-{sample_id}").strip("-_")[:80]
    return f"{label or 'run'}-{run_id}"


def base_output_directory(requested: str | None, default: str, root: Path, *, remote: bool) -> str:
    """Return the base directory for a request's outputs, made absolute.

    Parameters
    ----------
    requested : from the request; a relative path starts at the server's root
    default : the configured one
    root : the server's root directory
    remote : whether the compute backend writes to S3 and not to this machine's disk

    Raises
    ------
    InvalidInputError : the place leaves the server's root by ``..``, or the backend cannot
        write there
    """
    place = requested if requested is not None else default
    if place.startswith(S3):
        if not remote:
            raise _refused(place, "runs on this machine cannot write to S3; give a folder.")
        if not names_bucket(place):
            raise _refused(place, "it names no bucket; write s3://bucket/folder.")
        return place
    if remote:
        raise _refused(place, "runs on AWS write to S3; give a place such as s3://bucket/results.")
    if "\0" in place or ".." in PurePosixPath(place).parts:
        raise _refused(place, "a folder cannot contain '..'; give a path below the server's root.")
    return str(root / Path(place).expanduser())


def names_bucket(place: str) -> bool:
    """Return whether a place is below a bucket on S3, as far as its text tells."""
    return _BUCKET.match(place) is not None


def _refused(place: str, why: str) -> InvalidInputError:
    message = f"The output folder {place!r} cannot be used: {why}"
    return InvalidInputError(message, [Issue(message, "outdir", column="base_outdir", value=place)])


def _harmless(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-_")[:80] or "sample"
