"""`POST runs` on AWS Batch against its bare minimum, by turns.

The minimum: `submit_job` with one boto3 client that is kept, and one INSERT and COMMIT on the
same SQLite file, with the same durability. AWS Batch is the tests' stand-in, which answers at
once and then as AWS does, after 100 ms.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from batch_account import batch_account
from jupyter_process import Server, jupyter_server
from seeding import store_file

ROUNDS = 150


def timed(function) -> float:
    before = time.perf_counter()
    function()
    return (time.perf_counter() - before) * 1000


def post(server: Server) -> None:
    body = {
        "pipeline": "NextAMR",
        "sample_id": "bench",
        "tsv_row": {"sample_id": "bench", "illumina_r1": "s3://reads/bench_R1.fastq.gz"},
    }
    answer = server.session.post(f"{server.url}/omnidomain/runs", json=body)
    assert answer.status_code == 201, answer.text


def insert(connection: sqlite3.Connection, template: dict[str, object]) -> None:
    run_id = uuid4()
    row = {**template, "run_id": run_id.hex, "job_name": f"bench-{run_id}"}
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"INSERT INTO runs ({names}) VALUES ({marks})", list(row.values()))
    connection.execute("COMMIT")


def submit(client) -> None:
    client.submit_job(
        jobName=f"bench-{uuid4()}",
        jobQueue="queue",
        jobDefinition="definition",
        containerOverrides={"command": ["nextflow", "run", "NextAMR"]},
    )


def measure(latency_s: float) -> None:
    import boto3

    with (
        tempfile.TemporaryDirectory() as directory,
        batch_account(latency_s=latency_s) as account,
        patch.dict(os.environ, account.environment),
        jupyter_server(directory=Path(directory), environment=account.environment) as server,
    ):
        server.sign_in()
        client = boto3.client("batch", endpoint_url=account.url)
        for _ in range(5):
            post(server)
            submit(client)
        connection = sqlite3.connect(store_file(server.directory), isolation_level=None, timeout=10)
        connection.execute("PRAGMA synchronous = FULL")
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM runs LIMIT 1").fetchone())
        template = {**row, "status": "COMPLETED"}
        times: dict[str, list[float]] = {"post": [], "submit": [], "insert": [], "me": []}
        for _ in range(ROUNDS):
            times["post"].append(timed(lambda: post(server)))
            times["submit"].append(timed(lambda: submit(client)))
            times["insert"].append(timed(lambda: insert(connection, template)))
            times["me"].append(
                timed(lambda: server.session.get(f"{server.url}/omnidomain/auth/me"))
            )
        connection.close()
    p50 = {name: statistics.median(values) for name, values in times.items()}
    least = p50["submit"] + p50["insert"]
    print(f"POST runs on AWS Batch that answers after {latency_s * 1000:.0f} ms, p50 of {ROUNDS}")
    print(f"  submit_job               {p50['submit']:7.2f} ms")
    print(f"  INSERT and COMMIT        {p50['insert']:7.2f} ms")
    print(f"  POST runs                {p50['post']:7.2f} ms   ratio {p50['post'] / least:.2f}")
    print(f"  of which GET auth/me (HTTP, Jupyter, our token)  {p50['me']:.2f} ms")


def main() -> None:
    for latency_s in (0.0, 0.1):
        measure(latency_s)
    print("  bound: ratio 1.3")


if __name__ == "__main__":
    sys.exit(main())
