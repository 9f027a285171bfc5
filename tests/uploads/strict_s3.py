"""S3 as moto has it, but as strict with presigned addresses as the real one.

moto looks neither at signatures nor at their end, nor at checksums of parts. Errors are S3's own:
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class _Silent(WSGIRequestHandler):
    """Logs no addresses: those that are logged are the product's."""

    def log_request(self, code="-", size="-") -> None: ...


class StrictS3:
    """Stands before moto's application, and knows one secret.

    `ahead` sets its clock forward; `puts` are the paths of the PUTs that it let through. `cors`
    are the rules of all its buckets: only what they allow is told to a browser.
    """

    def __init__(self, secret: str) -> None:
        self.url = ""
        self.ahead = timedelta()
        self.puts: list[str] = []
        self.cors: list[dict[str, list[str]]] = []
        self._secret = secret
        self._app = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start_response):
        start_response = self._for_pages(environ, start_response)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            # The question of a browser whether a page may send something.
            asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
            method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "")
            allowed = self._rule(environ, method, [each for each in asked.split(",") if each])
            start_response("200 OK" if allowed else "403 Forbidden", [])
            return [b""]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        if "X-Amz-Signature" in query:
            body = environ["wsgi.input"].read(length)
            environ["wsgi.input"] = io.BytesIO(body)
            fault = self._fault(environ, query, body)
            if fault is not None:
                status, code = fault
                start_response(status, [("Content-Type", "application/xml")])
                return [f"<Error><Code>{code}</Code></Error>".encode()]
            if environ["REQUEST_METHOD"] == "PUT":
                self.puts.append(environ["PATH_INFO"])
        return self._app(environ, start_response)

    def _rule(self, environ, method, headers) -> dict[str, list[str]] | None:
        for rule in self.cors:
            if (
                environ.get("HTTP_ORIGIN") in rule["AllowedOrigins"]
                and method in rule["AllowedMethods"]
                and {header.strip() for header in headers} <= set(rule["AllowedHeaders"])
            ):
                return rule
        return None

    def _for_pages(self, environ, start_response):
        """Put S3's headers for browsers in the place of moto's, which let everybody in."""

        def start(status, headers, *more):
            kept = [each for each in headers if not each[0].lower().startswith("access-control-")]
            preflight = environ["REQUEST_METHOD"] == "OPTIONS"
            method = environ.get(
                "HTTP_ACCESS_CONTROL_REQUEST_METHOD" if preflight else "REQUEST_METHOD", ""
            )
            rule = self._rule(environ, method, [])
            if rule is not None:
                kept += [
                    ("Access-Control-Allow-Origin", environ["HTTP_ORIGIN"]),
                    ("Access-Control-Allow-Methods", ", ".join(rule["AllowedMethods"])),
                    ("Access-Control-Allow-Headers", ", ".join(rule["AllowedHeaders"])),
                ]
            return start_response(status, kept, *more)

        return start

    def _fault(self, environ, query, body) -> tuple[str, str] | None:
        signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        ends_at = signed_at + timedelta(seconds=int(query["X-Amz-Expires"]))
        names = query["X-Amz-SignedHeaders"].split(";")
        sent = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): text
            for name, text in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_LENGTH"
        }
        if datetime.now(UTC) + self.ahead > ends_at:
            return "403 Forbidden", "AccessDenied"  # Request has expired
        if any(name.startswith("x-amz-") and name not in names for name in sent):
            return "403 Forbidden", "AccessDenied"  # headers that were not signed
        if not hmac.compare_digest(
            self._signature(environ, query, {name: sent.get(name, "") for name in names}),
            query["X-Amz-Signature"],
        ):
            return "403 Forbidden", "SignatureDoesNotMatch"
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if sent.get("x-amz-checksum-sha256", digest) != digest:
            return "400 Bad Request", "BadDigest"
        return None

    def _signature(self, environ, query, headers) -> str:
        def escaped(text: str) -> str:
            return quote(text, safe="-_.~")

        pairs = sorted(
            (escaped(name), escaped(text))
            for name, text in query.items()
            if name != "X-Amz-Signature"
        )
        request = "\n".join(
            (
                environ["REQUEST_METHOD"],
                environ["RAW_URI"].partition("?")[0],
                "&".join(f"{name}={text}" for name, text in pairs),
                *(f"{name}:{headers[name]}" for name in sorted(headers)),
                "",
                ";".join(sorted(headers)),
                "UNSIGNED-PAYLOAD",
            )
        )
        _, _, scope = query["X-Amz-Credential"].partition("/")
        text = "\n".join(
            (
                query["X-Amz-Algorithm"],
                query["X-Amz-Date"],
                scope,
                hashlib.sha256(request.encode()).hexdigest(),
            )
        )
        key = f"AWS4{self._secret}".encode()
        for part in [*scope.split("/"), text]:
            key = hmac.digest(key, part.encode(), "sha256")
        return key.hex()


@contextmanager
def strict_s3(secret: str) -> Iterator[StrictS3]:
    """Serve it over HTTP."""
    strict = StrictS3(secret)
    server = make_server("127.0.0.1", 0, strict, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    strict.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield strict
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
