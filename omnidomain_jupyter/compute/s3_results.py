"""The files of a run below a prefix of a bucket on S3."""

from __future__ import annotations

import io
import os.path
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .results import (
    MOST_AT_ONCE,
    PHASES_S,
    TOP,
    Content,
    LeftOut,
    Phases,
    ResultsUnavailableError,
    StoredFile,
    is_safe,
    sort_key,
)
from .s3 import object_pages, split_uri
from .s3_faults import code_of, fault_of

_LAST = "\U0010ffff"
"""Stands behind whatever a name can go on with, in S3's order."""

_MISSING = ("404", "NoSuchKey")


class S3Results:
    """The objects below an ``s3://`` URI.

    Every question names the prefix with a ``/`` at its end: ``s3://bucket/run1`` has nothing to
    do with ``s3://bucket/run10``.

    Parameters
    ----------
    uri : the output directory of one run
    client : gives the botocore client
    """

    def __init__(self, uri: str, client: Callable[[], Any]) -> None:
        self._bucket, key = split_uri(uri, folder=True)
        self._prefix = f"{key.rstrip('/')}/"
        self._client = client

    def files(
        self,
        *,
        phase: str | None = None,
        after: str = "",
        at_once: int = MOST_AT_ONCE,
        left_out: LeftOut | None = None,  # noqa: ARG002 - there are no links on S3
    ) -> Iterator[StoredFile]:
        """Yield the files behind the path `after`, in the order of their paths' bytes."""
        options: dict[str, Any] = {"MaxKeys": min(at_once, MOST_AT_ONCE)}
        folder = ""
        if phase == TOP:
            options["Delimiter"] = "/"
        elif phase is not None:
            if not is_safe(phase) or "/" in phase:
                return
            folder = f"{phase}/"
        if after:
            # S3 takes it for a place in its order, be it inside the prefix or not.
            options["StartAfter"] = self._prefix + after
        with self._explained(listing=True):
            for page in object_pages(self._client(), self._bucket, self._prefix + folder, options):
                for each in page.get("Contents", ()):
                    path = self._path(each["Key"])
                    if path is not None:
                        yield _described(path, each, each["Size"])

    def phases(self, *, within_s: float = PHASES_S) -> Phases:
        """Return the first folders, as far as they are found in a short time.

        A listing tells folders and files in one order, 1,000 at a time. Where only files come,
        the next question is asked behind all that begin as these do.
        """
        if within_s <= 0:
            return Phases([], complete=False)
        folders, top, complete, place, alike = set[str](), False, True, "", None
        until = time.monotonic() + within_s
        while True:
            files, inner, more = self._first_level(place)
            folders |= {name for name in inner if is_safe(name)}
            top = top or any(map(is_safe, files))
            if not more or not (files or inner):
                break
            if time.monotonic() > until:
                complete = False
                break
            if inner:
                alike, place = None, max([f"{inner[-1]}/{_LAST}", *files[-1:]])
            else:
                complete = False
                first = files[0] if alike is None else alike
                alike = os.path.commonprefix([first, files[-1]])  # noqa: RUF071 - of characters
                place = (alike or files[-1][0]) + _LAST
        return Phases([TOP] * top + sorted(folders, key=sort_key), complete)

    def _first_level(self, after: str) -> tuple[list[str], list[str], bool]:
        """Return up to 1,000 files and folders of the first level, and whether more follow."""
        options = {"Delimiter": "/"}
        if after:
            options["StartAfter"] = self._prefix + after
        start = len(self._prefix)
        with self._explained(listing=True):
            page = next(object_pages(self._client(), self._bucket, self._prefix, options))
        return (
            # What the console makes for an empty folder has the folder's own name.
            [name for each in page.get("Contents", ()) if (name := each["Key"][start:])],
            [each["Prefix"][start:-1] for each in page.get("CommonPrefixes", ())],
            bool(page.get("IsTruncated")),
        )

    def find(self, path: str) -> StoredFile | None:
        """Return a file; None when there is none of that path."""
        if not is_safe(path):
            return None
        with self._explained():
            try:
                found = self._client().head_object(Bucket=self._bucket, Key=self._prefix + path)
            except Exception as error:
                if code_of(error) in _MISSING:
                    return None
                raise
        return _described(path, found, found["ContentLength"])

    def open(self, path: str, start: int = 0, length: int | None = None) -> Content | None:
        """Return the bytes of a file from `start` on; None when there is no such file."""
        if not is_safe(path):
            return None
        if length == 0:
            return io.BytesIO()  # S3 gives no such part
        wanted = {}
        if start or length is not None:
            last = "" if length is None else start + length - 1
            wanted["Range"] = f"bytes={start}-{last}"
        with self._explained():
            try:
                found = self._client().get_object(
                    Bucket=self._bucket, Key=self._prefix + path, **wanted
                )
            except Exception as error:
                if code_of(error) in _MISSING:
                    return None
                raise
        return _Body(found["Body"], self._bucket)

    def link(self, path: str, *, media_type: str, disposition: str, expires_s: int) -> str | None:
        """Return a presigned URL; None for what cannot be a file in here."""
        if not is_safe(path):
            return None
        with self._explained():
            url: str = self._client().generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": self._prefix + path,
                    "ResponseContentType": media_type,
                    "ResponseContentDisposition": disposition,
                },
                ExpiresIn=expires_s,
            )
        return url

    def _path(self, key: str) -> str | None:
        """Return the path of an object, or None for one that is no file in here."""
        path = key.removeprefix(self._prefix)
        return path if key.startswith(self._prefix) and is_safe(path) else None

    @contextmanager
    def _explained(self, *, listing: bool = False) -> Iterator[None]:
        try:
            yield
        except ResultsUnavailableError:
            raise
        except Exception as error:
            raise _explained(error, self._bucket, listing=listing) from error


class _Body:
    """The body of an answer of S3."""

    def __init__(self, body: Any, bucket: str) -> None:
        self._body = body
        self._bucket = bucket

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end."""
        try:
            data: bytes = self._body.read(size)
        except Exception as error:
            raise _explained(error, self._bucket) from error
        return data

    def close(self) -> None:
        """Give the connection back."""
        self._body.close()


def _explained(error: Exception, bucket: str, *, listing: bool = False) -> ResultsUnavailableError:
    return ResultsUnavailableError(fault_of(error, bucket, listing=listing).reason)


def _described(path: str, found: Any, size: int) -> StoredFile:
    return StoredFile(
        path=path, size_bytes=size, modified_at=found["LastModified"], etag=str(found["ETag"])
    )
