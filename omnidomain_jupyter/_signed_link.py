"""A file where a signed link leads to.

The link is a permission in itself: neither of our tokens goes along, and no text of an error
holds it, since notebooks are saved with their errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ._connection import Secret
from ._failures import ServerAwayError, unexplained
from ._plain_session import plain_session
from .errors import BackendRefusedError, NotFoundError

if TYPE_CHECKING:
    import requests

TIMEOUT = (5, 120)  # seconds to connect, and between two pieces of an answer
_LINK = 307  # what the extension answers with; a sign-in page is behind a 302
_PASSING = {408, 429, 500, 502, 503, 504}


@contextmanager
def opened(redirect: requests.Response) -> Iterator[requests.Response]:
    """Yield the answer of where a redirect leads, whose body is read piece by piece.

    Parameters
    ----------
    redirect : the answer of our server; it is closed

    Raises
    ------
    ServerRefusedError : it leads to no file, but to a sign-in page or elsewhere
    ServerAwayError : no answer, or the connection broke while the body was read
    NotFoundError : the file is gone
    BackendRefusedError : whoever has the file does not give it
    """
    import requests

    url = Secret(redirect.headers["Location"])
    redirect.close()
    host = _host(url)
    if redirect.status_code != _LINK or not host:
        raise unexplained(redirect.status_code)
    with plain_session(url) as session:
        try:
            with session.get(url, stream=True, timeout=TIMEOUT, allow_redirects=False) as answer:
                _require_file(answer.status_code, host)
                yield answer
        except requests.RequestException:
            raise ServerAwayError(
                f"The file could not be read: {host} does not answer. Is there a way to it from "
                "here?"
            ) from None


def _host(url: Secret) -> str:
    """Return the host of an absolute address; empty for any other."""
    address = urlsplit(url)
    return address.netloc.rpartition("@")[2] if address.scheme in {"http", "https"} else ""


def _require_file(status: int, host: str) -> None:
    if status == 200:
        return
    told = f"The file could not be read: {host} answered with HTTP {status}"
    if status == 404:
        raise NotFoundError(f"{told}; it is gone.")
    if status in _PASSING:
        raise ServerAwayError(f"{told}. Please try again.")
    if 300 <= status < 400:
        raise BackendRefusedError(f"{told}, which leads elsewhere, and was not followed.")
    raise BackendRefusedError(f"{told}.")
