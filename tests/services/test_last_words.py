"""Many runs that fail together all get their last words, also late ones: AWS Batch over HTTP."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from batch_api import BatchApi, Fault

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.services.lease import Lease
from omnidomain_jupyter.services.monitor import Monitor
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run

RUNS = 500 if os.environ.get("OMNIDOMAIN_SOAK") else 120
WORDS = "Its last words: the genome is missing (before: reading | sorting)"


class Silent:
    """Nobody listens."""

    def run_changed(self, change: object) -> None: ...
    def intents_waiting(self) -> None: ...
    def jobs_waiting(self) -> None: ...


@pytest.fixture
def batch(tmp_path: Path, monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    with BatchApi() as api:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", api.url)
        yield api


@pytest.fixture
def database(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'omnidomain.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def monitor(database: Database, batch: BatchApi) -> Monitor:
    settings = AwsBatchSettings("queue", "definition", endpoint_url=batch.url)
    return Monitor(database, AwsBatchBackend(settings), Silent(), Lease(database))


@pytest.fixture(autouse=True)
def _slow_machine(monkeypatch) -> None:
    """Let no test depend on how many logs are read in some seconds."""
    monkeypatch.setattr("omnidomain_jupyter.services.last_words.WITHIN_S", 600.0)


@pytest.fixture
def user_id(database: Database, batch: BatchApi) -> UUID:
    """Somebody whose runs have all failed a moment ago, and whose logs are on their way."""
    now = datetime.now(UTC)
    request = {"jobName": "a", "jobQueue": "queue", "jobDefinition": "definition"}
    job_ids = [batch.jobs.accept(request).job_id for _ in range(RUNS)]
    for job_id in job_ids:
        batch.jobs.end(job_id, exit_code=2)
    with database.writing() as transaction:
        user = transaction.users.add("ada@example.org", name=None, org=None, identity=None, now=now)
        user_id = user.user_id
        transaction.runs.add(
            [
                Run(
                    run_id=uuid4(),
                    user_id=user_id,
                    pipeline="ReadQC",
                    sample_id="a",
                    tsv_row={},
                    base_outdir="s3://lab/results",
                    resume=False,
                    backend="aws_batch",
                    status="SUBMITTED",
                    job_id=job_id,
                    job_name=f"name-{job_id}",
                    created_at=now,
                    updated_at=now,
                )
                for job_id in job_ids
            ]
        )
    return user_id


def printed(batch: BatchApi) -> None:
    for job in batch.jobs.all():
        batch.logs.write(job.log_stream, "begin", "reading", "sorting", "the genome is missing")


def reasons(database: Database, user_id: UUID) -> set[str | None]:
    with database.reading() as transaction:
        runs = transaction.users._session.query(Run).filter(Run.user_id == user_id).all()
        assert {run.status for run in runs} == {"FAILED"}
        assert len(runs) == RUNS
        return {run.status_reason for run in runs}


@pytest.mark.soak
def test_words_that_come_late(database, batch, monitor, user_id, monkeypatch):
    monkeypatch.setattr("omnidomain_jupyter.services.last_words.ASK_AGAIN_S", (0.0, 0.0, 60.0))
    monitor.cycle()
    assert reasons(database, user_id) == {"Exit code 2."}
    described = batch.calls["DescribeJobs"]
    assert described == -(-RUNS // 100)
    printed(batch)
    assert monitor.last_words.ask() == RUNS
    assert reasons(database, user_id) == {f"Exit code 2. {WORDS}"}
    assert monitor.last_words.ask() == 0
    assert monitor.last_words.waiting == 0, "the same words twice are the last ones"
    assert batch.calls["DescribeJobs"] == described


@pytest.mark.soak
def test_more_than_there_is_time_for(database, batch, monitor, user_id, monkeypatch):
    monkeypatch.setattr("omnidomain_jupyter.services.last_words.ASK_AGAIN_S", (0.0, 0.0, 60.0))
    printed(batch)
    with monkeypatch.context() as no_time:
        no_time.setattr("omnidomain_jupyter.services.last_words.WITHIN_S", -1.0)
        monitor.cycle()
        assert monitor.last_words.ask() == 0
    assert reasons(database, user_id) == {"Exit code 2."}
    assert monitor.last_words.ask() == RUNS
    assert reasons(database, user_id) == {f"Exit code 2. {WORDS}"}


@pytest.mark.soak
def test_logs_that_cannot_be_read_now_are_asked_for_again(
    database, batch, monitor, user_id, monkeypatch
):
    monkeypatch.setattr("omnidomain_jupyter.services.last_words.ASK_AGAIN_S", (0.0, 60.0))
    printed(batch)
    batch.faults.by_chance("GetLogEvents", {Fault.FORBIDDEN: 0.5}, seed=3)
    monitor.cycle()
    assert reasons(database, user_id) == {"Exit code 2.", f"Exit code 2. {WORDS}"}
    batch.faults.by_chance("GetLogEvents", {}, seed=3)
    monitor.last_words.ask()
    assert reasons(database, user_id) == {f"Exit code 2. {WORDS}"}
