"""The server: AWS Batch's REST-JSON and CloudWatch Logs' JSON 1.1 protocol, over HTTP."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from . import limits
from .errors import ApiError, client_error
from .faults import Fault, Faults
from .jobs import PREFIX, Job, Jobs
from .logs import Logs

_OPERATIONS = {
    "/v1/submitjob": "SubmitJob",
    "/v1/describejobs": "DescribeJobs",
    "/v1/listjobs": "ListJobs",
    "/v1/canceljob": "CancelJob",
    "/v1/terminatejob": "TerminateJob",
    "/v1/describejobqueues": "DescribeJobQueues",
    "/v1/describejobdefinitions": "DescribeJobDefinitions",
}
_LOGS_TARGET = "Logs_20140328."

_ERRORS = {
    Fault.SERVER_ERROR: ApiError(500, "ServerException", "Internal error"),
    Fault.SERVER_ERROR_AFTER: ApiError(500, "ServerException", "Internal error"),
    Fault.THROTTLED: ApiError(429, "TooManyRequestsException", "Too Many Requests"),
    Fault.REFUSED: client_error("The request is refused, as the test asked for."),
    Fault.FORBIDDEN: ApiError(
        403, "AccessDeniedException", "User is not authorized to perform this action"
    ),
    Fault.EXPIRED: ApiError(
        403, "ExpiredTokenException", "The security token included in the request is expired"
    ),
}


class BatchApi:
    """A Batch account with queues and job definitions. A context manager: it runs inside.

    Attributes
    ----------
    url : where boto3 finds it
    calls : how often each operation was asked for, whatever came of it
    jobs : what was accepted, and how it goes on
    faults : what goes wrong
    logs : the log streams
    latency_s : how long an answer takes
    calls_per_second : more than so many Batch calls within a second are throttled; None: never
    list_lag_s, describe_lag_s : how long ListJobs and DescribeJobs do not see a new job
    late_s : how late a late answer is
    """

    def __init__(self, *, queue: str = "queue", definition: str = "definition") -> None:
        self.queues = {queue: "ENABLED"}
        self.definitions = {definition}
        self.fair_share_queues: set[str] = set()
        self.calls: Counter[str] = Counter()
        self.jobs = Jobs()
        self.faults = Faults()
        self.logs = Logs()
        self.latency_s = 0.0
        self.calls_per_second: int | None = None
        self.list_lag_s = 0.0
        self.describe_lag_s = 0.0
        self.late_s = 5.0
        self.url = ""
        self._lock = threading.Lock()
        self._recent: deque[float] = deque()
        self._stopping = threading.Event()
        self._operations: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "SubmitJob": self._submit,
            "DescribeJobs": self._describe,
            "ListJobs": self._list,
            "CancelJob": self._cancel,
            "TerminateJob": self._terminate,
            "DescribeJobQueues": self._describe_queues,
            "DescribeJobDefinitions": self._describe_definitions,
            "GetLogEvents": self.logs.get_log_events,
        }

    def __enter__(self) -> Self:
        api = self

        class Handler(_Handler):
            batch = api

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()

    def answer(self, operation: str, body: bytes) -> dict[str, Any]:
        """Do what a call asks for."""
        if operation != "GetLogEvents":
            limits.check_payload(body)
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            raise ApiError(400, "SerializationException", "The body is not JSON.") from None
        return self._operations[operation](request)

    def count(self, operation: str) -> None:
        """Count a call, and throttle it if there were too many.

        Raises
        ------
        ApiError : 429
        """
        with self._lock:
            self.calls[operation] += 1
            if self.calls_per_second is None or operation == "GetLogEvents":
                return
            now = time.monotonic()
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self.calls_per_second:
                self.faults.shown[Fault.THROTTLED] += 1
                raise _ERRORS[Fault.THROTTLED]
            self._recent.append(now)

    def wait(self, seconds: float) -> None:
        """Wait, unless the server is stopped meanwhile."""
        if seconds > 0:
            self._stopping.wait(seconds)

    def _submit(self, request: dict[str, Any]) -> dict[str, Any]:
        limits.check_job(request)
        queue = request["jobQueue"].rpartition("/")[2]
        if self.queues.get(queue) != "ENABLED":
            raise client_error(f"Job queue {queue} is not in a state to accept jobs.")
        if (queue in self.fair_share_queues) != ("shareIdentifier" in request):
            raise client_error("shareIdentifier does not fit the queue's scheduling policy.")
        definition = request["jobDefinition"].rpartition("/")[2].partition(":")[0]
        if definition not in self.definitions:
            raise client_error(f"JobDefinition {definition} does not exist or is not active.")
        job = self.jobs.accept(request)
        return {key: job.summary()[key] for key in ("jobArn", "jobId", "jobName")}

    def _describe(self, request: dict[str, Any]) -> dict[str, Any]:
        seen = time.monotonic() - self.describe_lag_s
        found = [self.jobs.known(each) for each in limits.check_describe(request.get("jobs"))]
        return {"jobs": [job.detail() for job in found if job and job.accepted <= seen]}

    def _list(self, request: dict[str, Any]) -> dict[str, Any]:
        status, chosen = limits.check_list(request)
        queue = request.get("jobQueue", "").rpartition("/")[2]
        if queue not in self.queues:
            raise client_error(f"Job queue {queue} does not exist.")
        seen = time.monotonic() - self.list_lag_s
        found = [
            job
            for job in self.jobs.all()
            if not job.forgotten
            and job.accepted <= seen
            and job.request["jobQueue"].rpartition("/")[2] == queue
            and (_matches(job, chosen) if chosen else job.status == status)
        ]
        found.sort(key=lambda job: job.created_at, reverse=True)
        token = request.get("nextToken") or "0"
        if not token.isdigit():
            raise client_error("nextToken is not valid.")
        start = int(token)
        most = limits.LISTED_AT_ONCE["filters" if chosen else "status"]
        end = start + request.get("maxResults", most)
        answer: dict[str, Any] = {"jobSummaryList": [job.summary() for job in found[start:end]]}
        return answer | ({"nextToken": str(end)} if end < len(found) else {})

    def _cancel(self, request: dict[str, Any]) -> dict[str, Any]:
        self.jobs.cancel(limits.check_reason(request), request["reason"])
        return {}

    def _terminate(self, request: dict[str, Any]) -> dict[str, Any]:
        self.jobs.terminate(limits.check_reason(request), request["reason"])
        return {}

    def _describe_queues(self, request: dict[str, Any]) -> dict[str, Any]:
        wanted = [each.rpartition("/")[2] for each in request.get("jobQueues") or self.queues]
        return {
            "jobQueues": [
                {
                    "jobQueueName": name,
                    "jobQueueArn": f"{PREFIX}:job-queue/{name}",
                    "state": self.queues[name],
                    "status": "VALID",
                    "statusReason": "JobQueue Healthy",
                    "priority": 1,
                    "computeEnvironmentOrder": [],
                }
                for name in wanted
                if name in self.queues
            ]
        }

    def _describe_definitions(self, request: dict[str, Any]) -> dict[str, Any]:
        names = request.get("jobDefinitions") or [request.get("jobDefinitionName", "")]
        wanted = {name.rpartition("/")[2].partition(":")[0] for name in names}
        return {
            "jobDefinitions": [
                {
                    "jobDefinitionName": name,
                    "jobDefinitionArn": f"{PREFIX}:job-definition/{name}:1",
                    "revision": 1,
                    "status": "ACTIVE",
                    "type": "container",
                }
                for name in sorted(wanted & self.definitions)
            ]
        }


def _matches(job: Job, chosen: dict[str, Any]) -> bool:
    values = [str(value).lower() for value in chosen["values"]]
    if chosen["name"] == "JOB_NAME":
        name = job.name.lower()
        return any(
            name.startswith(value[:-1]) if value.endswith("*") else name == value
            for value in values
        )
    if chosen["name"] == "JOB_DEFINITION":
        return job.request["jobDefinition"] in chosen["values"]
    after = chosen["name"] == "AFTER_CREATED_AT"
    return any((job.created_at > int(value)) is after for value in values)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """Close what keeps a connection open, so that no thread outlives the test."""
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    batch: BatchApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        operation = self._operation()
        if operation is None:
            self._send_error(ApiError(404, "UnknownOperationException", self.path))
            return
        try:
            self.batch.count(operation)
        except ApiError as error:
            self._send_error(error)
            return
        with suppress(BrokenPipeError, ConnectionResetError):
            self._answer(operation, body, self.batch.faults.take(operation))

    def _operation(self) -> str | None:
        if self.path in _OPERATIONS:
            return _OPERATIONS[self.path]
        target = self.headers.get("X-Amz-Target", "")
        if self.path == "/" and target == f"{_LOGS_TARGET}GetLogEvents":
            return "GetLogEvents"
        return None

    def _answer(self, operation: str, body: bytes, fault: Fault | None) -> None:
        api = self.batch
        if fault is Fault.DONE_LATE:
            api.wait(api.late_s)
        elif fault is not Fault.DROPPED:
            api.wait(api.latency_s)
        answer: dict[str, Any] | ApiError = {}
        if fault is None or fault.done:
            try:
                self._authenticate()
                answer = api.answer(operation, body)
            except ApiError as error:
                answer = error
        if fault is Fault.LATE_ANSWER:
            api.wait(api.late_s)
        if fault in (Fault.DROPPED, Fault.LOST_ANSWER):
            self.close_connection = True
        elif fault is Fault.UNAVAILABLE:
            self._send(503, b"<html><body>Service Unavailable</body></html>", "text/html")
        elif fault is Fault.GARBLED_ANSWER:
            self._send(200, b'{"jobId": ')
        elif fault in _ERRORS:
            self._send_error(_ERRORS[fault])
        elif isinstance(answer, ApiError):
            self._send_error(answer)
        else:
            self._send(200, json.dumps(answer).encode(), torn=fault is Fault.TORN_ANSWER)

    def _authenticate(self) -> None:
        if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential="):
            raise ApiError(403, "MissingAuthenticationTokenException", "Missing token")

    def _send_error(self, error: ApiError) -> None:
        content = {"message": str(error)}
        if self.path == "/":  # JSON 1.1 has the code in the body, REST-JSON in a header
            content = {"__type": error.code, **content}
        self._send(error.status, json.dumps(content).encode(), code=error.code)

    def _send(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json",
        *,
        code: str | None = None,
        torn: bool = False,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000")
        if code is not None:
            self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if torn else body)
        self.wfile.flush()
        self.close_connection = self.close_connection or torn

    def log_message(self, *_: object) -> None:
        """Print nothing."""
