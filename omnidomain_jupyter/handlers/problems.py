"""The one place that turns exceptions into responses (RFC 9457 problem details)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from tornado.web import HTTPError

from ..errors import (
    BackendRefusedError,
    BackendThrottledError,
    BackendUnknownError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotSignedInError,
    OmniDomainError,
    StoreUnavailableError,
    TooLargeError,
)
from ..lazy import LazyModule

if TYPE_CHECKING:
    from .. import schemas
else:
    schemas = LazyModule("omnidomain_jupyter.schemas")


class MalformedRequestError(OmniDomainError):
    """The body is not JSON."""


class WrongTypeError(OmniDomainError):
    """The body is not said to be JSON."""


_STATUS: dict[type[OmniDomainError], HTTPStatus] = {
    MalformedRequestError: HTTPStatus.BAD_REQUEST,
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WrongTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BackendThrottledError: HTTPStatus.TOO_MANY_REQUESTS,
    BackendRefusedError: HTTPStatus.BAD_GATEWAY,
    BackendUnknownError: HTTPStatus.BAD_GATEWAY,
    StoreUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}

_JUPYTER_SAYS = {
    HTTPStatus.FORBIDDEN: "Jupyter does not allow this. Please reload the page and sign in to it.",
    HTTPStatus.NOT_FOUND: "There is no such route.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This route does not answer to that method.",
}


def problem_for(error: BaseException | None, status: int) -> schemas.Problem:
    """Return what a client is told of an exception.

    Parameters
    ----------
    error : what was raised; None if only the status is known
    status : the status that tornado would answer with, used for exceptions that are not ours
    """
    issues: list[schemas.ProblemIssue] | None = None
    if isinstance(error, OmniDomainError):
        found = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), None)
        code, detail = found or HTTPStatus.INTERNAL_SERVER_ERROR, error.message
        if isinstance(error, InvalidInputError):
            issues = [schemas.ProblemIssue.model_validate(issue) for issue in error.issues]
    elif isinstance(error, HTTPError):
        code = HTTPStatus(status)
        detail = _JUPYTER_SAYS.get(code) or error.log_message or code.description or code.phrase
    else:
        code = HTTPStatus(status)
        detail = "Something went wrong inside OmniDomain. The server's log has the details."
    return schemas.Problem(
        title=code.phrase,
        status=code.value,
        detail=detail,
        message=detail,
        errors=None
        if issues is None
        else [schemas.ProblemIssue.model_validate(each) for each in issues],
        error_count=error.error_count if isinstance(error, InvalidInputError) else None,
    )
