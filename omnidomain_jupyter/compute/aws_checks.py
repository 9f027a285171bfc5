"""What is wrong with an AWS account for running jobs: asked of AWS, and nothing changed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..errors import OmniDomainError
from ..findings import Finding, good, note, skipped, wrong
from .aws_errors import backend_error, code_of
from .aws_settings import AwsBatchSettings
from .s3 import split_uri

TIMEOUT_S = 4.0

_CREATE = "Create it, for instance with the template in omnidomain_jupyter/aws, or name another: "


def aws_findings(settings: AwsBatchSettings, base_outdir: str) -> Iterator[Finding]:
    """Yield what was found, each with what to do about it.

    Parameters
    ----------
    base_outdir : where outputs go, an ``s3://`` URI
    """
    account = _Account(settings)
    rest = ["credentials", "job queue", "job definition", "output bucket", "log group"]
    for needed in (account.region, account.credentials):
        found = needed()
        yield found
        if found.state == "wrong":
            yield from (skipped(each, f"the {found.what} first") for each in rest)
            return
        rest.pop(0)
    yield account.queue()
    yield account.definition()
    yield account.bucket(base_outdir)
    yield account.log_group()


class _Account:
    def __init__(self, settings: AwsBatchSettings) -> None:
        self._settings = settings
        self._session: Any = None

    def region(self) -> Finding:
        from boto3.session import Session

        settings = self._settings
        try:
            self._session = Session(
                profile_name=settings.profile or None, region_name=settings.region or None
            )
        except Exception as error:  # noqa: BLE001 - a wrong profile, and whatever a file may hold
            said = str(backend_error(error, sent=False))
            return wrong("region", said, "Check batch_profile and the files in ~/.aws.")
        region = self._session.region_name
        if not region:
            advice = "Set batch_region, or AWS_DEFAULT_REGION."
            return wrong("region", "no AWS region is configured", advice)
        return good("region", region)

    def credentials(self) -> Finding:
        advice = "Sign in to AWS on this machine, or set AWS_PROFILE or batch_profile."
        try:
            found = self._session.get_credentials()
        except Exception as error:  # noqa: BLE001 - sources of credentials fail in many ways
            return wrong("credentials", str(backend_error(error, sent=False)), advice)
        if found is None:
            return wrong("credentials", "there are no AWS credentials on this machine", advice)
        try:
            who = self._client("sts").get_caller_identity()
        except Exception as error:  # noqa: BLE001
            if code_of(error):
                return wrong("credentials", _said(error), advice)
            found_text = f"found ({found.method}), but STS cannot be asked whether they are good"
            return note("credentials", found_text)
        return good("credentials", f"{who['Arn']} ({found.method})")

    def queue(self) -> Finding:
        name = self._settings.queue

        def look() -> Finding:
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
            if queue.get("status", "VALID") != "VALID":
                why = queue.get("statusReason") or "see the console of AWS Batch"
                return wrong("job queue", f"{name} is {queue['status']}", f"AWS says: {why}")
            return self._environments(name, queue)

        return _asked("job queue", look)

    def _environments(self, name: str, queue: dict[str, Any]) -> Finding:
        arns = [each["computeEnvironment"] for each in queue.get("computeEnvironmentOrder", ())]
        if not arns:
            return good("job queue", f"{name} is enabled")
        answer = self._client("batch").describe_compute_environments(computeEnvironments=arns)
        usable = [
            each
            for each in answer["computeEnvironments"]
            if each.get("state") == "ENABLED" and each.get("status", "VALID") == "VALID"
        ]
        if usable:
            return good("job queue", f"{name} is enabled")
        advice = "Enable one of its compute environments; until then jobs stay RUNNABLE."
        return wrong("job queue", f"{name} has no compute environment that works", advice)

    def definition(self) -> Finding:
        name = self._settings.job_definition

        def look() -> Finding:
            exact = name.startswith("arn:") or ":" in name
            which = {"jobDefinitions": [name]} if exact else {"jobDefinitionName": name}
            answer = self._client("batch").describe_job_definitions(**which)
            active = [each for each in answer["jobDefinitions"] if each["status"] == "ACTIVE"]
            if not active:
                advice = _CREATE + "batch_job_definition."
                return wrong("job definition", f"there is no active {name}", advice)
            latest = max(active, key=lambda each: each["revision"])
            image = latest.get("containerProperties", {}).get("image", "no image")
            return good("job definition", f"{name}:{latest['revision']} ({image})")

        return _asked("job definition", look)

    def bucket(self, base_outdir: str) -> Finding:
        advice = "Set base_outdir to a bucket of yours, such as s3://my-results/runs."
        try:
            bucket, _ = split_uri(base_outdir.rstrip("/") + "/x")
        except ValueError as error:
            return wrong("output bucket", f"base_outdir is {base_outdir!r}: {error}", advice)

        def look() -> Finding:
            try:
                self._client("s3").head_bucket(Bucket=bucket)
            except Exception as error:
                status = code_of(error)
                if status in {"404", "NoSuchBucket"}:
                    return wrong("output bucket", f"there is no bucket {bucket}", advice)
                if status in {"403", "AccessDenied"}:
                    return wrong(
                        "output bucket",
                        f"these credentials may not use the bucket {bucket}",
                        "Permit s3:ListBucket, s3:GetObject and s3:PutObject on it.",
                    )
                if status in {"301", "PermanentRedirect"}:
                    return note("output bucket", f"{bucket} is in another region")
                raise
            return good("output bucket", bucket)

        return _asked("output bucket", look)

    def log_group(self) -> Finding:
        name = self._settings.log_group

        def look() -> Finding:
            answer = self._client("logs").describe_log_groups(logGroupNamePrefix=name)
            if any(each["logGroupName"] == name for each in answer["logGroups"]):
                return good("log group", name)
            advice = (
                "AWS Batch makes it when the first job writes; if jobs have run, set "
                "batch_log_group to the one that their definition names."
            )
            return note("log group", f"there is no {name} yet", advice)

        return _asked("log group", look)

    def _client(self, service: str) -> Any:
        from botocore.config import Config

        settings = self._settings
        return self._session.client(
            service,
            endpoint_url=(settings.endpoint_url or None) if service == "batch" else None,
            config=Config(
                connect_timeout=TIMEOUT_S, read_timeout=TIMEOUT_S, retries={"total_max_attempts": 1}
            ),
        )


def _asked(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - whatever boto3 raises is a finding here
        return wrong(what, _said(error), "See what AWS says; then check again.")


def _said(error: Exception) -> str:
    meant: OmniDomainError = backend_error(error, sent=False)
    return str(meant)
