"""What the server refuses, as exceptions whose text a scientist can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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


class StillRunningError(OmniDomainError, TimeoutError):
    """The time given to `wait` is over; the runs go on."""


class RejectedSheetError(InvalidInputError):
    """A sheet, or another input, with its faults at their cells.

    Its text has one line for each of the first faults; `issues` has them all.
    """

    def __str__(self) -> str:
        """Return the sentence, then the faults."""
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
    place = [] if issue.line is None else [f"line {issue.line}"]
    place += [issue.column] if issue.column else []
    where = f"{', '.join(place)}: " if place else ""
    hint = f" Suggestion: {issue.suggestion}" if issue.suggestion else ""
    # Messages that begin with their column's name: it is said once.
    return f"{where}{issue.message.removeprefix(f'{issue.column}, ')}{hint}"


def refusal(answer: requests.Response) -> OmniDomainError:
    """Return the exception for an answer that is an error."""
    from .schemas import Problem

    status = answer.status_code
    try:
        problem = Problem.model_validate(answer.json())
    except ValueError:
        return _unexplained(status)
    if status == 422:
        return RejectedSheetError(problem.detail, _issues(problem.errors), problem.error_count)
    if status == 403:
        return _unexplained(status)
    return _KINDS.get(status, ServerRefusedError)(problem.detail)


def _issues(errors: Sequence[ProblemIssue] | None) -> list[Any]:
    return list(errors or [])


def _unexplained(status: int) -> OmniDomainError:
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
    if status in {429, 502, 503, 504}:
        return ServerAwayError(f"The Jupyter server is not ready (HTTP {status}).")
    return ServerRefusedError(f"The server answered with HTTP {status} and no explanation.")
