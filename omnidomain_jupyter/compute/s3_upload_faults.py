"""What S3's errors mean while something is uploaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import BackendRefusedError, BackendThrottledError, OmniDomainError
from .s3_faults import code_of, fault_of

_NOT_NOW = ("SlowDown", "RequestTimeout", "Throttling", "RequestLimitExceeded", "InternalError")
_NO_ANSWER = {"HTTPClientError", "ConnectionError", "ResponseStreamingError", "IncompleteReadError"}
_DIFFERENT = ("BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch")


class UploadCancelledError(OmniDomainError):
    """Nobody wants the file on S3 any more."""


class UploadGoneError(OmniDomainError):
    """Somebody else has ended the upload: it is complete, or was aborted."""


def asked(call: Callable[[], Any], bucket: str, proof: str = "") -> Any:
    """Ask S3, and turn its errors into ours.

    Parameters
    ----------
    proof : what a whole answer holds; boto3 takes one that was cut off for an empty one

    Raises
    ------
    BackendRefusedError : S3 says no, now and later
    BackendThrottledError : no answer, or not now
    UploadGoneError : there is no such upload (any more)
    """
    try:
        answer = call()
    except OmniDomainError:
        raise
    except Exception as error:
        raise _meant(error, bucket) from error
    if proof and proof not in answer:
        raise BackendThrottledError("S3's answer was cut off. Please try again.")
    return answer


def _meant(error: Exception, bucket: str) -> OmniDomainError:
    code, fault = code_of(error), fault_of(error, bucket)
    if code is None:
        return _unanswered(error, fault.reason)
    status = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode") or 0
    if code == "NoSuchUpload":
        return UploadGoneError("The upload is not there any more.")
    if code in _NOT_NOW or status >= 500 or status == 429:
        return BackendThrottledError("S3 is busy.")
    if code in _DIFFERENT:
        reason = "The file has changed while it was uploaded."
    elif fault.state == "forbidden":
        reason = f"The bucket {bucket!r} may not be written to with the server's AWS credentials."
    elif fault.final:
        reason = fault.reason
    else:
        reason = f"S3 does not take the file; its answer was {code}."
    return BackendRefusedError(reason)


def _unanswered(error: Exception, reason: str) -> OmniDomainError:
    """Return what it means that S3 has not answered, perhaps as nothing was asked."""
    ours = getattr(error, "kwargs", {}).get("error")
    if isinstance(ours, OmniDomainError):  # raised while the file was read
        return ours
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return (BackendThrottledError if kinds & _NO_ANSWER else BackendRefusedError)(reason)
