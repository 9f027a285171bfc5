"""`/api/status` while a sheet of 10,000 rows is validated, accepted and submitted to AWS Batch.

AWS Batch is the tests' stand-in, 100 ms a call and 50 calls a second. Bounds: p99 50 ms, no
stall over 150 ms.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from batch_account import batch_account
from jupyter_process import Server, jupyter_server, percentile

ROWS = int(os.environ.get("OMNIDOMAIN_BENCH_ROWS", "10000"))
DRAINED_S = 20.0


def sheet(rows: int) -> str:
    lines = ["sample_id\tshortreads_r1\tshortreads_r2"]
    for number in range(rows):
        reads = f"s3://reads/batch/isolate_{number:06d}"
        lines.append(f"isolate_{number:06d}\t{reads}_R1.fastq.gz\t{reads}_R2.fastq.gz")
    return "\n".join(lines) + "\n"


def look(server: Server, stop: threading.Event, times: list[tuple[float, float]]) -> None:
    while not stop.is_set():
        before = time.perf_counter()
        server.session.get(f"{server.url}/api/status", timeout=60).raise_for_status()
        times.append((before, (time.perf_counter() - before) * 1000))
        time.sleep(0.005)


def show(name: str, values: list[float]) -> None:
    p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
    print(f"  {name:<28} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   worst {max(values):6.2f} ms")


def main() -> None:
    with (
        batch_account(latency_s=0.1, calls_per_second=50) as account,
        jupyter_server(environment=account.environment) as server,
    ):
        server.sign_in()
        times: list[tuple[float, float]] = []
        stop = threading.Event()
        looker = threading.Thread(target=look, args=(server, stop, times))
        looker.start()
        time.sleep(3)
        import requests

        # A session of its own: one may not be used by two threads.
        with requests.Session() as session:
            session.headers.update(server.session.headers)
            body = {"pipeline": "FungalFlow", "content": sheet(ROWS), "check_files": False}
            began = time.perf_counter()
            report = session.post(
                f"{server.url}/omnidomain/samplesheets/validate", json=body, timeout=120
            )
            assert report.json()["valid"], report.text[:500]
            validated = time.perf_counter()
            answer = session.post(f"{server.url}/omnidomain/submissions", json=body, timeout=120)
            assert answer.status_code == 202, answer.text[:500]
            accepted = time.perf_counter()
            time.sleep(DRAINED_S)
            jobs = account.jobs()
        stop.set()
        looker.join()
    print(f"/api/status while {ROWS:,} rows go through (50 submissions a second are allowed)")
    show("before", [ms for at, ms in times if at < began])
    show(
        f"validated in {validated - began:.2f} s", [m for at, m in times if began <= at < validated]
    )
    show(
        f"accepted in {accepted - validated:.2f} s",
        [ms for at, ms in times if validated <= at < accepted],
    )
    show(f"{jobs:,} submitted in {DRAINED_S:.0f} s", [ms for at, ms in times if at >= accepted])
    show("all of it", [ms for at, ms in times if at >= began])
    print("  bounds: p99 50 ms, worst 150 ms")


if __name__ == "__main__":
    sys.exit(main())
