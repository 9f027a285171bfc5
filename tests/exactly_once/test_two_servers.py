"""Two servers on one PostgreSQL submit and recover at once: no row twice, none forgotten."""

from __future__ import annotations

import signal
from collections import Counter

from batch_api import Fault
from sqlalchemy import NullPool, create_engine, text

from .conftest import until

ROWS = 60
SHEETS = 2
CHANCES = {Fault.LOST_ANSWER: 0.05, Fault.DROPPED: 0.02, Fault.SERVER_ERROR: 0.03}


def test_two_servers_submit_each_row_once(make_server, batch_api, postgres_url):
    batch_api.faults.by_chance("SubmitJob", CHANCES, seed=11)
    batch_api.latency_s, batch_api.calls_per_second = 0.05, 50
    servers = [make_server(name, postgres_url) for name in ("a", "b")]
    for server in servers:
        server.start()
    for number, server in enumerate(servers):
        rows = [f"s{number}_{row}\ts3://reads/{row}_R1.fastq.gz\n" for row in range(ROWS)]
        body = {
            "pipeline": "NextAMR",
            "content": "sample_id\tillumina_r1\n" + "".join(rows),
            "check_files": False,
        }
        assert server.request("POST", "submissions", body).status_code == 202

    # One dies in the middle of its work, and comes back while the other takes it over.
    until(lambda: len(batch_api.jobs.all()) > ROWS // 2)
    servers[0].process.send_signal(signal.SIGKILL)
    servers[0].process.wait()
    servers[0].start()

    engine = create_engine(postgres_url, poolclass=NullPool)

    def all_submitted() -> list | None:
        with engine.connect() as connection:
            runs = connection.execute(text("SELECT status, job_id, job_name FROM runs")).all()
        return None if any(run.status == "CREATED" for run in runs) else list(runs)

    runs = until(all_submitted, 90)
    jobs = batch_api.jobs.all()
    assert len(runs) == len(jobs) == ROWS * SHEETS
    assert Counter((run.job_id, run.job_name) for run in runs) == Counter(
        (job.job_id, job.name) for job in jobs
    )
    assert batch_api.faults.shown[Fault.LOST_ANSWER]
