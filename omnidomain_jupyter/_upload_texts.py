"""How much goes to S3 before the first job, and how far it is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .status import RunStatus

if TYPE_CHECKING:
    from .schemas import Submission, UploadNeed

_STEP = 1024
_UNITS = ("B", "kB", "MB", "GB", "TB")


def need_text(need: UploadNeed | None) -> str:
    """Return such as "3 files, 4.2 GB, go to S3 first"; empty for nothing."""
    if need is None or not need.files:
        return ""
    power = _power(need.bytes)
    size = f"{need.bytes / _STEP**power:.{_places(need.bytes, power)}f} {_UNITS[power]}"
    go = "goes" if need.files == 1 else "go"
    return f"{_files(need.files)}, {size}, {go} to S3 first"


def is_uploading(submission: Submission) -> bool:
    """Whether rows wait for files that are on their way to S3."""
    uploads = submission.uploads
    waiting = submission.counts.get(RunStatus.CREATED, 0)
    return uploads is not None and uploads.done_files < uploads.files and waiting > 0


def progress_text(submission: Submission) -> str:
    """Return such as "2 of 3 files, 1.2 of 4.2 GB"; empty if none is on its way."""
    uploads = submission.uploads
    if uploads is None or not is_uploading(submission):
        return ""
    power = _power(uploads.bytes)
    places = _places(uploads.bytes, power)
    done, whole = (each / _STEP**power for each in (uploads.done_bytes, uploads.bytes))
    files = f"{uploads.done_files:,} of {_files(uploads.files)}"
    return f"{files}, {done:.{places}f} of {whole:.{places}f} {_UNITS[power]}"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def _power(size: int) -> int:
    power = 0
    while size >= _STEP ** (power + 1) and power < len(_UNITS) - 1:
        power += 1
    return power


def _places(size: int, power: int) -> int:
    return 1 if power and size / _STEP**power < 10 else 0
