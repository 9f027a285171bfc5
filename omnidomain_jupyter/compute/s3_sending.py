"""One file on its way to S3: what is there already, what is missing, and the parts in between."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any, BinaryIO

from ..errors import BackendRefusedError, BackendThrottledError, OmniDomainError
from .s3_part_body import PartBody
from .s3_parts import Digest, GoesOn, in_base64, require
from .s3_upload_faults import UploadCancelledError, UploadGoneError, asked

IN_FLIGHT = 4
DELAYS_S = (0.1, 0.3, 1.0, 2.0, 5.0)

Progress = Callable[[int], None]


class Sending:
    """One file on its way."""

    def __init__(
        self,
        client: Callable[[], Any],
        pool: ThreadPoolExecutor,
        patience_s: float,
        stream: BinaryIO | Any,
        digest: Digest,
    ) -> None:
        self._client = client()
        self._pool = pool
        self._patience_s = patience_s
        self._stream = stream
        self._digest = digest
        self._stopped = threading.Event()
        self._arrived_at = time.monotonic()

    def to(self, bucket: str, key: str, goes_on: GoesOn, progress: Progress) -> bool:
        """Send it, unless it is there; return whether it was sent."""
        place = {"Bucket": bucket, "Key": key}
        while True:
            require(goes_on)
            if self._is_there(place):
                progress(self._digest.size)
                return False
            try:
                if len(self._digest.parts) == 1:
                    self._put(place, goes_on)
                else:
                    self._put_parts(place, goes_on, progress)
            except UploadGoneError:
                continue
            progress(self._digest.size)
            return True

    def _is_there(self, place: dict[str, str]) -> bool:
        try:
            found = self._stubborn(lambda: self._client.head_object(**place), place)
        except BackendRefusedError:
            return False  # sending it tells why
        sha256 = str(found.get("Metadata", {}).get("sha256"))
        return (int(found["ContentLength"]), sha256) == (self._digest.size, self._digest.sha256)

    def _put(self, place: dict[str, str], goes_on: GoesOn) -> None:
        def put() -> Any:
            return self._client.put_object(
                **place,
                Body=self._slice(1),
                ChecksumSHA256=in_base64(self._digest.parts[0]),
                Metadata={"sha256": self._digest.sha256},
            )

        self._watched({self._pool.submit(self._stubborn, put, place)}, goes_on)

    def _put_parts(self, place: dict[str, str], goes_on: GoesOn, progress: Progress) -> None:
        upload = {**place, "UploadId": self._upload_id(place)}
        try:
            there = self._stubborn(lambda: dict(self._stored(upload)), place)
            todo = deque(n for n in range(1, len(self._digest.parts) + 1) if n not in there)
            flying: set[Future[tuple[int, str]]] = set()
            while todo or flying:
                progress(sum(self._digest.span(number)[1] for number in there))
                while todo and len(flying) < IN_FLIGHT:
                    flying.add(self._pool.submit(self._part, upload, todo.popleft()))
                landed = self._watched(flying, goes_on)
                flying -= landed
                there.update(future.result() for future in landed)
            require(goes_on)
            self._complete(upload, there)
        except (UploadCancelledError, BackendRefusedError):
            # Parts of an upload that is never complete cost money, and nobody sees them.
            with suppress(OmniDomainError):
                self._stubborn(lambda: self._client.abort_multipart_upload(**upload), place)
            raise

    def _watched(self, flying: set[Future[Any]], goes_on: GoesOn) -> set[Future[Any]]:
        """Wait until some have landed, and return them; on a failure all have."""
        try:
            while True:
                landed, _ = wait(flying, 1.0, FIRST_COMPLETED)
                for future in landed:
                    future.result()
                require(goes_on)
                if landed:
                    return landed
        except BaseException:
            self._stopped.set()
            for future in flying:
                future.cancel()
            wait(flying)
            self._stopped.clear()
            raise

    def _upload_id(self, place: dict[str, str]) -> str:
        """Return the upload to go on with: one that was begun before, or a new one."""
        with suppress(BackendRefusedError):  # who may not list them begins anew
            begun = self._stubborn(lambda: begun_uploads(self._client, **_lower(place)), place)
            if begun:
                return str(begun[-1])
        made = self._stubborn(
            lambda: self._client.create_multipart_upload(
                **place, ChecksumAlgorithm="SHA256", Metadata={"sha256": self._digest.sha256}
            ),
            place,
        )
        return str(made["UploadId"])

    def _part(self, upload: dict[str, str], number: int) -> tuple[int, str]:
        """Send one part; return its number and S3's tag for it."""
        tried = False

        def send() -> str:
            nonlocal tried
            if tried:
                # Perhaps the part arrived, and only the answer was lost.
                for found, tag in self._stored(upload, after=number - 1, most=1):
                    if found == number:
                        return tag
            tried = True
            answer = self._client.upload_part(
                **upload,
                PartNumber=number,
                Body=self._slice(number),
                ChecksumSHA256=in_base64(self._digest.parts[number - 1]),
            )
            return str(answer["ETag"])

        return number, str(self._stubborn(send, upload))

    def _stored(
        self, upload: dict[str, str], *, after: int = 0, most: int | None = None
    ) -> Iterator[tuple[int, str]]:
        """Yield number and tag of each part that is there as it should be."""
        while True:
            page = self._client.list_parts(
                **upload, PartNumberMarker=after, **({"MaxParts": most} if most else {})
            )
            for part in page.get("Parts", ()):
                number = part["PartNumber"]
                if number > len(self._digest.parts):
                    continue
                wanted = in_base64(self._digest.parts[number - 1])
                if (
                    part["Size"] == self._digest.span(number)[1]
                    and part.get("ChecksumSHA256", wanted) == wanted
                ):
                    yield number, part["ETag"]
            if most or not page.get("IsTruncated"):
                return
            after = page["NextPartNumberMarker"]

    def _complete(self, upload: dict[str, str], tags: dict[int, str]) -> None:
        parts = [
            {
                "PartNumber": number,
                "ETag": tags[number],
                "ChecksumSHA256": in_base64(self._digest.parts[number - 1]),
            }
            for number in sorted(tags)
        ]
        self._stubborn(
            lambda: self._client.complete_multipart_upload(
                **upload, MultipartUpload={"Parts": parts}
            ),
            upload,
        )

    def _slice(self, number: int) -> PartBody:
        return PartBody(self._stream.fileno(), *self._digest.span(number), self._stopped)

    def _stubborn(self, call: Callable[[], Any], place: dict[str, str]) -> Any:
        """Ask S3 again and again while it gives no answer, as long as something arrives."""
        for delay in _for_ever(DELAYS_S):
            try:
                answer = asked(call, place["Bucket"])
            except BackendThrottledError:
                if self._stopped.is_set():
                    raise UploadCancelledError("The upload was cancelled.") from None
                if time.monotonic() > self._arrived_at + self._patience_s:
                    raise
                self._stopped.wait(delay)
            else:
                self._arrived_at = time.monotonic()
                return answer
        raise AssertionError


def begun_uploads(client: Any, bucket: str, key: str) -> list[str]:
    """Return the uploads of an object that are not complete, oldest first."""
    answer = asked(lambda: client.list_multipart_uploads(Bucket=bucket, Prefix=key), bucket)
    begun = [each for each in answer.get("Uploads", ()) if each["Key"] == key]
    begun.sort(key=lambda each: str(each.get("Initiated", "")))
    return [str(each["UploadId"]) for each in begun]


def _lower(place: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in place.items()}


def _for_ever(delays: Iterable[float]) -> Iterator[float]:
    delay = 0.0
    for delay in delays:
        yield delay
    while True:
        yield delay
