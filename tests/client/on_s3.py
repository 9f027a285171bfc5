"""A server whose runs go to AWS Batch and read S3, with a stand-in for both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from batch_api import BatchApi
from client.live_server import LiveServer, live_server
from uploads.breaking_proxy import BreakingProxy, breaking_proxy
from uploads.strict_s3 import StrictS3, strict_s3

_NOBODY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
}


@dataclass(frozen=True)
class OnS3:
    """The server, and what is around it.

    Parameters
    ----------
    proxy : the way to S3, of the server and of whoever has a signed address
    s3 : a client that goes there without it
    """

    server: LiveServer
    strict: StrictS3
    proxy: BreakingProxy
    s3: Any
    bucket: str
    batch: BatchApi

    def stored(self, uri: str) -> bytes:
        """Return what is at an address."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return bytes(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def allow_browsers(self) -> None:
        """Let the server's pages send files to S3, by the bucket's CORS rule."""
        self.strict.cors = [
            {
                "AllowedOrigins": [self.server.url.rstrip("/")],
                "AllowedMethods": ["PUT"],
                "AllowedHeaders": ["x-amz-checksum-sha256"],
            }
        ]

    def left_behind(self) -> list[Any]:
        """Return the uploads that are neither complete nor aborted."""
        return list(self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", []))


@contextmanager
def on_s3(
    home: Path, *arguments: str, module: str = "jupyter_server", **variables: str
) -> Iterator[OnS3]:
    """Start it all; end it at the end."""
    bucket = f"lab-{uuid4().hex}"
    with ExitStack() as stack:
        batch = stack.enter_context(BatchApi())
        strict = stack.enter_context(strict_s3("testing"))
        proxy = stack.enter_context(breaking_proxy(strict.url))
        s3 = boto3.client(
            "s3",
            endpoint_url=strict.url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        stack.callback(s3.close)
        s3.create_bucket(Bucket=bucket)
        traits = {
            "compute_backend": "aws_batch",
            "base_outdir": f"s3://{bucket}/results",
            "batch_job_queue": "queue",
            "batch_job_definition": "definition",
            "batch_region": "us-east-1",
            "batch_endpoint_url": batch.url,
        }
        server = stack.enter_context(
            live_server(
                home,
                *(f"--OmniDomainApp.{name}={text}" for name, text in traits.items()),
                *arguments,
                module=module,
                variables={
                    **_NOBODY,
                    "AWS_ENDPOINT_URL_S3": proxy.url,
                    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": batch.url,
                    **variables,
                },
            )
        )
        yield OnS3(server, strict, proxy, s3, bucket, batch)
