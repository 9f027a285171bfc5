"""What is wrong with an AWS account for running jobs: asked of AWS, and nothing changed there."""

from __future__ import annotations

import difflib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..errors import BackendUnknownError
from ..findings import Finding, good, note, skipped, wrong
from .aws_errors import backend_error, code_of
from .aws_settings import LOG_GROUP, AwsBatchSettings
from .s3 import split_uri
from .s3_faults import fault_of
from .s3_upload_checks import UPLOADS, upload_findings

CALL_TIMEOUT_S = 3.0
ALL_TIMEOUT_S = 8.0
"""For all questions together: looking up a host, or a program that gives credentials, may take
longer than the time-outs of a call."""

_TEMPLATE = "omnidomain_jupyter/aws/cloudformation.yaml"
_CREATE = f"Create it, for instance with {_TEMPLATE}, or name another: "
_NETWORK = (
    "Check the network of this machine, HTTPS_PROXY, the region, and batch_endpoint_url and "
    "AWS_ENDPOINT_URL where they are set."
)
_PERMIT = f"Permit it to who is signed in; NotebookPolicy of {_TEMPLATE} has all that is needed."
_REST = ("job queue", "job definition", "log group", "output bucket", *UPLOADS)


def aws_findings(settings: AwsBatchSettings, base_outdir: str) -> Iterator[Finding]:
    """Yield what was found, each with what to do about it, within a few seconds.

    Parameters
    ----------
    base_outdir : where outputs go, an ``s3://`` URI
    """
    give_up = time.monotonic() + ALL_TIMEOUT_S
    account = _Account(settings)
    rest = ["credentials", *_REST]
    for look in (account.region, account.credentials):
        (found,) = _Question([look.__name__], look).answer(give_up)
        yield found
        if found.state == "wrong":
            yield from (skipped(each, f"the {found.what} first") for each in rest)
            return
        rest.pop(0)
    questions = (
        _Question(_REST[:1], account.queue),
        _Question(_REST[1:3], account.definition_and_log_group),
        _Question(_REST[3:], lambda: account.bucket(base_outdir)),
    )
    findings = [found for question in questions for found in question.answer(give_up)]
    if all(found.advice == _NETWORK for found in findings if found.state != "skipped"):
        yield wrong("AWS", "it cannot be reached from this machine", _NETWORK)
        findings = [skipped(each, "the way to AWS first") for each in _REST]
    yield from findings


class _Question(threading.Thread):
    """Asks in the background, and is given up when there is no answer in time.

    Parameters
    ----------
    about : what each finding is about
    """

    def __init__(
        self, about: Sequence[str], look: Callable[[], Finding | tuple[Finding, ...]]
    ) -> None:
        super().__init__(daemon=True)
        self._about = about
        self._look = look
        self._found: tuple[Finding, ...] = ()
        self.start()

    def run(self) -> None:
        try:
            found = self._look()
        except Exception as error:  # noqa: BLE001 - whatever boto3 raises is a finding here
            first, *others = self._about
            self._found = (
                _refusal(first, error),
                *(skipped(each, f"the {first} first") for each in others),
            )
        else:
            self._found = found if isinstance(found, tuple) else (found,)

    def answer(self, give_up: float) -> tuple[Finding, ...]:
        """Return what was found until then, on the monotonic clock."""
        self.join(max(0.0, give_up - time.monotonic()))
        return self._found or tuple(wrong(each, _AWAY, _NETWORK) for each in self._about)


