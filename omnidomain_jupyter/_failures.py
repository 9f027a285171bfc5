"""What the server refuses, as exceptions whose text a scientist can act on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .errors import (
    BackendRefusedError,
    BackendThrottledError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotSignedInError,
    OmniDomainError,
    StoreUnavailableError,
    TooLargeError,
)

if TYPE_CHECKING:
    import requests

    from .schemas import ProblemIssue

SHOWN = 20
_KINDS: dict[int, type[OmniDomainError]] = {
    401: NotSignedInError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    429: BackendThrottledError,
    502: BackendRefusedError,
    503: StoreUnavailableError,
}


class ServerAwayError(OmniDomainError):
    """The Jupyter server does not answer just now."""


class ServerRefusedError(OmniDomainError):
    """The Jupyter server does not let us in, or has no OmniDomain."""


class NotUnderstoodError(OmniDomainError):
    """Server and client differ in version: an answer is not what this client knows."""


class StillRunningError(OmniDomainError, TimeoutError):
    """The time given to `wait` is over; the runs go on."""


class UnreadableFileError(OmniDomainError):
    """An output file is not what its name says."""


class UploadFailedError(OmniDomainError):
    """A file did not get to S3.

    What was sent of it is taken back, unless an earlier call had begun to send it.
    """


class UploadInterruptedError(UploadFailedError):
    """A file did not get to S3 yet; what was sent of it stays, and a later call goes on there."""


class RejectedSheetError(InvalidInputError):
    """A sheet, or another part of a request, with its faults at their cells.

    Its text has one line for each of the first faults; `issues` has them all. `advice` is what
    the server cannot know, such as where the sheet was taken from.
    """

    advice = ""

    def __str__(self) -> str:
        """Return the sentence, then the faults, and what may help."""
        return "\n".join([self._faults(), *([self.advice] if self.advice else [])])

    def _faults(self) -> str:
        detail = str(self.args[0])
        if len(self.issues) == 1 and self.issues[0].message == detail:
            only = self.issues[0]
            return detail if only.line is None else described(only)
        lines = [described(issue) for issue in self.issues]
        more = max(self.error_count, len(lines)) - min(len(lines), SHOWN)
        tail = [f"… and {more:,} more"] if lines and more > 0 else []
        return "\n  ".join([detail, *lines[:SHOWN], *tail])


def described(issue: Any) -> str:
    """Return a fault in one line: where, what, and what may be right instead."""
    message, column = issue.message, issue.column
    place = [] if issue.line is None else [f"line {issue.line}"]
    if column and message.startswith(f"{column}, "):
        message = message.removeprefix(f"{column}, ")
        place.append(column)
    elif column and not re.search(rf"\b(cell|column) {re.escape(column)}(?!\w)", message):
        place.append(column)  # a column that the message names is said once
    where = f"{', '.join(place)}: " if place else ""
    hint = f" Suggestion: {issue.suggestion}" if issue.suggestion else ""
    return f"{where}{message}{hint}"


def refusal(answer: requests.Response) -> OmniDomainError:
    """Return the exception for an answer that is an error."""
    from .schemas import Problem

    status = answer.status_code
    try:
        problem = Problem.model_validate(answer.json())
    except ValueError:
        return unexplained(status)
    if status == 422:
        return RejectedSheetError(problem.detail, _issues(problem.errors), problem.error_count)
    if status == 403:
        return unexplained(status)
    return _KINDS.get(status, ServerRefusedError)(problem.detail)


def _issues(errors: Sequence[ProblemIssue] | None) -> list[Any]:
    return list(errors or [])


def not_understood(server: str) -> str:
    """Return that an answer was not understood, and what to do; nothing of the answer itself.

    Parameters
    ----------
    server : its version; empty if it does not tell
    """
    if server == __version__:
        return (
            f"The server's answer was not understood, though client and server are both "
            f"{__version__}. Restart the kernel and the Jupyter server: one of them may still run "
            "an earlier version."
        )
    return (
        f"The server's answer was not understood: client {__version__}, server "
        f"{server or 'of an unknown version'}. Update omnidomain-jupyter where it is older, and "
        "restart the kernel or the Jupyter server."
    )


def unexplained(status: int) -> OmniDomainError:
    """Return the exception for an answer that is not from OmniDomain, but from around it."""
    if status in {401, 403}:
        return ServerRefusedError(
            "The Jupyter server does not accept this token. Give the right one: "
            'connect(token="…"). A server with a password only has none: start it with '
            '--IdentityProvider.token="…" as well.'
        )
    if status == 404:
        return ServerRefusedError(
            "This Jupyter server has no OmniDomain. Install omnidomain-jupyter in the "
            "environment that the server runs in, and restart the server."
        )
    if 300 <= status < 400:
        return ServerRefusedError(
            "The address leads to a sign-in page, or elsewhere, and not to a Jupyter server. "
            "Copy it from the browser, up to /lab, and give the server's token: "
            'connect("https://host/…/", token="…").'
        )
    if status in {424, 429, 502, 503, 504}:
        return ServerAwayError(f"The Jupyter server is not ready (HTTP {status}).")
    if status < 300:
        return ServerRefusedError(
            "What answers at this address is no Jupyter server with OmniDomain. Copy the address "
            "from the browser, up to /lab."
        )
    return ServerRefusedError(f"The server answered with HTTP {status} and no explanation.")
