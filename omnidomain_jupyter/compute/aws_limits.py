"""What AWS Batch does not accept, found out before it is asked.

From the user guide ("Service quotas") and the API reference of SubmitJob. Some of these Batch
itself finds only when the job is to start, and then the job fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..errors import BackendRefusedError

PAYLOAD_BYTES = 30 * 1024
OVERRIDES_CHARACTERS = 8192
BATCHS_OWN_CHARACTERS = 512
"""Left free in the overrides: Batch adds variables of its own before they are counted."""

DESCRIBED_AT_ONCE = 100
REASON_CHARACTERS = 1024
TAGS = 50
TAG_KEY_CHARACTERS = 128
TAG_VALUE_CHARACTERS = 256
SHORTEST_TIMEOUT_S = 60
MOST_ATTEMPTS = 10

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHARE = re.compile(r"[A-Za-z0-9]{1,255}")
_NOT_IN_TAGS = re.compile(r"[^\w .:/=+@-]")


def check_settings(
    *, timeout_s: int | None, attempts: int | None, share: str | None, tags: Mapping[str, str]
) -> None:
    """Check what is configured once for all jobs.

    Raises
    ------
    ValueError : the text names the setting
    """
    if timeout_s is not None and timeout_s < SHORTEST_TIMEOUT_S:
        raise ValueError(f"The timeout is {timeout_s} seconds; AWS Batch needs at least 60.")
    if attempts is not None and not 1 <= attempts <= MOST_ATTEMPTS:
        raise ValueError(f"A job can have 1 to 10 attempts on AWS Batch, and not {attempts}.")
    if share is not None and not _SHARE.fullmatch(share):
        raise ValueError(
            f"{share!r} is no share identifier: those are up to 255 letters or digits."
        )
    for key, value in tags.items():
        if not key or len(key) > TAG_KEY_CHARACTERS or key.lower().startswith("aws:"):
            raise ValueError(f"{key!r} cannot be the name of a tag.")
        if len(value) > TAG_VALUE_CHARACTERS or _NOT_IN_TAGS.search(key + value):
            raise ValueError(f"The tag {key!r} cannot have the value {value!r} on AWS.")


def check_job(request: Mapping[str, Any]) -> None:
    """Check a complete request for SubmitJob.

    Raises
    ------
    BackendRefusedError : the text names what is wrong
    """
    if not _NAME.fullmatch(request["jobName"]):
        _refuse(
            f"{request['jobName']!r} cannot be the name of a job: those have up to 128 letters, "
            "digits, '-' and '_', and begin with a letter or digit."
        )
    _check_tags(request.get("tags", {}))
    overrides = request["containerOverrides"]
    for each in overrides.get("environment", ()):
        if not _VARIABLE.fullmatch(each["name"]) or each["name"].startswith("AWS_BATCH"):
            _refuse(f"{each['name']!r} cannot be the name of an environment variable of a job.")
    _check_command(overrides["command"])
    if is_too_long(overrides):
        _refuse(
            f"The command with its environment has {_length(overrides):,} characters; a job on "
            f"AWS Batch can have {OVERRIDES_CHARACTERS - BATCHS_OWN_CHARACTERS:,}. "
            "Shorten the longest values of the row, such as lists of files."
        )
    size = len(json.dumps(request).encode())
    if size > PAYLOAD_BYTES:
        _refuse(f"The job is described by {size:,} bytes; AWS Batch takes {PAYLOAD_BYTES:,}.")


def is_too_long(overrides: Mapping[str, Any]) -> bool:
    """Return whether a job with these overrides would fail when it is to start."""
    return _length(overrides) > OVERRIDES_CHARACTERS - BATCHS_OWN_CHARACTERS


def tag_value(text: str) -> str:
    """Return a text as the value of a tag, where characters and length are limited."""
    return _NOT_IN_TAGS.sub("_", text)[:TAG_VALUE_CHARACTERS]


def _check_command(command: list[str]) -> None:
    for argument in command:
        if "\0" in argument or not _is_text(argument):
            _refuse(f"The argument {argument!r} cannot be given to a program.")
        if argument.startswith("Ref::"):
            # Batch puts a parameter of the job definition in its place.
            _refuse(f"The argument {argument!r} has a meaning of its own on AWS Batch.")


def _check_tags(tags: Mapping[str, str]) -> None:
    if len(tags) > TAGS:
        _refuse(f"The job has {len(tags)} tags; AWS allows {TAGS}.")
    for key, value in tags.items():
        if not 0 < len(key) <= TAG_KEY_CHARACTERS or len(value) > TAG_VALUE_CHARACTERS:
            _refuse(f"The tag {key!r} is too long for AWS.")


def _length(overrides: Mapping[str, Any]) -> int:
    # As boto3 writes it: the longest way, with \u escapes and blanks.
    return len(json.dumps(overrides))


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(message: str) -> None:
    raise BackendRefusedError(message)
