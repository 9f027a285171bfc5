"""The parts of a file on their way to S3: each with its SHA-256, and again when it broke."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from ._connection import Secret
from ._failures import UploadFailedError, UploadInterruptedError
from ._plain_session import plain_session
from ._transport import Transport
from .errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    import requests

    from .schemas import BrowserUpload, PartLink

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before each further try of a part
TIMEOUT = (30, 120)  # seconds for a piece to leave, and until S3 answers
BLOCK = 1024**2
_PASSING = {408, 429, 500, 502, 503, 504}
_REFUSALS = 2  # of a part: an address may have come too late, but not twice


class StoppedError(Exception):
    """Nobody wants the upload any more."""


class PartSender:
    """Sends parts of one file; may be used from several threads.

    Parameters
    ----------
    begun : the upload, as the server has begun it
    """

    def __init__(self, transport: Transport, file: Path, begun: BrowserUpload) -> None:
        self._transport = transport
        self._file = file
        self._begun = begun
        self._session: requests.Session | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._sent = begun.done_bytes

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the connections back."""
        if self._session is not None:
            self._session.close()

    @property
    def sent(self) -> int:
        """How many bytes are there or have been sent; fewer than before when a part broke."""
        return self._sent

    def stop(self) -> None:
        """Let every `send` end soon."""
        self._stopped.set()

    def send(self, number: int) -> None:
        """Send a part, however often it takes.

        Raises
        ------
        UploadFailedError : S3 refuses it
        UploadInterruptedError : S3 does not answer, for longer than it is waited for
        InvalidInputError : the file has become shorter
        StoppedError : `stop` was called
        """
        refused = 0
        for pause in (*PAUSES, None):
            with _Part(self._file, self._begun, number, self._count, self._stopped) as part:
                why, final = self._once(part)
                if not why:
                    return
                part.forget()
            refused += final
            if refused == _REFUSALS:
                raise UploadFailedError(f"{self._file.name} was not uploaded: {why}")
            if pause is None:
                raise UploadInterruptedError(
                    f"{self._file.name} is not uploaded yet: {why} What has arrived stays there. "
                    "Call this again with the same file, and the rest is sent."
                )
            if self._stopped.wait(pause):
                raise StoppedError

    def _once(self, part: _Part) -> tuple[str, bool]:
        """Send it; return why that did not work, and whether S3 has refused it."""
        import requests

        try:
            link = self._link(part)
        except NotFoundError as error:
            return f"it was taken back meanwhile, or the server is another one now ({error})", True
        host = urlsplit(link.url).netloc
        try:
            # By a session of its own, and with these headers alone: S3 is told no token.
            answer = self._plain(link.url).put(
                link.url, data=part, headers=link.headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException:
            part.require()
            return f"S3 does not answer at {host}. Is there a way to it from here?", False
        with answer:
            if answer.ok and not answer.is_redirect:
                return "", False
            code = _code(answer.text)
        if answer.status_code in _PASSING or code in {"BadDigest", "RequestTimeout"}:
            return f"S3 did not take a part of it ({code or answer.status_code}).", False
        told = (
            f"S3 refused it ({code or answer.status_code}). Whoever looks after the bucket can "
            "find out why with: jupyter omnidomain doctor"
        )
        return told, True

    def _link(self, part: _Part) -> PartLink:
        from .schemas import PartLinks

        wanted = {"number": part.number}
        body = {"parts": [wanted | ({"sha256": part.digest()} if self._begun.checksums else {})]}
        route = f"uploads/{self._begun.upload_id}/parts"
        (link,) = self._transport.post_as(PartLinks, route, body).links
        link.url = Secret(link.url)  # it holds a permission
        return link

    def _plain(self, url: str) -> requests.Session:
        with self._lock:
            if self._session is None:
                self._session = plain_session(url)
            return self._session

    def _count(self, count: int) -> None:
        with self._lock:
            self._sent += count


class _Part:
    """A part of a file, as `requests` reads it: piece by piece, and never whole."""

    def __init__(
        self,
        file: Path,
        begun: BrowserUpload,
        number: int,
        count: Callable[[int], None],
        stopped: threading.Event,
    ) -> None:
        self.number = number
        self._file = file
        self._start = (number - 1) * begun.part_size
        self._size = min(begun.part_size, begun.size_bytes - self._start)
        self._left = self._size
        self._count = count
        self._stopped = stopped
        self._stream = file.open("rb", buffering=0)
        self._stream.seek(self._start)

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._stream.close()

    def __len__(self) -> int:
        """Return how many bytes it has: `requests` tells S3."""
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        """Yield it in pieces; without this `requests` would not take it for a stream."""
        while piece := self.read(BLOCK):
            yield piece

    def read(self, size: int = BLOCK) -> bytes:
        """Return the next piece, which is about to leave."""
        piece = self._piece(size)
        self._count(len(piece))
        return piece

    def digest(self) -> str:
        """Return its SHA-256, and go back to its begin."""
        found = hashlib.sha256()
        while piece := self._piece(BLOCK):
            found.update(piece)
        self._stream.seek(self._start)
        self._left = self._size
        return found.hexdigest()

    def forget(self) -> None:
        """Count what has left as not sent: it has not arrived."""
        self._count(self._left - self._size)
        self._left = self._size

    def require(self) -> None:
        """Raise `StoppedError` if nobody wants it any more."""
        if self._stopped.is_set():
            raise StoppedError

    def _piece(self, size: int) -> bytes:
        self.require()
        try:
            piece = self._stream.read(min(size, self._left))
        except OSError as error:
            raise InvalidInputError(f"{self._file} cannot be read: {error.strerror}.") from None
        if not piece and self._left:
            raise InvalidInputError(
                f"{self._file} has become shorter while it was sent, and was not uploaded."
            )
        self._left -= len(piece)
        return piece


def _code(answer: str) -> str:
    """Return what S3 calls an error, such as ``AccessDenied``."""
    found = re.search(r"<Code>(\w+)</Code>", answer)
    return found[1] if found else ""