class _Account:
    def __init__(self, settings: AwsBatchSettings) -> None:
        self._settings = settings
        self._session: Any = None
        self._lock = threading.Lock()

    def region(self) -> Finding:
        settings = self._settings
        try:
            self._session = _session(settings)
            region = self._session.region_name
        except Exception as error:  # noqa: BLE001 - a wrong profile, and whatever a file may hold
            advice = "Check batch_profile, AWS_PROFILE and the files in ~/.aws."
            return wrong("region", _said(error), advice)
        if not region:
            advice = "Set batch_region, or AWS_DEFAULT_REGION."
            return wrong("region", "no AWS region is configured", advice)
        known = [
            each
            for partition in self._session.get_available_partitions()
            for each in self._session.get_available_regions("batch", partition)
        ]
        if region in known:
            return good("region", region)
        near = difflib.get_close_matches(region, known, 1)
        advice = f"Did you mean {near[0]}?" if near else "It should be like eu-central-1."
        if any(not (letter.isalnum() or letter == "-") for letter in region):
            return wrong("region", f"{region!r} is not the name of a region", advice)
        return note("region", f"{region}, which boto3 does not know", advice)

    def credentials(self) -> Finding:
        advice = "Sign in to AWS on this machine, or set AWS_PROFILE or batch_profile."
        try:
            found = self._session.get_credentials()
            if found is None:
                return wrong("credentials", "there are no AWS credentials on this machine", advice)
            who = self._client("sts").get_caller_identity()
        except Exception as error:  # noqa: BLE001 - sources of credentials fail in many ways
            if _is_away(error):
                # A private network may lead to Batch and S3, and not to STS.
                return note("credentials", "found, but STS cannot be asked whether they are good")
            return wrong("credentials", _said(error), advice)
        return good("credentials", f"{who['Arn']} ({found.method})")

    def queue(self) -> Finding:
        name = self._settings.queue
        answer = self._client("batch").describe_job_queues(jobQueues=[name])
        if not answer["jobQueues"]:
            return wrong("job queue", f"there is no {name}", _CREATE + "batch_job_queue.")
        (queue,) = answer["jobQueues"]
        if queue["state"] != "ENABLED":
            return wrong(
                "job queue",
                f"{name} is {queue['state']}: it accepts no jobs",
                f"aws batch update-job-queue --job-queue {name} --state ENABLED",
            )
        if queue.get("status") in {"INVALID", "DELETING", "DELETED"}:
            why = queue.get("statusReason") or "see the console of AWS Batch"
            return wrong("job queue", f"{name} is {queue['status']}", f"AWS says: {why}")
        arns = [each["computeEnvironment"] for each in queue.get("computeEnvironmentOrder", ())]
        if not arns:
            return good("job queue", f"{name} is enabled")
        answer = self._client("batch").describe_compute_environments(computeEnvironments=arns)
        if any(
            each.get("state") == "ENABLED" and each.get("status", "VALID") in {"VALID", "UPDATING"}
            for each in answer["computeEnvironments"]
        ):
            return good("job queue", f"{name} is enabled")
        advice = "Enable one of its compute environments; until then jobs stay RUNNABLE."
        return wrong("job queue", f"{name} has no compute environment that works", advice)

    def definition_and_log_group(self) -> tuple[Finding, Finding]:
        name = self._settings.job_definition
        which = {"jobDefinitions": [name]} if ":" in name else {"jobDefinitionName": name}
        answer = self._client("batch").describe_job_definitions(**which)
        active = [each for each in answer["jobDefinitions"] if each["status"] == "ACTIVE"]
        if not active:
            advice = _CREATE + "batch_job_definition."
            missing = wrong("job definition", f"there is no active {name}", advice)
            return missing, skipped("log group", "the job definition first")
        latest = max(active, key=lambda each: each["revision"])
        container = latest.get("containerProperties") or {}
        shown = f"{latest['jobDefinitionName']}:{latest['revision']}"
        found = good("job definition", f"{shown} ({container.get('image', 'no image')})")
        options = (container.get("logConfiguration") or {}).get("options") or {}
        try:
            return found, self._log_group(options)
        except Exception as error:  # noqa: BLE001 - of CloudWatch, and not of Batch
            return found, _refusal("log group", error)

    def _log_group(self, options: dict[str, str]) -> Finding:
        """Look for the group that jobs write to: the definition's own goes before the trait."""
        named = options.get("awslogs-group")
        name = named or self._settings.log_group
        answer = self._client("logs").describe_log_groups(logGroupNamePrefix=name)
        if any(each["logGroupName"] == name for each in answer["logGroups"]):
            return good("log group", name)
        if name == LOG_GROUP or options.get("awslogs-create-group") == "true":
            return note("log group", f"{name}, which the first job makes")
        create = f"aws logs create-log-group --log-group-name {name}"
        if named:
            found = f"there is no {name}, which the job definition names: its jobs cannot start"
            return wrong("log group", found, create)
        advice = f"{create}; or leave batch_log_group away: AWS Batch itself uses {LOG_GROUP}."
        return wrong("log group", f"there is no {name}", advice)

    def bucket(self, base_outdir: str) -> tuple[Finding, ...]:
        found = self._bucket(base_outdir)
        if found.state != "good":
            return found, *(skipped(each, "the output bucket first") for each in UPLOADS)
        try:
            return found, *upload_findings(self._client("s3"), base_outdir, permit=_PERMIT)
        except Exception as error:  # noqa: BLE001 - the bucket itself was there
            first, *others = UPLOADS
            skip = (skipped(each, f"the {first} first") for each in others)
            return found, _refusal(first, error), *skip

    def _bucket(self, base_outdir: str) -> Finding:
        advice = "Set base_outdir to a bucket of yours, such as s3://my-results/runs."
        try:
            bucket, _ = split_uri(base_outdir, folder=True)
        except ValueError as error:
            return wrong("output bucket", f"base_outdir: {error}", advice)
        try:
            self._client("s3").list_objects_v2(Bucket=bucket, MaxKeys=1)
        except Exception as error:
            if _is_away(error):
                raise
            fault = fault_of(error, bucket, listing=True)
            by_state = {"missing": advice, "forbidden": _PERMIT}
            then = by_state.get(fault.state, "Put that right, and check again.")
            return wrong("output bucket", fault.reason, then)
        return good("output bucket", bucket)

    def _client(self, service: str) -> Any:
        endpoint = self._settings.endpoint_url if service == "batch" else ""
        # Making a client is not safe in several threads; calling it is.
        with self._lock:
            return self._session.client(service, endpoint_url=endpoint or None)


