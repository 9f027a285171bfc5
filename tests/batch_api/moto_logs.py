"""CloudWatch Logs as moto has it, over HTTP, in the place of our own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import boto3
from moto_account import moto_account

from .logs import GROUP


class MotoLogs:
    """Log streams by name, as `Logs` has them. A stream is there when its first line is."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = boto3.client(
            "logs",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        with suppress(self._client.exceptions.ResourceAlreadyExistsException):
            self._client.create_log_group(logGroupName=GROUP)

    def write(self, stream: str | None, *lines: str) -> None:
        """Write lines to a stream."""
        if stream is None:
            raise ValueError("The job has no log stream before it runs.")
        place = {"logGroupName": GROUP, "logStreamName": stream}
        with suppress(self._client.exceptions.ResourceAlreadyExistsException):
            self._client.create_log_stream(**place)
        now = time.time_ns() // 1_000_000
        events = [{"timestamp": now, "message": line} for line in lines if line]
        if events:
            self._client.put_log_events(**place, logEvents=events)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()


@contextmanager
def moto_logs() -> Iterator[MotoLogs]:
    """Serve them; end it at the end."""
    with moto_account() as url, closing(MotoLogs(url)) as logs:
        yield logs
