"""Whether files can be uploaded to a bucket, by the server and by browsers. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from ..findings import Finding, good, note, wrong
from .s3 import split_uri
from .s3_faults import code_of

UPLOADS = ("uploads", "browser uploads")
"""What the findings are about."""

CHECKSUM_HEADER = "x-amz-checksum-sha256"

_DENIED = ("403", "AccessDenied", "AllAccessDisabled")


def upload_findings(client: Any, base_outdir: str, *, permit: str) -> tuple[Finding, Finding]:
    """Return what was found, of uploads and of those by browsers.

    Parameters
    ----------
    client : of S3
    base_outdir : where outputs go, an ``s3://`` URI of a bucket that is there
    permit : what to do about a permission that is missing

    Raises
    ------
    botocore's exceptions : S3 does not answer
    """
    bucket, prefix = split_uri(base_outdir, folder=True)
    denied = _denied(client, bucket, f"{prefix.rstrip('/')}/.inputs/none".lstrip("/"))
    if denied:
        found = f"not permitted in {bucket}: {', '.join(denied)}"
        uploads = wrong("uploads", found, permit)
    else:
        uploads = _abandoned(client, bucket)
    return uploads, _browsers(client, bucket, permit)


def _denied(client: Any, bucket: str, key: str) -> list[str]:
    """Return the actions that are not permitted, each tried with an upload that is not there."""
    upload = {"Bucket": bucket, "Key": key, "UploadId": "none"}
    parts = {"Parts": [{"PartNumber": 1, "ETag": "none"}]}
    tries: dict[str, Callable[[], Any]] = {
        "s3:ListBucketMultipartUploads": partial(
            client.list_multipart_uploads, Bucket=bucket, Prefix=key, MaxUploads=1
        ),
        "s3:ListMultipartUploadParts": partial(client.list_parts, **upload),
        "s3:AbortMultipartUpload": partial(client.abort_multipart_upload, **upload),
        "s3:PutObject": partial(client.complete_multipart_upload, **upload, MultipartUpload=parts),
    }
    return [action for action, call in tries.items() if _refusal(call)[0] in _DENIED]


def _abandoned(client: Any, bucket: str) -> Finding:
    code, answer = _refusal(partial(client.get_bucket_lifecycle_configuration, Bucket=bucket))
    days = [
        rule["AbortIncompleteMultipartUpload"].get("DaysAfterInitiation")
        for rule in answer.get("Rules", ())
        if rule["Status"] == "Enabled" and "AbortIncompleteMultipartUpload" in rule
    ]
    if days:
        return good("uploads", f"permitted; S3 removes abandoned ones after {days[0]} days")
    if code in _DENIED:
        return good("uploads", "permitted")
    return note(
        "uploads",
        f"permitted, but {bucket} keeps the parts of abandoned ones, which cost money",
        "Give it a lifecycle rule with AbortIncompleteMultipartUpload, of 7 days for instance.",
    )


def _browsers(client: Any, bucket: str, permit: str) -> Finding:
    code, answer = _refusal(partial(client.get_bucket_cors, Bucket=bucket))
    if code in _DENIED:
        found = f"whether {bucket} lets browsers in is not to be seen (s3:GetBucketCORS)"
        return note("browser uploads", found, permit)
    origins = [
        origin
        for rule in answer.get("CORSRules", ())
        if "PUT" in rule["AllowedMethods"]
        and any(
            fnmatchcase(CHECKSUM_HEADER, header.lower())
            for header in rule.get("AllowedHeaders", ())
        )
        for origin in rule["AllowedOrigins"]
    ]
    if origins:
        region = _region(client, bucket)
        if region not in {None, client.meta.region_name}:
            found = f"{bucket} is in {region}; addresses are signed for {client.meta.region_name}"
            advice = f"Set batch_region, or AWS_DEFAULT_REGION, to {region}."
            return wrong("browser uploads", found, advice)
        return good("browser uploads", f"from {', '.join(dict.fromkeys(origins))}")
    return note(
        "browser uploads",
        f"{bucket} has no CORS rule that allows PUT with the header {CHECKSUM_HEADER}",
        "If scientists are to upload from their browsers, set LabOrigins of the template.",
    )


def _region(client: Any, bucket: str) -> str | None:
    """Return where a bucket is: boto3 follows to other regions, and a signed address does not."""
    _, answer = _refusal(partial(client.head_bucket, Bucket=bucket))
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region: str | None = headers.get("x-amz-bucket-region")
    return region


def _refusal(call: Callable[[], Any]) -> tuple[str | None, dict[str, Any]]:
    """Return S3's code, if it says no, and its answer."""
    try:
        answer: dict[str, Any] = call()
    except Exception as error:
        code = code_of(error)
        if code is None:
            raise
        return code, {}
    return None, answer
