"""Files of this machine on their way to S3: in parts, checked, and going on where they stopped.

What is already there is not sent again: an object of the same size and SHA-256, and the parts of
an upload that was begun by an earlier try, or by a server that is no more. A part that was lost
on its way is asked for before it is sent again. Parts are read from disk as they are sent, so
that memory does not depend on their size.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import BackendRefusedError
from .aws_session import aws_session
from .s3 import split_uri
from .s3_faults import fault_of
from .s3_parts import PART_SIZE, Digest, GoesOn
from .s3_sending import IN_FLIGHT, Progress, begun_uploads
from .s3_sending import Sending as _Sending
from .s3_upload_faults import UploadGoneError, asked

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60
PATIENCE_S = 60.0
"""For so long without anything that arrives, one try goes on. The next goes on where it ended."""


def upload_client(*, profile: str = "", region: str = "") -> Any:
    """Return a botocore client that repeats nothing by itself: only what is missing is sent again.

    Parameters
    ----------
    profile, region : empty leaves them to boto3
    """
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=IN_FLIGHT * 2,
        tcp_keepalive=True,
        signature_version="s3v4",
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return aws_session(profile=profile, region=region).create_client("s3", config=config)


class S3Uploads:
    """Sends files to S3. May be used by several threads, which share a few connections.

    Parameters
    ----------
    make_client : makes the botocore client, once, when it is first needed
    part_size : of files that need no larger ones
    patience_s : for how long one try goes on while nothing arrives
    """

    def __init__(
        self,
        make_client: Callable[[], Any] = upload_client,
        *,
        part_size: int = PART_SIZE,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._make_client = make_client
        self._made: Any = None
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="omnidomain-parts")
        self._patience_s = patience_s
        self.part_size = part_size

    def upload(
        self,
        path: Path,
        uri: str,
        digest: Digest,
        *,
        goes_on: GoesOn = lambda: True,
        progress: Progress = lambda _bytes: None,
    ) -> bool:
        """Bring a file to S3; return False if it was there already.

        Parameters
        ----------
        digest : of the file; what has changed since is not accepted
        goes_on : asked about once a second; on no, what was sent is taken back
        progress : is told how many of its bytes are there, in all

        Raises
        ------
        BackendRefusedError : it cannot be brought there, now or later; what was sent is gone
        BackendThrottledError : not now; a later call goes on where this one ended
        UploadCancelledError : `goes_on` said no
        """
        bucket, key = _split(uri)
        with path.open("rb", buffering=0) as stream:
            sending = _Sending(self._client, self._pool, self._patience_s, stream, digest)
            return sending.to(bucket, key, goes_on, progress)

    def abort(self, uri: str) -> None:
        """Take back what was sent of an object that is not complete.

        Raises
        ------
        BackendRefusedError, BackendThrottledError : S3 does not do it
        """
        bucket, key = _split(uri)
        for upload_id in begun_uploads(self._client(), bucket, key):
            place = {"Bucket": bucket, "Key": key, "UploadId": upload_id}
            with suppress(UploadGoneError):
                asked(partial(self._client().abort_multipart_upload, **place), bucket)

    def close(self) -> None:
        """Let what is on its way end, and begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _client(self) -> Any:
        with self._lock:
            if self._made is None:
                try:
                    self._made = self._make_client()
                except Exception as error:
                    raise BackendRefusedError(fault_of(error, "").reason) from error
            return self._made


def _split(uri: str) -> tuple[str, str]:
    try:
        return split_uri(uri)
    except ValueError as error:
        raise BackendRefusedError(str(error)) from None
