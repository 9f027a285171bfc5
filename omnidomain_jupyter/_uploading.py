"""A file of this machine, sent straight to S3 by addresses that the server signs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._failures import ServerAwayError, UploadInterruptedError
from ._sending_part import PartSender
from ._sheets import below_root
from ._transport import Transport
from .errors import (
    BackendThrottledError,
    ConflictError,
    InvalidInputError,
    OmniDomainError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from .schemas import BrowserUpload

AT_ONCE = 4  # parts
IN_HAND = 2 * AT_ONCE  # with those that wait for their turn
BLOCK = 1024**2
LOOK = 0.1  # seconds between two looks at how far it is

_PASSING = (
    UploadInterruptedError,
    ServerAwayError,
    StoreUnavailableError,
    BackendThrottledError,
)
"""What will be over: what has arrived stays on S3, for the next call with the same file."""

Progress = Callable[[int, int], object]


def upload_file(
    transport: Transport,
    path: str | os.PathLike[str],
    root: Path | None,
    on_progress: Progress | None,
    *,
    bar: bool,
) -> str:
    """Send a file to S3; return its ``s3://`` address.

    Its SHA-256 says which upload it is: what is there of an earlier call is not sent again, and
    two calls at once share it.

    Parameters
    ----------
    path : of a file here
    root : the server's root directory, where it is known to be on this machine
    on_progress : is called, on this thread, with the bytes that are there, and all of them
    bar : show one
    """
    from .schemas import BrowserUpload, UploadedFile

    file, seen = _a_file(path)
    with _bar(f"{file.name}, reading", seen.st_size, shown=bar) as shown:
        sha256 = _sha256(file, shown.update)
    body = {"filename": file.name, "size_bytes": seen.st_size, "sha256": sha256}
    try:
        begun = transport.post_as(BrowserUpload, "uploads", body)
    except ConflictError as error:
        raise ConflictError(_not_needed(file, root) or str(error)) from None
    route, tell = f"uploads/{begun.upload_id}", _telling(on_progress)
    if begun.complete:
        tell(seen.st_size, seen.st_size)
        return begun.uri
    try:
        _send(transport, file, begun, tell, bar=bar)
        _require_same(file, seen)
        return transport.post_as(UploadedFile, f"{route}/complete", {}).uri
    except _PASSING:
        raise
    except ConflictError:
        if not transport.get_as(BrowserUpload, route).complete:
            raise
        tell(seen.st_size, seen.st_size)  # another call with this file was faster
        return begun.uri
    except Exception:  # not Ctrl-C: the next call goes on
        if not begun.done_bytes:  # otherwise another call may be sending it
            with suppress(OmniDomainError):
                transport.delete(route)
        raise


def _send(
    transport: Transport, file: Path, begun: BrowserUpload, tell: Progress, *, bar: bool
) -> None:
    """Send the parts that are not there, several at a time.

    Raises
    ------
    UploadFailedError : a part could not be sent
    """
    size, told = begun.size_bytes, begun.done_bytes
    there = set(begun.done_parts)
    numbers = (number for number in range(1, begun.parts + 1) if number not in there)
    with (
        PartSender(transport, file, begun) as sender,
        ThreadPoolExecutor(AT_ONCE, "omnidomain-upload") as pool,
        _bar(file.name, size, shown=bar) as shown,
    ):
        shown.update(told)
        left = {pool.submit(sender.send, number) for number in islice(numbers, IN_HAND)}
        try:
            while left:
                done, left = wait(left, LOOK, FIRST_COMPLETED)
                left |= {pool.submit(sender.send, next_) for next_ in islice(numbers, len(done))}
                for each in done:
                    each.result()
                sent = sender.sent
                if sent != told:
                    shown.update(sent - told)
                    told = sent
                    tell(sent, size)
        except BaseException:
            sender.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _a_file(path: str | os.PathLike[str]) -> tuple[Path, os.stat_result]:
    given = os.fspath(path)
    if given.lower().startswith("s3://"):
        raise InvalidInputError(f"{given} is on S3 already. Write that address into the sheet.")
    file = Path(given).expanduser()
    if file.exists() and not file.is_file():
        raise InvalidInputError(f"{file} is no file. Of a folder, upload the files one by one.")
    try:
        with file.open("rb") as stream:
            seen = os.fstat(stream.fileno())
    except FileNotFoundError:
        where = "" if file.is_absolute() else f" in {Path.cwd()}"
        raise InvalidInputError(f"There is no file {file}{where}.") from None
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}.") from None
    if not seen.st_size:
        raise InvalidInputError(f"{file} is empty.")
    return file, seen


def _sha256(file: Path, tell: Callable[[int], object]) -> str:
    """Return a file's SHA-256 in hexadecimal; `tell` is told of each piece how long it is."""
    found = hashlib.sha256()
    try:
        with file.open("rb", buffering=0) as stream:
            while piece := stream.read(BLOCK):
                found.update(piece)
                tell(len(piece))
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}.") from None
    return found.hexdigest()


def _require_same(file: Path, seen: os.stat_result) -> None:
    with suppress(OSError):
        now = file.stat()
        if (now.st_size, now.st_mtime_ns) == (seen.st_size, seen.st_mtime_ns):
            return
    raise InvalidInputError(
        f"{file} has changed while it was sent, and was not uploaded. Wait until it is whole, and "
        "call this again."
    )


def _not_needed(file: Path, root: Path | None) -> str:
    """Return how the server's runs find the file where it is; empty if they do not."""
    place = below_root(file, root) if root is not None else None
    if place is None:
        return ""
    return (
        f"{file.name} need not be uploaded: this server's runs read its own files. Write {place} "
        "into the sheet."
    )


def _telling(on_progress: Progress | None) -> Progress:
    return on_progress or (lambda _sent, _size: None)


@contextmanager
def _bar(name: str, size: int, *, shown: bool) -> Iterator[Any]:
    """Yield tqdm's bar: a widget in a notebook, text in a terminal."""
    from tqdm.auto import tqdm

    with tqdm(
        total=size, desc=name, unit="B", unit_scale=True, unit_divisor=1024, disable=not shown
    ) as bar:
        yield bar
