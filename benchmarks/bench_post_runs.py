"""`POST runs` on the local backend against its bare minimum, by turns.

The minimum: one INSERT and COMMIT on the same SQLite file, with the same durability, and one
process started. What is beyond it is measured too: the rest of the transactions, the sheet's
checks, HTTP, Jupyter's and our own sign-in.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid4

from jupyter_process import Server, jupyter_server
from seeding import store_file

ROUNDS = 200
READS = "@r\nACGT\n+\nIIII\n"


def post_ms(server: Server) -> float:
    body = {
        "pipeline": "ReadQC",
        "sample_id": "bench",
        "tsv_row": {"sample_id": "bench", "reads_1": "reads.fastq"},
    }
    return timed(lambda: checked(server.session.post(f"{server.url}/omnidomain/runs", json=body)))


def me_ms(server: Server) -> float:
    return timed(lambda: checked(server.session.get(f"{server.url}/omnidomain/auth/me")))


def validate_ms(server: Server) -> float:
    body = {"pipeline": "ReadQC", "content": "sample_id\treads_1\nbench\treads.fastq\n"}
    url = f"{server.url}/omnidomain/samplesheets/validate"
    return timed(lambda: checked(server.session.post(url, json=body)))


def checked(answer) -> None:
    assert answer.status_code in {200, 201}, answer.text


def timed(function) -> float:
    before = time.perf_counter()
    function()
    return (time.perf_counter() - before) * 1000


def insert_ms(connection: sqlite3.Connection, template: dict[str, object]) -> float:
    run_id = uuid4()
    row = {**template, "run_id": run_id.hex, "job_name": f"bench-{run_id}"}
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"INSERT INTO runs ({names}) VALUES ({marks})", list(row.values()))
        connection.execute("COMMIT")

    return timed(insert)


def process_ms() -> float:
    null = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    started: list[int] = []

    def start() -> None:
        started.append(
            os.posix_spawn(sys.executable, [sys.executable, "-V"], os.environ, file_actions=null)
        )

    elapsed = timed(start)
    os.waitpid(started[0], 0)
    return elapsed


def template_of(connection: sqlite3.Connection) -> dict[str, object]:
    """Return a row as the product stored it, to be inserted again and again."""
    connection.row_factory = sqlite3.Row
    row = dict(connection.execute("SELECT * FROM runs LIMIT 1").fetchone())
    # Finished, so that the server does not watch what the benchmark inserts.
    return {**row, "status": "COMPLETED"}


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        jupyter_server(directory=Path(directory)) as server,
    ):
        (server.directory / "root" / "reads.fastq").write_text(READS)
        server.sign_in()
        for _ in range(10):
            post_ms(server)
        connection = sqlite3.connect(store_file(server.directory), isolation_level=None, timeout=10)
        connection.execute("PRAGMA synchronous = FULL")
        template = template_of(connection)
        assert UUID(str(template["run_id"]))
        names = ("post", "insert", "process", "me", "validate")
        times: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(ROUNDS):
            times["post"].append(post_ms(server))
            times["insert"].append(insert_ms(connection, template))
            times["process"].append(process_ms())
            times["me"].append(me_ms(server))
            times["validate"].append(validate_ms(server))
        connection.close()
    p50 = {name: statistics.median(values) for name, values in times.items()}
    least = p50["insert"] + p50["process"]
    print("POST runs on the local backend, p50 of", ROUNDS)
    print(f"  INSERT and COMMIT        {p50['insert']:6.2f} ms")
    print(f"  starting a process       {p50['process']:6.2f} ms")
    print(f"  the bare minimum         {least:6.2f} ms")
    print(f"  POST runs                {p50['post']:6.2f} ms   ratio {p50['post'] / least:.1f}")
    print("  of which, measured alone:")
    print(f"    GET auth/me (HTTP, Jupyter, our token)      {p50['me']:6.2f} ms")
    checks = p50["validate"] - p50["me"]
    print(f"    checking a row (POST validate, above that)  {checks:6.2f} ms")
    print(f"    a second transaction (SUBMITTED)            {p50['insert']:6.2f} ms")
    rest = p50["post"] - least - p50["me"] - checks - p50["insert"]
    print(f"    the rest (SQLAlchemy, the job's files)      {rest:6.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
