"""A sheet of 1,000 rows on an AWS account that takes 50 calls a second and answers after 100 ms.

    python bench_batch_rate.py [ROWS]

AWS Batch is the tests' stand-in in a process of its own. Bound: 1.05 times as long as the limit
allows; the exit status is 1 if it is broken.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from batch_account import TESTS, batch_account

sys.path.insert(0, str(TESTS))

from waiting_rows import drain_of, intents

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.store.database import Database

LIMIT = 50
LATENCY_S = 0.1
BOUND = 1.05


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with (
        tempfile.TemporaryDirectory() as directory,
        batch_account(latency_s=LATENCY_S, calls_per_second=LIMIT) as account,
        patch.dict(os.environ, account.environment),
    ):
        database = Database(f"sqlite:///{Path(directory) / 'omnidomain.sqlite'}")
        intents(database, rows)
        settings = AwsBatchSettings(
            "queue", "definition", endpoint_url=account.url, calls_per_second=LIMIT
        )
        drain = drain_of(database, AwsBatchBackend(settings), Path(directory))
        before = time.perf_counter()
        settled = drain.drain()
        seconds = time.perf_counter() - before
        jobs, calls = account.jobs(), account.calls("SubmitJob")
        database.close()
    ratio = seconds / (rows / LIMIT)
    print(f"{rows} rows: {settled} settled, {jobs} jobs, {calls - jobs} calls throttled")
    print(f"  {seconds:.2f} s   {ratio:.3f} x the limit's   (bound {BOUND})")
    return 0 if settled == jobs == rows and ratio <= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
