"""What S3's and boto3's errors mean, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

_State = Literal["missing", "forbidden", "unreachable"]

_OTHER_REGION = (
    *("301", "307", "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed"),
    *("IllegalLocationConstraintException", "IncorrectEndpoint"),
)
_NO_BUCKET = ("NoSuchBucket", "InvalidBucketName")
_FORBIDDEN = ("403", "AccessDenied", "AllAccessDisabled", "AccountProblem")
_EXPIRED = "The AWS credentials of this server have expired. Sign in to AWS again."
_WRONG = "AWS does not accept the credentials of this server. Check the key and its secret."
_CLOCK = "AWS refuses the request because the clock of this server is wrong."
_SAID: dict[str, str] = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), _EXPIRED),
    **dict.fromkeys(("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken"), _WRONG),
    "InvalidClientTokenId": _WRONG,
    "RequestTimeTooSkewed": _CLOCK,
}
"""By S3's code: what is wrong with every question, whatever the bucket."""

_BUSY = ("SlowDown", "503", "ServiceUnavailable", "Throttling", "RequestLimitExceeded")

_SIGN_IN = (
    "There are no AWS credentials on this server, or they are not complete. Sign in to AWS, or "
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for the server."
)
_TOO_SLOW = "S3 did not answer in time. Check the network of this server, and try again."
_AWAY = (
    "S3 cannot be reached from this server. Check its network, and AWS_ENDPOINT_URL if that is set."
)
_RAISED: dict[str, str] = {
    "ImportError": "S3 cannot be asked: the Python package boto3 is not installed on the server.",
    **dict.fromkeys(
        (
            *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),
            *("TokenRetrievalError", "UnauthorizedSSOTokenError", "SSOTokenLoadError"),
            *("NoAuthTokenError", "SSOError", "LoginError"),
        ),
        _SIGN_IN,
    ),
    "ParamValidationError": "S3 cannot be asked: the name of the bucket or file cannot be one.",
    "ConnectTimeoutError": _TOO_SLOW,
    "ReadTimeoutError": _TOO_SLOW,
    "SSLError": "The connection to S3 is not secure: its certificate is not trusted here.",
    "HTTPClientError": _AWAY,
    "ConnectionError": _AWAY,
}
"""By the name of boto3's exception, or of its base: boto3 is not imported for the names."""


@dataclass(frozen=True)
class BucketFault:
    """What is wrong with a bucket, or with the way to it.

    Parameters
    ----------
    final : whether every further question about the bucket has the same answer
    """

    state: _State
    reason: str
    final: bool


def bucket_fault(client: Any, bucket: str) -> BucketFault | None:
    """Ask S3 about a bucket; None if it is there and may be listed.

    A HEAD has no text and hides what is wrong; a listing says it.
    """
    try:
        client.list_objects_v2(Bucket=bucket, MaxKeys=1)
    except Exception as error:  # noqa: BLE001 - boto3's many kinds are told apart below
        return fault_of(error, bucket, listing=True)
    return None


def code_of(error: Exception) -> str | None:
    """Return S3's own code of an error, or its HTTP status; None if S3 has not answered."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return None
    code = response.get("Error", {}).get("Code")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return str(code or status)


def fault_of(error: Exception, bucket: str, *, listing: bool = False) -> BucketFault:
    """Return what an error means.

    Parameters
    ----------
    listing : whether it was a folder that was asked for, and not a file
    """
    code = code_of(error)
    if code is None:
        return BucketFault("unreachable", _without_answer(error), final=True)
    if code in _SAID:
        return BucketFault("unreachable", _SAID[code], final=True)
    if code in _NO_BUCKET or (listing and code == "404"):
        return BucketFault("missing", f"There is no bucket {bucket!r} on S3.", final=True)
    if code in _OTHER_REGION:
        return BucketFault("unreachable", _other_region(error, bucket), final=True)
    return BucketFault(*_passing(code, bucket, listing=listing), final=False)


def _passing(code: str, bucket: str, *, listing: bool) -> tuple[_State, str]:
    if code in _FORBIDDEN:
        what = "listed" if listing else "read"
        return "forbidden", f"The bucket {bucket!r} may not be {what} with these AWS credentials."
    if code in _BUSY:
        return "unreachable", "S3 is busy and did not answer. Try again in a moment."
    return "unreachable", f"S3 did not say whether it is there; its answer was {code}."


def _other_region(error: Exception, bucket: str) -> str:
    response: Any = getattr(error, "response", {})
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = response.get("Error", {}).get("Region") or headers.get("x-amz-bucket-region")
    where = f"in the region {region}" if region else "in another region"
    return (
        f"The bucket {bucket!r} is {where}, and this server asked elsewhere. "
        "Set AWS_DEFAULT_REGION to the bucket's region."
    )


def _without_answer(error: Exception) -> str:
    """Return what kept a question from S3, or its answer from us."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    said = next((_RAISED[kind] for kind in kinds if kind in _RAISED), None)
    return said or f"S3 cannot be asked: {error}"