def _session(settings: AwsBatchSettings) -> Any:
    from boto3.session import Session
    from botocore.config import Config
    from botocore.session import get_session

    core = get_session()
    # Of all clients: that which fetches credentials for a role is made by boto3 itself.
    core.set_default_client_config(
        Config(
            connect_timeout=CALL_TIMEOUT_S,
            read_timeout=CALL_TIMEOUT_S,
            retries={"total_max_attempts": 1},
        )
    )
    return Session(
        botocore_session=core,
        profile_name=settings.profile or None,
        region_name=settings.region or None,
    )


_AWAY = "AWS cannot be reached, or does not answer"


def _is_away(error: Exception) -> bool:
    from botocore import exceptions

    return isinstance(error, (exceptions.HTTPClientError, exceptions.ConnectionError))


def _refusal(what: str, error: Exception) -> Finding:
    if _is_away(error):
        return wrong(what, _AWAY, _NETWORK)
    status = (getattr(error, "response", None) or {}).get("ResponseMetadata", {})
    if status.get("HTTPStatusCode") == 403:
        return wrong(what, _said(error), _PERMIT)
    if code_of(error):
        return wrong(what, _said(error), "Check again in a minute.")
    return wrong(what, _said(error), "Check the traits batch_…, and AWS_ENDPOINT_URL if it is set.")


def _said(error: Exception) -> str:
    meant = backend_error(error, sent=False)
    if isinstance(meant, BackendUnknownError):
        # Its text is about a job.
        return f"AWS has a fault of its own ({code_of(error)})"
    return str(meant)
