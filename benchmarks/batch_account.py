"""The tests' stand-in for AWS Batch in a process of its own, for the benchmarks.

    python batch_account.py LATENCY_S CALLS_PER_SECOND

prints its URL, and then for each line of its input, a question in JSON, one line of answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
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

    def __post_init__(self) -> None:
        """Take questions from several threads, one after the other."""
        self._one_at_a_time = threading.Lock()

    def jobs(self) -> int:
        """Return how many jobs were accepted."""
        return self._ask("jobs")

    def calls(self, operation: str) -> int:
        """Return how often an operation was asked for."""
        return self._ask("calls", operation)

    def accept(self, names: list[str]) -> list[str]:
        """Accept jobs of these names without a call; return their ids."""
        return self._ask("accept", names)

    def move(self, job_id: str, status: str) -> None:
        """Let a job go on to a state."""
        self._ask("move", job_id, status)

    def write(self, job_id: str, lines: int) -> None:
        """Let a job print so many numbered lines."""
        self._ask("write", job_id, lines)

    def _ask(self, question: str, *arguments: object):
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._one_at_a_time:
            self.process.stdin.write(json.dumps([question, *arguments]) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())


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
        answers = {
            "jobs": lambda: len(api.jobs.all()),
            "calls": lambda operation: api.calls[operation],
            "accept": lambda names: [accepted(api, name) for name in names],
            "move": api.jobs.move,
            "write": lambda job_id, lines: api.logs.write(
                api.jobs[job_id].log_stream, *(f"line {number}" for number in range(lines))
            ),
        }
        for line in sys.stdin:
            question, *arguments = json.loads(line)
            print(json.dumps(answers[question](*arguments)), flush=True)


def accepted(api, name: str) -> str:
    request = {"jobName": name, "jobQueue": "queue", "jobDefinition": "definition"}
    return api.jobs.accept(request).job_id


if __name__ == "__main__":
    main()
