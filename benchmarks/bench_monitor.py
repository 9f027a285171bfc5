"""The monitor: one look at 10,000 active runs, its memory, and how soon a change is announced.

AWS Batch is the tests' stand-in in a process of its own. Bounds: 100 calls and less than 1 s of
CPU for a look, nothing written when nothing changed, flat memory over 200 looks; an event at
most one interval and 250 ms after its change, at the 95th percentile.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from batch_account import Account, batch_account
from jupyter_process import Server, jupyter_server, percentile

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.services.lease import Lease
from omnidomain_jupyter.services.monitor import Monitor
from omnidomain_jupyter.services.notices import RunChanged
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run

RUNS = 10_000
LOOKS = int(os.environ.get("OMNIDOMAIN_BENCH_LOOKS", "200"))
CHANGES = 60
INTERVAL_S = 2.0
EVENT = "urn:omnidomain-jupyter:run_status"


class Silent:
    def run_changed(self, change: RunChanged) -> None: ...
    def intents_waiting(self) -> None: ...
    def jobs_waiting(self) -> None: ...


def store_runs(database: Database, account: Account) -> None:
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.add("ada@example.org", name=None, org=None, identity=None, now=now)
    names = [f"NextAMR-{uuid4()}" for _ in range(RUNS)]
    runs = [
        Run(
            run_id=uuid4(),
            user_id=user.user_id,
            pipeline="NextAMR",
            sample_id=name,
            tsv_row={},
            base_outdir="s3://results",
            resume=False,
            backend="aws_batch",
            status="SUBMITTED",
            job_id=job_id,
            job_name=name,
            created_at=now,
            submitted_at=now,
            updated_at=now,
        )
        for name, job_id in zip(names, account.accept(names), strict=True)
    ]
    with database.writing() as transaction:
        transaction.runs.add(runs)


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def look_at_many() -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        batch_account() as account,
        sqlite3.connect(Path(directory) / "store.sqlite") as beside,
    ):
        for name, value in account.environment.items():
            os.environ[name] = value
        database = Database(f"sqlite:///{directory}/store.sqlite")
        store_runs(database, account)
        settings = AwsBatchSettings(
            "queue", "definition", endpoint_url=account.url, calls_per_second=1000
        )
        # A lease longer than the measurement: its renewals would count as writes.
        lease = Lease(database, length_s=3600)
        monitor = Monitor(database, AwsBatchBackend(settings), Silent(), lease)
        monitor.cycle()  # takes the runs, makes the client
        calls, version = account.calls("DescribeJobs"), data_version(beside)
        cpu, began = time.process_time(), time.perf_counter()
        active = monitor.cycle()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - began
        print(f"One look at {active:,} active runs, none of which has changed")
        print(f"  DescribeJobs             {account.calls('DescribeJobs') - calls} calls")
        print(f"  CPU                      {cpu:.2f} s (bound 1 s)   wall {wall:.2f} s")
        print(f"  commits that changed the database  {data_version(beside) - version}")
        before = resident_mib()
        for look in range(LOOKS):
            monitor.cycle()
            if look == LOOKS // 10:
                before = resident_mib()
        after = resident_mib()
        print(f"  memory after {LOOKS // 10} looks {before:.1f} MiB, after {LOOKS} {after:.1f} MiB")
        database.close()


def data_version(beside: sqlite3.Connection) -> int:
    return beside.execute("PRAGMA data_version").fetchone()[0]


def listen(server: Server, heard: dict[tuple[str, str], float], ready: threading.Event) -> None:
    from websocket import create_connection

    url = server.url.replace("http", "ws") + "/api/events/subscribe"
    header = [f"Authorization: {server.session.headers['Authorization']}"]
    socket = create_connection(url, header=header, timeout=60)
    ready.set()
    while len(heard) < CHANGES + CHANGES:
        message = json.loads(socket.recv())
        if message.get("schema_id") == EVENT:
            heard[message["run_id"], message["status"]] = time.perf_counter()
    socket.close()


def announce() -> None:
    with (
        batch_account() as account,
        jupyter_server(environment=account.environment) as server,
    ):
        server.sign_in()
        heard: dict[tuple[str, str], float] = {}
        ready = threading.Event()
        listener = threading.Thread(target=listen, args=(server, heard, ready), daemon=True)
        listener.start()
        ready.wait(30)
        body = {"pipeline": "NextAMR", "tsv_row": {}, "sample_id": ""}
        runs = []
        for number in range(CHANGES):
            name = f"s{number}"
            body["sample_id"] = name
            body["tsv_row"] = {"sample_id": name, "illumina_r1": "s3://reads/a_R1.fastq.gz"}
            answer = server.session.post(f"{server.url}/omnidomain/runs", json=body)
            answer.raise_for_status()
            runs.append(answer.json())
        moved: dict[str, float] = {}
        for run in runs:
            server.session.get(f"{server.url}/omnidomain/runs?limit=1")  # somebody looks
            time.sleep(random.uniform(0.2, 0.9))
            account.move(run["job_id"], "RUNNING")
            moved[run["run_id"]] = time.perf_counter()
        time.sleep(INTERVAL_S * 2)
        late = [heard[run_id, "RUNNING"] - at for run_id, at in moved.items()]
        print(f"From a change in AWS Batch to the event on the socket, {len(late)} changes")
        print(
            f"  p50 {percentile(late, 0.5) * 1000:.0f} ms   p95 {percentile(late, 0.95) * 1000:.0f}"
            f" ms   worst {max(late) * 1000:.0f} ms   (interval {INTERVAL_S * 1000:.0f} ms; "
            f"bound for p95 {INTERVAL_S * 1000 + 250:.0f} ms)"
        )


if __name__ == "__main__":
    look_at_many()
    announce()
    sys.exit()
