"""Uploads whose bytes go from a browser straight to S3, to addresses that are signed here.

S3 alone knows of them: there is an upload of that key, or an object, or nothing.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..errors import BackendRefusedError
from .aws_session import aws_session
from .s3 import POOL_SIZE, split_uri
from .s3_faults import fault_of
from .s3_upload_faults import UploadGoneError, asked

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60  # S3 puts the parts of a large file together for that long before it answers
ATTEMPTS = 3

_OF_AWS = re.compile(r"https://s3[a-z0-9.-]*\.amazonaws\.com(\.cn)?")


@dataclass(frozen=True)
class OpenUpload:
    """An upload that was begun, and neither completed nor aborted."""

    bucket: str
    key: str
    upload_id: str

    @property
    def uri(self) -> str:
        """The address that the object will have."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def place(self) -> dict[str, str]:
        """What S3 wants to be told in each call."""
        return {"Bucket": self.bucket, "Key": self.key, "UploadId": self.upload_id}


@dataclass(frozen=True)
class StoredPart:
    """A part that is there. `sha256` is as S3 writes it, and None where S3 does not tell it."""

    number: int
    size: int
    tag: str
    sha256: str | None


@dataclass(frozen=True)
class Link:
    """An address that takes one PUT, and the headers that go with it."""

    url: str
    headers: dict[str, str]


def link_client(*, profile: str = "", region: str = "") -> Any:
    """Return a botocore client whose signed addresses a browser can use.

    Parameters
    ----------
    profile, region : empty leaves them to boto3
    """
    from botocore.config import Config

    def client(**style: Any) -> Any:
        config = Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            max_pool_connections=POOL_SIZE,
            signature_version="s3v4",
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            **style,
        )
        return session.create_client("s3", config=config)

    session = aws_session(profile=profile, region=region)
    made = client()
    if _OF_AWS.fullmatch(made.meta.endpoint_url):
        # Otherwise addresses lead to no region, and S3 may redirect: browsers follow no redirect
        # of the question whether they may send something.
        made = client(s3={"addressing_style": "virtual"})
    return made


class S3BrowserUploads:
    """Begins uploads, signs addresses for their parts, and ends them. Thread-safe.

    All methods raise `BackendRefusedError` when S3 says no, and `BackendThrottledError` when it
    cannot be asked now.

    Parameters
    ----------
    make_client : makes the botocore client, once, when it is first needed
    """

    def __init__(self, make_client: Callable[[], Any] = link_client) -> None:
        self._make_client = make_client
        self._lock = threading.Lock()
        self._made: Any = None

    def begin(self, uri: str, *, checksums: bool) -> OpenUpload:
        """Begin an upload.

        Parameters
        ----------
        checksums : whether S3 is to take parts with their SHA-256 only
        """
        bucket, key = split_uri(uri)
        algorithm = {"ChecksumAlgorithm": "SHA256"} if checksums else {}
        create = partial(
            self._client().create_multipart_upload, Bucket=bucket, Key=key, **algorithm
        )
        return OpenUpload(bucket, key, str(asked(create, bucket, "UploadId")["UploadId"]))

    def open_below(self, folder: str) -> OpenUpload | None:
        """Return the upload of which the key is in a folder; the last, should there be more."""
        bucket, prefix = split_uri(folder, folder=True)
        found = asked(
            partial(self._client().list_multipart_uploads, Bucket=bucket, Prefix=prefix),
            bucket,
            "Bucket",
        ).get("Uploads")
        if not found:
            return None
        return OpenUpload(bucket, str(found[-1]["Key"]), str(found[-1]["UploadId"]))

    def object_below(self, folder: str) -> tuple[str, int] | None:
        """Return address and size of the first object in a folder."""
        bucket, prefix = split_uri(folder, folder=True)
        found = asked(
            partial(self._client().list_objects_v2, Bucket=bucket, Prefix=prefix, MaxKeys=1),
            bucket,
            "Name",
        ).get("Contents")
        return (f"s3://{bucket}/{found[0]['Key']}", int(found[0]["Size"])) if found else None

    def parts(self, upload: OpenUpload) -> list[StoredPart]:
        """Return the parts that are there, by number.

        Raises
        ------
        UploadGoneError : the upload was completed or aborted
        """
        parts: list[StoredPart] = []
        after = 0
        while True:
            ask = partial(self._client().list_parts, **upload.place, PartNumberMarker=after)
            page = asked(ask, upload.bucket, "Bucket")
            parts += [
                StoredPart(
                    each["PartNumber"], each["Size"], each["ETag"], each.get("ChecksumSHA256")
                )
                for each in page.get("Parts", ())
            ]
            if not page.get("IsTruncated"):
                return parts
            after = page["NextPartNumberMarker"]

    def link(
        self, upload: OpenUpload, number: int, size: int, sha256: str | None, *, expires_s: int
    ) -> Link:
        """Return an address that takes a part, of that size and no other.

        Parameters
        ----------
        sha256 : in hexadecimal; S3 refuses a part that has another
        """
        # A browser sends the length by itself, and may not be told to.
        signed: dict[str, Any] = {"PartNumber": number, "ContentLength": size}
        headers: dict[str, str] = {}
        if sha256 is not None:
            digest = base64.b64encode(bytes.fromhex(sha256)).decode()
            signed["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = digest
        sign = partial(
            self._client().generate_presigned_url,
            "upload_part",
            Params={**upload.place, **signed},
            ExpiresIn=expires_s,
        )
        return Link(str(asked(sign, upload.bucket)), headers)

    def complete(self, upload: OpenUpload, parts: Sequence[StoredPart]) -> None:
        """Make an object of the parts.

        Raises
        ------
        UploadGoneError : the upload was completed or aborted
        """
        named = [
            {
                "PartNumber": part.number,
                "ETag": part.tag,
                **({"ChecksumSHA256": part.sha256} if part.sha256 else {}),
            }
            for part in parts
        ]
        asked(
            partial(
                self._client().complete_multipart_upload,
                **upload.place,
                MultipartUpload={"Parts": named},
            ),
            upload.bucket,
        )

    def abort(self, upload: OpenUpload) -> None:
        """Take back what was sent."""
        with suppress(UploadGoneError):
            asked(partial(self._client().abort_multipart_upload, **upload.place), upload.bucket)

    def _client(self) -> Any:
        with self._lock:
            if self._made is None:
                try:
                    self._made = self._make_client()
                except Exception as error:
                    raise BackendRefusedError(fault_of(error, "").reason) from error
            return self._made
