"""A page in Chromium sends parts to S3, with the one CORS rule that uploads need."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from chromium import chromium_page, jp_asyncio_loop, jp_server_cleanup  # noqa: F401
from uploads.strict_s3 import strict_s3

from omnidomain_jupyter.compute.s3_browser_uploads import Link, S3BrowserUploads, link_client

pytestmark = pytest.mark.browser

SEND = """
async ([url, headers, data]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const file = new File(['....', bytes], 'a.fastq.gz', { type: 'application/gzip' });
  try {
    const answer = await fetch(url, { method: 'PUT', headers, body: file.slice(4) });
    return answer.status;
  } catch (error) {
    return String(error);
  }
}
"""


@contextmanager
def lab() -> Iterator[str]:
    """Give the origin of a page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<title>lab</title>")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_parts_arrive_from_the_lab_and_from_no_other_page(aws_environment, s3_url, monkeypatch):
    data = os.urandom(70_000)
    with strict_s3("testing") as strict, lab() as origin, lab() as elsewhere:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict.url)
        made = []
        uploads = S3BrowserUploads(lambda: made.append(link_client()) or made[0])
        strict.cors = [
            {
                "AllowedOrigins": [origin],
                "AllowedMethods": ["PUT"],
                "AllowedHeaders": ["x-amz-checksum-sha256"],
            }
        ]
        bucket = f"lab-{uuid4().hex}"
        uploads._client().create_bucket(Bucket=bucket)
        upload = uploads.begin(f"s3://{bucket}/.inputs/a.fastq.gz", checksums=True)
        link = uploads.link(upload, 1, len(data), hashlib.sha256(data).hexdigest(), expires_s=60)
        with chromium_page() as page:

            def sent(body: bytes, link: Link = link) -> int | str:
                encoded = base64.b64encode(body).decode()
                return page.evaluate(SEND, [link.url, link.headers, encoded])

            page.goto(elsewhere)
            assert "Failed to fetch" in str(sent(data))
            assert strict.puts == []
            page.goto(origin)
            assert sent(bytes([data[0] ^ 1]) + data[1:]) == 400
            assert sent(data[1:]) == 403
            assert sent(data) == 200
            plain = uploads.link(upload, 1, len(data), None, expires_s=60)
            assert sent(data, plain) == 200
        parts = uploads.parts(upload)
        assert [(part.number, part.size) for part in parts] == [(1, len(data))]
        uploads.complete(upload, parts)
        stored = made[0].get_object(Bucket=bucket, Key=upload.key)["Body"].read()
        made[0].close()
    assert stored == data
