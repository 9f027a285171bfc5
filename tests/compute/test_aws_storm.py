"""The submit protocol against everything that goes wrong at once: one job for every row.

Small here; `OMNIDOMAIN_SOAK=1` makes it the full 2,000 rows. The same storm through plain boto3
is beside it, for comparison: it makes jobs that nobody knows of.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from batch_api import BatchApi, Fault

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.services.drain import Drain
from omnidomain_jupyter.services.jobs import JobPlanner
from omnidomain_jupyter.services.lease import Lease
from omnidomain_jupyter.services.submitter import Submitter
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run, Submission

ROWS = 2000 if os.environ.get("OMNIDOMAIN_SOAK") else 120
CHANCES = {Fault.LOST_ANSWER: 0.05, Fault.DROPPED: 0.02, Fault.SERVER_ERROR: 0.03}


class Silent:
    """Nobody listens."""

    def run_changed(self, change) -> None: ...
    def intents_waiting(self) -> None: ...
    def jobs_waiting(self) -> None: ...


@pytest.fixture
def database(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'omnidomain.sqlite'}")
    yield database
    database.close()


def intents(database: Database, rows: int) -> list[Run]:
    """Store a sheet's runs, as POST submissions does."""
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.add("ada@example.org", name=None, org=None, identity=None, now=now)
        submission = Submission(
            submission_id=uuid4(),
            user_id=user.user_id,
            pipeline="ReadQC",
            sheet_sha256="0",
            sheet="",
            rows=rows,
            request_sha256="0",
            created_at=now,
        )
        transaction.submissions.add(submission)
        runs = []
        for row in range(rows):
            run_id = uuid4()
            runs.append(
                Run(
                    run_id=run_id,
                    user_id=user.user_id,
                    submission_id=submission.submission_id,
                    row_number=row + 1,
                    line=row + 2,
                    pipeline="ReadQC",
                    sample_id=f"s{row}",
                    tsv_row={"sample_id": f"s{row}", "reads_1": "s3://bucket/a.fastq.gz"},
                    base_outdir="s3://bucket/results",
                    resume=False,
                    backend="aws_batch",
                    status="CREATED",
                    job_name=f"ReadQC-s{row}-{run_id}",
                    created_at=now,
                    updated_at=now,
                )
            )
        transaction.runs.add(runs)
    return runs


def drain_of(database: Database, backend: AwsBatchBackend, root: Path) -> Drain:
    lease = Lease(database)
    planner = JobPlanner(PipelineRegistry(), root)
    return Drain(database, backend, Submitter(database, backend, planner, Silent(), lease))


def storm(api: BatchApi) -> None:
    api.faults.by_chance("SubmitJob", CHANCES, seed=7)
    api.calls_per_second, api.list_lag_s, api.latency_s = 50, 2.0, 0.05


@pytest.mark.soak
def test_in_a_storm_every_row_has_exactly_one_job(database, make_batch, batch_api, tmp_path):
    storm(batch_api)
    runs = intents(database, ROWS)
    assert drain_of(database, make_batch(calls_per_second=50), tmp_path).drain() == ROWS

    jobs = Counter(job.name for job in batch_api.jobs.all())
    assert jobs == Counter(run.job_name for run in runs)
    with database.reading() as transaction:
        stored = [transaction.runs.get(run.run_id, run.user_id) for run in runs]
        assert not list(transaction.submissions.rejected(runs[0].submission_id))
    assert Counter(run.status for run in stored) == {"SUBMITTED": ROWS}
    assert all(batch_api.jobs[run.job_id].name == run.job_name for run in stored)
    assert sum(batch_api.faults.shown[fault] for fault in CHANCES) > ROWS * 0.05


@pytest.mark.soak
def test_plain_boto3_in_the_same_storm_makes_jobs_that_nobody_knows_of(batch_api):
    from boto3.session import Session

    storm(batch_api)
    client = Session().client("batch", endpoint_url=batch_api.url)

    def submit(row: int) -> str | None:
        try:
            return client.submit_job(
                jobName=f"s{row}", jobQueue="queue", jobDefinition="definition"
            )["jobId"]
        except Exception:  # noqa: BLE001 - as a script around boto3 has it
            return None

    with ThreadPoolExecutor(16) as pool:
        known = set(pool.map(submit, range(ROWS)))
    made = {job.job_id for job in batch_api.jobs.all()}
    print(f"{ROWS} rows: {len(made)} jobs, {len(made - known)} of them unknown to their submitter")
    assert made - known


@pytest.mark.soak
def test_a_sheet_is_submitted_at_the_rate_of_the_account(database, make_batch, batch_api, tmp_path):
    rows, limit = ROWS // 2 if ROWS >= 2000 else 200, 50
    batch_api.calls_per_second, batch_api.latency_s = limit, 0.1
    intents(database, rows)
    drain = drain_of(database, make_batch(calls_per_second=limit), tmp_path)
    started = time.monotonic()
    assert drain.drain() == rows
    took, least = time.monotonic() - started, rows / limit
    throttled = batch_api.faults.shown[Fault.THROTTLED]
    print(f"{rows} rows: {took:.2f} s, {took / least:.3f} x the limit's; {throttled} throttled")
    assert len(batch_api.jobs.all()) == rows
    assert took <= 1.05 * least + 1.0 * (rows < 1000)  # a small sheet shows the start-up
