"""What somebody gives to the client's functions, looked at before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import PurePath
from uuid import UUID

from .errors import InvalidInputError, NotFoundError
from .status import RunStatus

_SHEET_ENDINGS = {".csv", ".tsv", ".txt", ".xls", ".xlsx"}
_LONGEST_KEY = 255


def pipeline_name(pipeline: object) -> str:
    """Return the name of a pipeline.

    Raises
    ------
    TypeError : it is no text
    InvalidInputError : it is what a sheet looks like
    """
    if not isinstance(pipeline, str):
        kind = type(pipeline).__name__
        raise TypeError(
            f'A pipeline is given by its name, such as "ReadQC", and not as {kind}. '
            "client.pipelines() lists them."
        )
    if "\n" in pipeline or "\t" in pipeline or PurePath(pipeline).suffix.lower() in _SHEET_ENDINGS:
        raise InvalidInputError(
            "The sheet comes first and the pipeline's name after it: "
            'client.submit("samples.tsv", "ReadQC").'
        )
    return pipeline


def one_id(given: object, what: str) -> str:
    """Return an id; a text that can be none is one that is not there.

    Parameters
    ----------
    given : text, a UUID, or the object that has it
    what : "run" or "submission"

    Raises
    ------
    NotFoundError : it is no id
    """
    text = str(getattr(given, f"{what}_id", given)).strip()
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFoundError(
            f"There is no such {what}: {text!r} is not an id. client.runs() shows the ids."
        ) from None


def statuses(given: str | Iterable[str] | None) -> list[str] | None:
    """Return the statuses that are asked for, however they are written.

    Raises
    ------
    InvalidInputError : one of them does not exist; the text names those that do
    """
    if given is None:
        return None
    names = [given] if isinstance(given, str) else list(given)
    known = [status.value for status in RunStatus]
    wanted = [str(name).strip().upper() for name in names]
    for name, folded in zip(names, wanted, strict=True):
        if folded not in known:
            near = get_close_matches(folded, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise InvalidInputError(
                f"There is no status {name!r}.{hint} There are: {', '.join(known)}."
            )
    return wanted


def moment(given: object, name: str) -> str | None:
    """Return a time as the server reads it.

    A day is as long as it is where this program runs, and so is a time without a zone: `since`
    begins where the day does, `until` ends where it does.

    Parameters
    ----------
    given : a datetime, a date, or either as ISO text
    name : "since" or "until"

    Raises
    ------
    TypeError : it is nothing of that
    InvalidInputError : the text is no time
    """
    if given is None:
        return None
    try:
        found = _parsed(given) if isinstance(given, str) else given
        if isinstance(found, datetime):
            # Such as pandas' own kind, which has rules of its own.
            at = datetime.fromisoformat(found.isoformat())
        elif isinstance(found, date):
            at = datetime.combine(found + timedelta(days=name == "until"), time())
        else:
            kind = type(given).__name__
            raise TypeError(
                f'{name} is a datetime, a date, or ISO text such as "2026-05-04", and not {kind}.'
            )
        return at.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise InvalidInputError(
            f"{name} is no time: {given!r}. Write a day like 2026-05-04, or a time like "
            "2026-05-04T15:30; with a time zone like 2026-05-04T15:30+02:00."
        ) from None


def _parsed(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return datetime.fromisoformat(text.strip())


def count(limit: object) -> int | None:
    """Return how many are wanted at most; None for all."""
    if limit is None:
        return None
    if isinstance(limit, bool) or not hasattr(limit, "__index__"):
        raise TypeError("limit is a whole number, or None for all.")
    number = int(limit.__index__())
    if number < 0:
        raise InvalidInputError("limit is 0 or more, or None for all.")
    return number


def seconds(timeout: object) -> float | None:
    """Return how long to wait; None for ever."""
    if timeout is None:
        return None
    if isinstance(timeout, bool) or not hasattr(timeout, "__float__"):
        raise TypeError("timeout is a number of seconds, or None to wait until the end.")
    return float(timeout)


def idempotency_key(key: object) -> str | None:
    """Return a key that a request can carry."""
    if key is None:
        return None
    text = str(key)
    if not (text.isascii() and text.isprintable() and text.strip() == text and text):
        raise InvalidInputError(
            "A key has letters, digits and signs of ASCII only, and no blank at its ends."
        )
    if len(text) > _LONGEST_KEY:
        raise InvalidInputError(f"A key has at most {_LONGEST_KEY} characters.")
    return text
