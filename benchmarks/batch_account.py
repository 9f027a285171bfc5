"""The tests' stand-in for AWS Batch in a process of its own, for the benchmarks.

    python batch_account.py LATENCY_S CALLS_PER_SECOND

prints its URL, and for each line of its input the number of jobs that it has.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"


@dataclass
class Account:
    """A running stand-in."""

    url: str
    process: subprocess.Popen[str]

    @property
    def environment(self) -> dict[str, str]:
        """What leads boto3 and the extension to it."""
        return {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": self.url,
            "OMNIDOMAIN_COMPUTE_BACKEND": "aws_batch",
            "OMNIDOMAIN_BATCH_ENDPOINT_URL": self.url,
            "OMNIDOMAIN_BATCH_JOB_QUEUE": "queue",
            "OMNIDOMAIN_BATCH_JOB_DEFINITION": "definition",
            "OMNIDOMAIN_BASE_OUTDIR": "s3://results/runs",
        }

    def jobs(self) -> int:
        """Return how many jobs were accepted."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def batch_account(*, latency_s: float = 0.0, calls_per_second: int = 0) -> Iterator[Account]:
    """Start the stand-in; 0 calls a second means no limit."""
    command = [sys.executable, __file__, str(latency_s), str(calls_per_second)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Account(process.stdout.readline().strip(), process)
        finally:
            process.terminate()


def main() -> None:
    sys.path.insert(0, str(TESTS))
    from batch_api import BatchApi

    with BatchApi() as api:
        api.latency_s = float(sys.argv[1])
        api.calls_per_second = int(sys.argv[2]) or None
        print(api.url, flush=True)
        for _ in sys.stdin:
            print(len(api.jobs.all()), flush=True)


if __name__ == "__main__":
    main()
