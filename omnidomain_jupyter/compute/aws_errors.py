"""What boto3's exceptions mean for a job: refused, not now, or nobody knows.

They are told apart by botocore's types, by HTTP status and by AWS's error codes, never by the
text of a message. What is not known to be harmless counts as "nobody knows": it costs a
look-up, and the opposite mistake costs a second job.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import (
    BackendRefusedError,
    BackendThrottledError,
    BackendUnknownError,
    OmniDomainError,
)

_THROTTLING = {
    *("TooManyRequestsException", "Throttling", "ThrottlingException", "ThrottledException"),
    *("RequestThrottled", "RequestThrottledException", "RequestLimitExceeded", "SlowDown"),
    *("LimitExceededException", "BandwidthLimitExceeded", "PriorRequestNotComplete"),
}
_EXPIRED = (
    "The AWS credentials of this server have expired. Sign in to AWS again on the server, or ask "
    "whoever runs it."
)
_WRONG = (
    "AWS does not accept the credentials of this server. Whoever runs the server should check the "
    "key and its secret."
)
_SAID = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException"), _EXPIRED),
    **dict.fromkeys(
        (
            *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"),
            *("SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"),
            *("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
        ),
        _WRONG,
    ),
    "RequestExpired": "AWS refuses the request because the clock of this server is wrong.",
}
_BUSY = "AWS is busy: there are more calls than the account allows at a time. Try again soon."
_AWAY = (
    "AWS cannot be reached from this server. Check its network, the region, and the endpoint if "
    "one is configured."
)
_LOST = "The answer of AWS was lost, so it is not known yet whether the job exists."
_NO_CREDENTIALS = (
    "There are no AWS credentials on this server, or they are not complete. Whoever runs the "
    "server should sign in to AWS there."
)
_NO_REGION = (
    "No AWS region is configured. Whoever runs the server should set batch_region, or "
    "AWS_DEFAULT_REGION."
)
_NOT_INSTALLED = (
    "AWS cannot be used: the Python package boto3 is missing on the server, although it belongs to "
    "OmniDomain. Install it again with: pip install --force-reinstall omnidomain-jupyter"
)

_SECRETS = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}|[A-Za-z0-9+/=]{40,}")


def backend_error(error: Exception, *, sent: bool) -> OmniDomainError:
    """Return what an exception of boto3 means.

    Parameters
    ----------
    sent : whether the request may have left this machine
    """
    if isinstance(error, ImportError):
        return BackendRefusedError(_NOT_INSTALLED)
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        return _answered(error)
    # Not ProxyConnectionError: older urllib3 raises it for a lost answer, too.
    if isinstance(error, (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError)):
        return BackendThrottledError(_AWAY)
    if sent:
        return BackendUnknownError(_LOST)
    return BackendRefusedError(_before_sending(error))


def no_answer(error: OmniDomainError) -> BackendUnknownError:
    """Return what an error means when a job was looked up.

    Neither a refused nor a throttled question says anything about the job, which may exist.
    """
    if isinstance(error, BackendUnknownError):
        return error
    return BackendUnknownError(f"AWS does not say whether the job exists. {error}")


def code_of(error: BaseException | None) -> str:
    """Return AWS's code of an error; empty if AWS has not answered."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code") or "")


def _answered(error: Any) -> OmniDomainError:
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    if status == 429 or (status < 500 and code in _THROTTLING):
        return BackendThrottledError(_BUSY)
    # 408: the service gave up waiting for the request, or for its own answer.
    if not 400 <= status < 500 or status == 408:
        return BackendUnknownError(_LOST)
    if code in _SAID:
        return BackendRefusedError(_SAID[code])
    message = _harmless(error.response.get("Error", {}).get("Message") or code)
    if status == 403:
        return BackendRefusedError(
            f"AWS does not permit this server to call {error.operation_name}. Whoever runs the "
            f"server should check its permissions. AWS says: {message}"
        )
    return BackendRefusedError(f"AWS has refused the request: {message}")


def _before_sending(error: Exception) -> str:
    from botocore import exceptions

    if isinstance(error, exceptions.NoRegionError):
        return _NO_REGION
    credentials = (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.TokenRetrievalError,
        exceptions.NoAuthTokenError,
        exceptions.SSOError,
    )
    if isinstance(error, credentials):
        return _NO_CREDENTIALS
    return f"AWS cannot be asked: {_harmless(str(error))}"


def _harmless(text: str) -> str:
    """Return a message without what may be a key: AWS quotes parts of some requests."""
    return _SECRETS.sub("…", text)[:500]
