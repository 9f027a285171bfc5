"""What holds whenever and wherever a server was killed: I1 to I4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from batch_api import BatchApi, Fault
from sqlalchemy import NullPool, create_engine, text

from .conftest import BatchServer, until

ROWS = 4
KEY = "one and the same key"
AT_ONCE = 3


def submit_at_once(server: BatchServer) -> str | None:
    """Send the sheet several times at once; return the submission's id, None without an answer."""
    rows = [f"s{row}\ts3://reads/s{row}_R1.fastq.gz\n" for row in range(ROWS)]
    body = {
        "pipeline": "NextAMR",
        "content": "sample_id\tillumina_r1\n" + "".join(rows),
        "check_files": False,
    }
    try:
        headers = server.sign_in() | {"Idempotency-Key": KEY}
    except requests.ConnectionError:
        return None

    def send(_: int) -> str | None:
        url = f"{server.url}omnidomain/submissions"
        try:
            answer = requests.post(url, json=body, headers=headers, timeout=60)
        except requests.ConnectionError:
            return None
        assert answer.status_code == 202, answer.text
        assert answer.json()["total"] == ROWS
        return str(answer.json()["submission_id"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = set(pool.map(send, range(AT_ONCE))) - {None}
    assert len(told) <= 1
    return told.pop() if told else None


def all_of(database_url: str, table: str) -> list[Any]:
    """Return the rows of a table."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(text(f"SELECT * FROM {table}")).all())


def settled_runs(database_url: str, seconds: float = 40) -> list[Any]:
    """Wait until no run is without its job; return the runs."""

    def settled() -> list[list[Any]]:
        runs = all_of(database_url, "runs")
        return [] if any(run.status == "CREATED" for run in runs) else [runs]

    return until(settled, seconds)[0]


def require_one_job_each(database_url: str, api: BatchApi, seconds: float = 40) -> list[Any]:
    """Check I1 and I2: every run has a job of its own, and there is no other job."""
    runs = settled_runs(database_url, seconds)
    jobs = api.jobs.all()
    assert all(run.job_id for run in runs)
    assert Counter((run.job_id, run.job_name) for run in runs) == Counter(
        (job.job_id, job.name) for job in jobs
    )
    # The history tells of no run that is gone, and once of every step.
    steps = Counter(
        (str(at.run_id), at.status) for at in all_of(database_url, "run_status_history")
    )
    assert set(steps) >= {(str(run.run_id), "SUBMITTED") for run in runs}
    assert {run_id for run_id, _ in steps} == {str(run.run_id) for run in runs}
    assert set(steps.values()) <= {1}
    return runs


def require_invariants(
    server: BatchServer, api: BatchApi, database_url: str, submit: Callable[[], str | None]
) -> str:
    """Check I1 to I4 on a server that has come back; return what became of the rows."""
    submission_id = submit()
    assert submission_id is not None
    runs = require_one_job_each(database_url, api)
    told = server.request("GET", f"submissions/{submission_id}").json()
    refused = told["rejected"]
    # I1: as many runs as rows that were not refused, and all of this one submission.
    assert len(runs) + len(refused) == ROWS
    assert len({run.submission_id for run in runs}) == len(all_of(database_url, "submissions")) == 1
    # I3: with the reason, and again.
    # (A refusal that died with the server before it was stored is asked for again.)
    assert len(refused) <= api.faults.shown[Fault.REFUSED]
    assert all("as the test asked for" in row["reason"] for row in refused)
    if refused:
        again = server.request("POST", f"submissions/{submission_id}/resubmit")
        assert again.status_code == 202, again.text
        assert again.json()["total"] == len(refused)
    # I4: however often, and at once.
    assert submit() == submission_id
    # I1 and I2 still, of the refused rows too: nothing comes late.
    assert len(require_one_job_each(database_url, api)) == ROWS
    return f"{len(runs)} rows, {len(runs)} jobs; refused and sent again: {len(refused)}"
