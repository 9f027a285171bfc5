"""What AWS Batch refuses, by its user guide ("Service quotas") and its API reference."""

from __future__ import annotations

import json
import re
from typing import Any

from .errors import client_error

PAYLOAD_BYTES = 30 * 1024
OVERRIDES_CHARACTERS = 8192
DESCRIBED_AT_ONCE = 100
LISTED_AT_ONCE = {"filters": 100, "status": 1000}
STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")
FILTERS = ("JOB_NAME", "JOB_DEFINITION", "BEFORE_CREATED_AT", "AFTER_CREATED_AT")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_SHARE = re.compile(r"[A-Za-z0-9]{1,255}\*?")
_TAG = re.compile(r"[\w .:/=+@-]*")


def check_payload(body: bytes) -> None:
    """Refuse a request that is too large."""
    if len(body) > PAYLOAD_BYTES:
        raise client_error(f"Request payload of {len(body)} bytes is over {PAYLOAD_BYTES}.")


def check_job(request: dict[str, Any]) -> None:
    """Refuse a job that Batch would not accept."""
    for key in ("jobName", "jobQueue", "jobDefinition"):
        if not isinstance(request.get(key), str) or not request[key]:
            raise client_error(f"{key} must be provided.")
    if not _NAME.fullmatch(request["jobName"]):
        raise client_error("jobName should match valid pattern: ^[a-zA-Z0-9][a-zA-Z0-9_-]{0,127}$")
    share = request.get("shareIdentifier")
    if share is not None and not _SHARE.fullmatch(share):
        raise client_error("shareIdentifier is not valid.")
    attempts = request.get("retryStrategy", {}).get("attempts", 1)
    if not 1 <= attempts <= 10:
        raise client_error("retryStrategy attempts must be between 1 and 10.")
    if len(request.get("retryStrategy", {}).get("evaluateOnExit", ())) > 5:
        raise client_error("evaluateOnExit may have up to 5 conditions.")
    if request.get("timeout", {}).get("attemptDurationSeconds", 60) < 60:
        raise client_error("attemptDurationSeconds must be at least 60.")
    size = request.get("arrayProperties", {}).get("size", 2)
    if not 2 <= size <= 10_000:
        raise client_error("The array size must be between 2 and 10000.")
    if len(request.get("dependsOn", ())) > 20:
        raise client_error("A job may depend on up to 20 jobs.")
    _check_tags(request.get("tags", {}))
    _check_overrides(request.get("containerOverrides", {}))


def too_long(overrides: dict[str, Any]) -> bool:
    """Return whether overrides are so long that the accepted job will fail."""
    return len(json.dumps(overrides, separators=(",", ":"))) > OVERRIDES_CHARACTERS


def check_describe(job_ids: Any) -> list[str]:
    """Return the ids of a DescribeJobs call."""
    if not isinstance(job_ids, list) or not all(isinstance(each, str) for each in job_ids):
        raise client_error("jobs must be a list of job ids.")
    if len(job_ids) > DESCRIBED_AT_ONCE:
        raise client_error(f"jobs can contain up to {DESCRIBED_AT_ONCE} ids.")
    return job_ids


def check_list(request: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Return the status and the filter of a ListJobs call: a filter makes the status void."""
    sources = [key for key in ("jobQueue", "arrayJobId", "multiNodeJobId") if request.get(key)]
    if len(sources) != 1:
        raise client_error("Exactly one of jobQueue, arrayJobId, multiNodeJobId is needed.")
    filters = request.get("filters") or []
    if len(filters) > 1:
        raise client_error("Only one filter can be used at a time.")
    most = LISTED_AT_ONCE["filters" if filters else "status"]
    if not 1 <= request.get("maxResults", 1) <= most:
        raise client_error(f"maxResults must be between 1 and {most}.")
    if filters and (filters[0].get("name") not in FILTERS or len(filters[0].get("values", ())) < 1):
        raise client_error("The filter is not valid.")
    status = request.get("jobStatus") or "RUNNING"
    if status not in STATUSES:
        raise client_error("jobStatus is not valid.")
    return status, filters[0] if filters else None


def check_reason(request: dict[str, Any]) -> str:
    """Return the job id of a CancelJob or TerminateJob call."""
    if not request.get("jobId"):
        raise client_error("jobId must be provided.")
    reason = request.get("reason")
    if not reason or len(reason) > 1024:
        raise client_error("reason must be provided, with up to 1024 characters.")
    job_id: str = request["jobId"]
    return job_id


def _check_tags(tags: dict[str, Any]) -> None:
    if len(tags) > 50:
        raise client_error("A job may have up to 50 tags.")
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or not isinstance(value, str) or len(value) > 256:
            raise client_error(f"The tag {key!r} is too long.")
        if key.lower().startswith("aws:") or not _TAG.fullmatch(key) or not _TAG.fullmatch(value):
            raise client_error(f"The tag {key!r} has characters that are not allowed.")


def _check_overrides(overrides: dict[str, Any]) -> None:
    command = overrides.get("command", [])
    if not isinstance(command, list) or not all(isinstance(each, str) for each in command):
        raise client_error("command must be a list of texts.")
    for need in overrides.get("resourceRequirements", ()):
        if need.get("type") not in ("VCPU", "MEMORY", "GPU") or float(need.get("value", 0)) <= 0:
            raise client_error("resourceRequirements must name VCPU, MEMORY or GPU, above 0.")
    names = [each.get("name", "") for each in overrides.get("environment", ())]
    for name in names:
        if not name or name.startswith("AWS_BATCH") or "=" in name or "\0" in name:
            raise client_error(f"{name!r} cannot be the name of an environment variable.")
    if len(set(names)) < len(names):
        raise client_error("An environment variable is given twice.")
