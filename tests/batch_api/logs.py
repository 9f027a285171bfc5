"""CloudWatch Logs: the streams that jobs write, read page by page with GetLogEvents."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from typing import Any

from .errors import ApiError

GROUP = "/aws/batch/job"
PAGE_BYTES = 1024 * 1024
_TOKEN = re.compile(r"([fb])/(\d{20})/s")


class Logs:
    """Log streams by name. A stream is there when its first line is."""

    def __init__(self) -> None:
        self.empty_pages = 0
        """So many pages come empty although more follows, as CloudWatch's sometimes do."""
        self._lock = threading.Lock()
        self._streams: dict[str, list[str]] = defaultdict(list)

    def write(self, stream: str | None, *lines: str) -> None:
        """Write lines to a stream."""
        if stream is None:
            raise ValueError("The job has no log stream before it runs.")
        with self._lock:
            self._streams[stream].extend(lines)

    def get_log_events(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer GetLogEvents."""
        limit = request.get("limit", 10_000)
        if not 1 <= limit <= 10_000:
            raise ApiError(400, "InvalidParameterException", "limit must be from 1 to 10000.")
        if request.get("logGroupName") != GROUP:
            raise _not_found("The specified log group does not exist.")
        with self._lock:
            name = request.get("logStreamName", "")
            if name not in self._streams:
                raise _not_found("The specified log stream does not exist.")
            lines = self._streams[name]
            start, moved = self._start(request, limit, len(lines))
            if self.empty_pages and start < len(lines):
                self.empty_pages -= 1
                # The token moves on, as CloudWatch's does; it stands for the same place.
                return _page([], start, start, moved + 1)
            page, size = [], 0
            for line in lines[start : start + limit]:
                size += len(line.encode()) + 26
                if size > PAGE_BYTES:
                    break
                page.append(line)
            return _page(page, start, start + len(page), 0 if page else moved)

    def _start(self, request: dict[str, Any], limit: int, length: int) -> tuple[int, int]:
        token = request.get("nextToken")
        if token is None:
            return (0 if request.get("startFromHead") else max(0, length - limit)), 0
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise ApiError(400, "InvalidParameterException", "The specified nextToken is invalid.")
        return int(found[2]) >> 8, int(found[2]) & 0xFF


def _page(lines: list[str], start: int, end: int, moved: int) -> dict[str, Any]:
    now = time.time_ns() // 1_000_000
    return {
        "events": [{"timestamp": now, "message": line, "ingestionTime": now} for line in lines],
        "nextForwardToken": f"f/{(end << 8) + moved:020d}/s",
        "nextBackwardToken": f"b/{start << 8:020d}/s",
    }


def _not_found(message: str) -> ApiError:
    return ApiError(400, "ResourceNotFoundException", message)
