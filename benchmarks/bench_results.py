"""Results and logs of a run that has very many: 100,000 objects on S3, 1,000,000 lines.

    python bench_results.py [OBJECTS] [LINES]

Bounds: the first page within 1 s, memory flat, no line lost or doubled, and `/api/status` with a
p99 under 50 ms meanwhile; it exits with 1 if one is broken. S3 is moto's; it and AWS Batch's
stand-in are processes of their own.
"""

from __future__ import annotations

import sys
import time

from batch_account import batch_account
from jupyter_process import Server, jupyter_server
from s3_account import s3_account
from watch import Bounds, Watch

ROW = {"sample_id": "s", "illumina_r1": "s3://reads/s_R1.fastq.gz"}
RUN = {"pipeline": "NextAMR", "sample_id": "s", "tsv_row": ROW}
FIRST_PAGES = 10
MOST_GROWN_MB = 30


def ask(server: Server, path: str, **query: str) -> dict:
    answer = server.session.get(f"{server.url}/omnidomain/{path}", params=query, timeout=120)
    answer.raise_for_status()
    return answer.json()


def first_pages(server: Server, run_id: str) -> list[float]:
    times = []
    for _ in range(FIRST_PAGES):
        before = time.perf_counter()
        assert ask(server, f"runs/{run_id}/results")["results"]
        times.append(time.perf_counter() - before)
    return times


def all_pages(server: Server, run_id: str) -> int:
    count, query = 0, {}
    while True:
        page = ask(server, f"runs/{run_id}/results", **query)
        count += len(page["results"])
        if not page["next_cursor"]:
            return count
        query = {"cursor": page["next_cursor"]}


def followed(server: Server, run_id: str, lines: int) -> bool:
    """Follow the log to its end; return whether each line came once and in order."""
    expected, query = 0, {}
    while expected < lines:
        page = ask(server, f"runs/{run_id}/logs", **query)
        for line in page["lines"]:
            if line != f"line {expected}":
                return False
            expected += 1
        query = {"cursor": page["next_cursor"]}
    return not ask(server, f"runs/{run_id}/logs", **query)["lines"]


def main() -> int:
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with batch_account() as account, s3_account() as s3:
        s3.fill("results", "other", 1)
        environment = {**account.environment, "AWS_ENDPOINT_URL_S3": s3.url}
        with jupyter_server(environment=environment) as server:
            server.sign_in()
            answer = server.session.post(f"{server.url}/omnidomain/runs", json=RUN, timeout=60)
            assert answer.status_code == 201, answer.text
            run = answer.json()
            run_id, prefix = run["run_id"], run["outdir"].removeprefix("s3://results/")
            s3.fill("results", prefix, objects)
            account.move(run["job_id"], "RUNNING")
            account.write(run["job_id"], lines)
            first_pages(server, run_id)  # what is imported on first use counts for the server
            ask(server, f"runs/{run_id}/logs")
            bounds = Bounds()
            print(f"{objects:,} objects on S3")
            with Watch(server) as watch:
                times = first_pages(server, run_id)
            bounds.tell(f"first page, worst of {FIRST_PAGES}", max(times), 1, "s")
            watch.tell(bounds, "first pages", MOST_GROWN_MB)
            with Watch(server) as watch:
                before = time.perf_counter()
                count = all_pages(server, run_id)
                took = time.perf_counter() - before
            bounds.require(f"all pages, {count:,} files in {took:.1f} s", kept=count == objects)
            watch.tell(bounds, "all pages", MOST_GROWN_MB)
            with Watch(server) as watch:
                before = time.perf_counter()
                whole = followed(server, run_id, lines)
                took = time.perf_counter() - before
            bounds.require(f"{lines:,} log lines in {took:.1f} s, each once, in order", kept=whole)
            watch.tell(bounds, "log", MOST_GROWN_MB)
    return bounds.exit_code()


if __name__ == "__main__":
    sys.exit(main())
