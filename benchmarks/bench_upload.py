"""A file of 2 GB, uploaded by a real server through a connection that breaks ten times.

    python bench_upload.py [GB]

Bounds: the object is whole, the bytes sent are at most 1.2 times its size, the server has less
than 150 MB of memory in all, and `/api/status` has a p99 under 50 ms. The server has an
environment like a user's; S3 is moto's server; it and AWS Batch's stand-in are processes of
their own. A break cuts all connections that are open.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import requests
from batch_account import TESTS, batch_account
from jupyter_process import Server, jupyter_server
from user_environment import user_python
from watch import Bounds, Watch

sys.path.insert(0, str(TESTS))

from uploads.breaking_proxy import breaking_proxy

BREAKS = 10
MOST_GROWN_MB = 30
MOST_MB = 150
BUCKET = "results"


@contextmanager
def moto(directory: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    environment = {**os.environ, "TMPDIR": directory}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            while True:
                try:
                    requests.get(url, timeout=5)
                    break
                except requests.ConnectionError:
                    time.sleep(0.05)
            yield url
        finally:
            process.terminate()


def written(file: Path, size: int) -> str:
    """Write a file of random bytes; return its SHA-256."""
    digest, left = hashlib.sha256(), size
    with file.open("wb") as stream:
        stream.write(b"@")
        digest.update(b"@")
        left -= 1
        while left:
            block = os.urandom(min(left, 1 << 22))
            stream.write(block)
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def submit(server: Server, sheet: str) -> dict:
    answer = server.session.post(
        f"{server.url}/omnidomain/submissions",
        json={"pipeline": "ReadQC", "content": sheet},
        timeout=60,
    )
    answer.raise_for_status()
    return answer.json()


def drained(server: Server, submission: dict) -> dict:
    while True:
        url = f"{server.url}/omnidomain/submissions/{submission['submission_id']}"
        found = server.session.get(url, timeout=60).json()
        if "CREATED" not in found["counts"]:
            assert "FAILED" not in found["counts"], found
            return found
        time.sleep(0.25)


def main() -> int:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 2) * 1e9)
    cuts = [size * number // (BREAKS + 1) for number in range(1, BREAKS + 1)]
    with (
        tempfile.TemporaryDirectory() as directory,
        batch_account() as account,
        moto(directory) as s3_url,
        breaking_proxy(s3_url, cuts) as proxy,
    ):
        environment = {**account.environment, "AWS_ENDPOINT_URL_S3": proxy.url}
        os.environ.update(account.environment)
        s3 = boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        home = Path(directory) / "home"
        python = user_python(Path(directory) / "environment")
        with jupyter_server(directory=home, environment=environment, python=python) as server:
            digest = written(home / "root" / "reads.fastq", size)
            written(home / "root" / "small.fastq", 1000)
            server.sign_in()
            # What is imported on first use counts for the server, and not for the file.
            drained(server, submit(server, "sample_id\treads_1\nwarm\tsmall.fastq\n"))
            with Watch(server, pause_s=0.02) as watch:
                time.sleep(2)
                sent, before = proxy.sent, time.perf_counter()
                found = drained(server, submit(server, "sample_id\treads_1\na\treads.fastq\n"))
                seconds = time.perf_counter() - before
        sent = proxy.sent - sent
        key = f"runs/.inputs/{digest[:32]}/reads.fastq"
        body, arrived = s3.get_object(Bucket=BUCKET, Key=key)["Body"], hashlib.sha256()
        for block in body.iter_chunks(1 << 22):
            arrived.update(block)
    print(f"{size / 1e9:.1f} GB in {seconds:.1f} s, {proxy.broken} breaks: {found['counts']}")
    bounds = Bounds()
    bounds.require("whole (sha256)", kept=arrived.hexdigest() == digest)
    bounds.tell("bytes sent : size", sent / size, 1.2, "")
    watch.tell(bounds, "upload", MOST_GROWN_MB, MOST_MB)
    return bounds.exit_code()


if __name__ == "__main__":
    sys.exit(main())
