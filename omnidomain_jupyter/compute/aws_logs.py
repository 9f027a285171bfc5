"""The log of a job on AWS Batch: CloudWatch's streams, one after another, page by page.

Every attempt of a job writes a stream of its own. A cursor says which attempt, and where in
its stream and in those of the attempts before it, whose last lines may come late; it does not
name the streams, since a name would open other people's logs.
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

_PLACE = r"[\w/.=+-]{0,512}"
_CURSOR = re.compile(rf"(\d{{1,3}}):({_PLACE}(?:,{_PLACE})*)")

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
    attempt, tokens = _parsed(cursor)
    if attempt > max(0, len(streams) - 1):
        raise _foreign_cursor()
    if not streams:
        return LogPage([], _cursor(attempt, tokens), at_end=True)
    while True:
        lines, tokens[0] = _page(get_log_events, group, streams[attempt], tokens[0], limit)
        if lines is not None or attempt + 1 == len(streams):
            break
        attempt, tokens = attempt + 1, ["", *tokens]
    at_end = lines is None
    # CloudWatch takes some seconds: what an attempt printed last may be there only now.
    for back in range(1, len(tokens)):
        stream = streams[attempt - back]
        if lines or stream == streams[attempt]:
            break
        lines, tokens[back] = _page(get_log_events, group, stream, tokens[back], limit)
        at_end = at_end and lines is None
    return LogPage(lines or [], _cursor(attempt, tokens), at_end)


def read_tail(
    get_log_events: GetLogEvents, group: str, streams: Sequence[str], lines: int
) -> LogPage:
    """Return the last lines, of at most 1 MiB of each attempt, and the cursor to follow from.

    Parameters
    ----------
    streams : of the job's attempts, in order
    """
    found: list[str] = []
    tokens: list[str] = []
    for attempt in reversed(range(len(streams))):
        last, token = _last(get_log_events, group, streams[attempt], lines - len(found))
        tokens.append(token)
        found = last + found
        if len(found) >= lines:
            break
    return LogPage(found, _cursor(max(0, len(streams) - 1), tokens), at_end=True)


def streams_at(cursor: str | None, stream: str) -> list[str]:
    """Return the streams of a job of which only the last attempt's is known.

    The cursor of an earlier reading counts attempts that nobody knows any more.
    """
    attempt, _ = _parsed(cursor)
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


def _cursor(attempt: int, tokens: Sequence[str]) -> str:
    return f"{attempt}:{','.join(tokens)}"


def _parsed(cursor: str | None) -> tuple[int, list[str]]:
    """Return the attempt, and the tokens in its stream and in those of attempts before it."""
    if not cursor:
        return 0, [""]
    found = _CURSOR.fullmatch(cursor)
    if found is None or not found[1].isascii():
        raise _foreign_cursor()
    attempt, tokens = int(found[1]), found[2].split(",")
    if len(tokens) > attempt + 1:
        raise _foreign_cursor()
    return attempt, tokens


def _foreign_cursor() -> InvalidInputError:
    message = "This cursor is not one that the log gave; start again without it."
    return InvalidInputError(message, [Issue(message, "cursor", column="cursor")])


def _shown(line: str) -> str:
    """Return a line as a terminal would show it: what follows a carriage return overwrites."""
    return line.rstrip("\r\n").rpartition("\r")[2]
