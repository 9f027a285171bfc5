"""The log of a job on AWS Batch: CloudWatch's streams, one after another, page by page.

Every attempt of a job writes a stream of its own. A cursor says which attempt, and where in
its stream and in that of the attempt before it, whose last lines may come late; it does not name
the stream, since a name would open other people's logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import BackendRefusedError, InvalidInputError
from ..samplesheet.issues import Issue
from .aws_errors import code_of
from .base import LogPage

MOST_LINES = 10_000
MOST_EMPTY_PAGES = 5

_PLACE = r"([\w/.=+-]{0,512})"
_CURSOR = re.compile(rf"(\d{{1,3}}):{_PLACE}(?:,{_PLACE})?")

GetLogEvents = Callable[..., Mapping[str, Any]]


def read_streams(
    get_log_events: GetLogEvents,
    group: str,
    streams: Sequence[str],
    cursor: str | None,
    limit: int,
) -> LogPage:
    """Return up to `limit` lines from the cursor on.

    Parameters
    ----------
    get_log_events : the operation of CloudWatch Logs
    streams : of the job's attempts, in order; none, or one that is not there yet, is empty

    Raises
    ------
    InvalidInputError : the cursor is not one of ours
    """
    attempt, token, earlier = _parsed(cursor)
    if attempt > max(0, len(streams) - 1):
        raise _foreign_cursor()
    if not streams:
        return LogPage([], _cursor(attempt, token, earlier))
    while True:
        lines, token = _page(get_log_events, group, streams[attempt], token, limit)
        if lines is not None or attempt + 1 == len(streams):
            break
        attempt, token, earlier = attempt + 1, "", token
    if not lines and earlier is not None and streams[attempt - 1] != streams[attempt]:
        # CloudWatch takes some seconds: what an attempt printed last may be there only now.
        lines, earlier = _page(get_log_events, group, streams[attempt - 1], earlier, limit)
    return LogPage(lines or [], _cursor(attempt, token, earlier))


def read_tail(
    get_log_events: GetLogEvents, group: str, streams: Sequence[str], lines: int
) -> LogPage:
    """Return the last lines, of at most 1 MiB of each attempt, and the cursor to follow from.

    Parameters
    ----------
    streams : of the job's attempts, in order
    """
    found: list[str] = []
    cursor = ""
    for attempt in reversed(range(len(streams))):
        last, token = _last(get_log_events, group, streams[attempt], lines - len(found))
        cursor = cursor or f"{attempt}:{token}"
        found = last + found
        if len(found) >= lines:
            break
    return LogPage(found, cursor or "0:")


def streams_at(cursor: str | None, stream: str) -> list[str]:
    """Return the streams of a job of which only the last attempt's is known.

    The cursor of an earlier reading counts attempts that nobody knows any more.
    """
    attempt, _, _ = _parsed(cursor)
    return [stream] * (attempt + 1)


def _last(
    get_log_events: GetLogEvents, group: str, stream: str, lines: int
) -> tuple[list[str], str]:
    """Return the last lines of a stream, and the token behind them."""
    forward, backward = "", ""
    for _ in range(MOST_EMPTY_PAGES):
        try:
            page = get_log_events(
                logGroupName=group,
                logStreamName=stream,
                startFromHead=False,
                limit=min(lines, MOST_LINES),
                **({"nextToken": backward} if backward else {}),
            )
        except BackendRefusedError as error:
            if code_of(error.__cause__) == "ResourceNotFoundException":
                return [], ""
            raise
        forward = forward or str(page.get("nextForwardToken") or "")
        found = [_shown(event["message"]) for event in page.get("events", ())]
        before, backward = backward, str(page.get("nextBackwardToken") or "")
        if found or backward in ("", before):
            return found[-lines:], forward
    return [], forward


def _page(
    get_log_events: GetLogEvents, group: str, stream: str, token: str, limit: int
) -> tuple[list[str] | None, str]:
    """Return the next lines of a stream and the token after them; None at its present end."""
    for _ in range(MOST_EMPTY_PAGES):
        try:
            page = get_log_events(
                logGroupName=group,
                logStreamName=stream,
                startFromHead=True,
                limit=min(limit, MOST_LINES),
                **({"nextToken": token} if token else {}),
            )
        except BackendRefusedError as error:
            code = code_of(error.__cause__)
            if code == "ResourceNotFoundException":
                return None, token  # the job has printed nothing yet, or its log was deleted
            if code == "InvalidParameterException" and token:
                raise _foreign_cursor() from error
            raise
        lines = [_shown(event["message"]) for event in page.get("events", ())]
        before, token = token, page.get("nextForwardToken") or token
        if lines:
            return lines, token
        # An empty page is not the end of a stream; the same token is.
        if token == before:
            return None, token
    return [], token


def _cursor(attempt: int, token: str, earlier: str | None) -> str:
    return f"{attempt}:{token}" + ("" if earlier is None else f",{earlier}")


def _parsed(cursor: str | None) -> tuple[int, str, str | None]:
    """Return the attempt, and the tokens in its stream and in that of the one before."""
    if not cursor:
        return 0, "", None
    found = _CURSOR.fullmatch(cursor)
    if found is None or not found[1].isascii():
        raise _foreign_cursor()
    return int(found[1]), found[2], found[3] if int(found[1]) else None


def _foreign_cursor() -> InvalidInputError:
    message = "This cursor is not one that the log gave; start again without it."
    return InvalidInputError(message, [Issue(message, "cursor", column="cursor")])


def _shown(line: str) -> str:
    """Return a line as a terminal would show it: what follows a carriage return overwrites."""
    return line.rstrip("\r\n").rpartition("\r")[2]
