"""The botocore clients of one server: made once, on first use, and shared by all threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ..errors import BackendThrottledError, OmniDomainError
from .aws_errors import backend_error, code_of
from .aws_rate import CallRate
from .aws_session import aws_session
from .aws_settings import AwsBatchSettings

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 20.0
WRITE_TIMEOUT_S = 5.0
ATTEMPTS = 3

SENT_WITHIN_S = 10.0
"""A submission leaves this machine so soon or not at all. Waiting for a turn, writing to S3 or
fetching credentials may take long, and then the run may belong to another server already."""


class AwsClients:
    """Calls AWS, at the account's rate, and says what an error means.

    Credentials, and whatever is not given here, are boto3's own: its variables and files.

    Parameters
    ----------
    connections : how many calls of a kind go at a time
    """

    def __init__(self, settings: AwsBatchSettings, *, connections: int) -> None:
        self._settings = settings
        self._connections = connections
        self._rate = CallRate(settings.calls_per_second)
        self._lock = threading.Lock()
        self._session: Any = None
        self._clients: dict[str, Any] = {}
        self._here = threading.local()

    def submit_job(self, request: dict[str, Any], *, decided_at: float) -> dict[str, Any]:
        """Send SubmitJob once, soon, or not at all.

        boto3 would send it again after a lost answer, and SubmitJob has no idempotency token:
        that would be a second job.

        Parameters
        ----------
        decided_at : when the caller was sure that the run is its own, on the monotonic clock
        """
        self._here.decided_at = decided_at
        return self._call("submit", lambda client: client.submit_job(**request))

    def batch(self, operation: str, **request: Any) -> dict[str, Any]:
        """Call an operation of Batch that may be repeated."""
        return self._call("batch", lambda c: getattr(c, operation)(**request))

    def logs(self, operation: str, **request: Any) -> dict[str, Any]:
        """Call an operation of CloudWatch Logs."""
        return self._call("logs", lambda client: getattr(client, operation)(**request))

    def s3(self, operation: str, **request: Any) -> dict[str, Any]:
        """Call an operation of S3."""
        return self._call("s3", lambda client: getattr(client, operation)(**request))

    def _call(self, kind: str, call: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        self._here.sent = False
        try:
            return call(self._client(kind))
        except OmniDomainError:
            raise
        except Exception as error:
            meant = backend_error(error, sent=self._here.sent)
            busy = code_of(error) and isinstance(meant, BackendThrottledError)
            if busy and kind in ("submit", "batch"):
                self._rate.throttled()
            raise meant from error

    def _client(self, kind: str) -> Any:
        with self._lock:
            if kind not in self._clients:
                self._clients[kind] = self._made(kind)
            return self._clients[kind]

    def _made(self, kind: str) -> Any:
        from botocore.config import Config

        settings = self._settings
        if self._session is None:
            self._session = aws_session(profile=settings.profile, region=settings.region)
        service = "batch" if kind == "submit" else kind
        waits = {"submit": settings.submit_read_timeout_s, "s3": WRITE_TIMEOUT_S}
        client = self._session.create_client(
            service,
            endpoint_url=(settings.endpoint_url or None) if service == "batch" else None,
            config=Config(
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=waits.get(kind, READ_TIMEOUT_S),
                max_pool_connections=self._connections,
                tcp_keepalive=True,
                # Wins over AWS_MAX_ATTEMPTS and the files.
                retries={
                    "mode": "standard",
                    "total_max_attempts": 1 if kind in waits else ATTEMPTS,
                },
            ),
        )
        leaves = {"submit": self._submission_leaves, "batch": self._question_leaves}
        client.meta.events.register("before-send", leaves.get(kind, self._request_leaves))
        return client

    # These run in the caller's thread, before each request that boto3 sends, its repetitions
    # included: so what is counted and timed is what AWS gets. They may keep it from being sent.

    def _request_leaves(self, **_: Any) -> None:
        self._here.sent = True

    def _question_leaves(self, **_: Any) -> None:
        self._rate.acquire()
        self._here.sent = True

    def _submission_leaves(self, **_: Any) -> None:
        self._rate.acquire()
        if time.monotonic() > self._here.decided_at + SENT_WITHIN_S:
            raise BackendThrottledError("AWS could not be asked in time. Try again soon.")
        self._here.sent = True
