"""What can go wrong, in the words of the product.

Services, the store and the compute backends raise these; they know nothing of HTTP.
`omnidomain_jupyter.handlers.problems` is the one place that turns them into responses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .samplesheet.issues import Issue


class OmniDomainError(Exception):
    """Any error that a user may see; its text is written for them."""

    @property
    def message(self) -> str:
        """The text, ready to be shown."""
        return str(self)


class InvalidInputError(OmniDomainError):
    """Well-formed input that cannot be accepted.

    Parameters
    ----------
    message : what is wrong, in one sentence
    issues : each single fault, at its field or cell
    error_count : how many faults there are; more than `len(issues)` when the list was cut
    """

    def __init__(
        self, message: str, issues: Sequence[Issue] = (), error_count: int | None = None
    ) -> None:
        super().__init__(message)
        self.issues = tuple(issues)
        self.error_count = len(self.issues) if error_count is None else error_count


class NotSignedInError(OmniDomainError):
    """No token, or one that is expired, forged or of an account that is gone."""


class NotFoundError(OmniDomainError):
    """There is no such thing, or it is somebody else's: the answer is the same."""


class ConflictError(OmniDomainError):
    """The request is right but does not fit the present state."""


class TooLargeError(OmniDomainError):
    """More bytes than the configured limit."""


class StoreUnavailableError(OmniDomainError):
    """The database cannot be reached, read or written just now."""


class BackendRefusedError(OmniDomainError):
    """The compute backend has definitely not accepted the job."""


class BackendThrottledError(OmniDomainError):
    """The compute backend is busy; the same call may succeed later."""


class BackendUnknownError(OmniDomainError):
    """The compute backend's answer was lost: the job may exist, or not.

    Only a look-up by job name can tell.
    """
