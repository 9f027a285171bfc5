"""moto's S3 in a process of its own, for the benchmarks.

    python s3_account.py

prints its URL, and then for each line of its input, `[bucket, prefix, count, folder]`, makes so
many small objects and prints how many there are.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class S3Account:
    """A running S3."""

    url: str
    process: subprocess.Popen[str]

    def fill(self, bucket: str, prefix: str, count: int, folder: str = "aligned/") -> int:
        """Make objects below a prefix, without a request for each; return how many there are.

        They lie in a folder, or in none if its name is empty.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([bucket, prefix, count, folder]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def s3_account() -> Iterator[S3Account]:
    """Start it."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield S3Account(process.stdout.readline().strip(), process)
        finally:
            process.terminate()


def main() -> None:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for line in sys.stdin:
        bucket, prefix, count, folder = json.loads(line)
        if bucket not in backend.buckets:
            backend.create_bucket(bucket, "us-east-1")
        for number in range(count):
            backend.put_object(bucket, f"{prefix}/{folder}{number:06d}.bam", b"x")
        print(len(backend.buckets[bucket].keys), flush=True)


if __name__ == "__main__":
    main()
