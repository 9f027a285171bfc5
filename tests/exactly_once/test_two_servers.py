"""Two servers on one PostgreSQL submit and recover at once: no row twice, none forgotten.

`OMNIDOMAIN_SOAK=1` makes it a sheet so long that both work on it before one of them dies.
"""

from __future__ import annotations

import os
import signal
from uuid import uuid4

import pytest
from batch_api import Fault

from .conftest import until
from .invariants import all_of, require_one_job_each

pytestmark = pytest.mark.soak

SOAK = bool(os.environ.get("OMNIDOMAIN_SOAK"))
SHEETS = (900, 100) if SOAK else (120, 40)
CHANCES = {Fault.LOST_ANSWER: 0.05, Fault.DROPPED: 0.02, Fault.SERVER_ERROR: 0.03}


def test_two_servers_submit_each_row_once(make_server, batch_api, postgres_url):
    batch_api.faults.by_chance("SubmitJob", CHANCES, seed=11)
    # Slow at first: the first server has enough to do until the other has begun.
    batch_api.latency_s, batch_api.calls_per_second = 2.0, 50
    servers = [make_server(name, postgres_url) for name in ("a", "b")]
    for server in servers:
        server.start()
    for server, rows in zip(servers, SHEETS, strict=True):
        key = str(uuid4())
        first = server.request("POST", "submissions", sheet(rows), key)
        assert first.status_code == 202, first.text
        # The other server knows of it at once.
        for each in servers:
            again = each.request("POST", "submissions", sheet(rows), key)
            assert again.json()["submission_id"] == first.json()["submission_id"]

    # One dies in the middle of its work, and comes back while the other takes it over.
    until(lambda: len(owners(postgres_url)) == len(servers))
    batch_api.latency_s = 0.05
    until(lambda: len(batch_api.jobs.all()) > sum(SHEETS) // 4)
    servers[0].process.send_signal(signal.SIGKILL)
    servers[0].process.wait()
    assert any(run.status == "CREATED" for run in all_of(postgres_url, "runs"))
    servers[0].start()

    runs = require_one_job_each(postgres_url, batch_api, 200)
    assert len(runs) == sum(SHEETS)
    assert not all_of(postgres_url, "rejected_rows")
    assert batch_api.faults.shown[Fault.LOST_ANSWER]


def owners(database_url):
    """Return the servers that have leased rows."""
    return {run.lease_owner for run in all_of(database_url, "runs")} - {None}


def sheet(rows):
    text = "".join(f"s{row}\ts3://reads/{row}_R1.fastq.gz\n" for row in range(rows))
    content = f"sample_id\tillumina_r1\n{text}"
    return {"pipeline": "NextAMR", "content": content, "check_files": False}
