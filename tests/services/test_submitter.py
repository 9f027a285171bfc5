"""From an intent to exactly one job, whatever the backend answers.

The backend is a fake: these faults (a lost answer, throttling) the local one cannot be made to
show. AWS Batch's own will be shown over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from omnidomain_jupyter.compute.base import JobSpec, JobState, JobStatus
from omnidomain_jupyter.errors import (
    BackendRefusedError,
    BackendThrottledError,
    BackendUnknownError,
)
from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.services import submitter as module
from omnidomain_jupyter.services.jobs import JobPlanner
from omnidomain_jupyter.services.submitter import Submitter
from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run, Submission


class Backend:
    """Accepts jobs, after the faults that it was told to show."""

    name = "local"
    remote = False

    def __init__(self) -> None:
        self.jobs: dict[str, JobStatus] = {}
        self.faults: list[Callable[[JobSpec], None]] = []
        self.submitted: list[str] = []
        self.cancelled: list[str] = []

    def accept(self, spec: JobSpec) -> str:
        assert spec.name not in self.jobs, "a second job"
        self.jobs[spec.name] = JobStatus(f"id-{spec.name}", spec.name, JobState.QUEUED)
        self.submitted.append(spec.name)
        return f"id-{spec.name}"

    def submit(self, spec: JobSpec) -> str:
        if self.faults:
            self.faults.pop(0)(spec)
        return self.accept(spec)

    def find(self, job_name: str) -> JobStatus | None:
        return self.jobs.get(job_name)

    def cancel(self, job_id: str, reason: str) -> None:
        self.cancelled.append(job_id)


class Silent:
    """Nobody listens."""

    def run_changed(self, change) -> None: ...
    def intents_waiting(self) -> None: ...
    def jobs_waiting(self) -> None: ...


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def submitter(database: Database, backend: Backend, tmp_path: Path, monkeypatch) -> Submitter:
    monkeypatch.setattr(module, "LOOK_UP_DELAYS_S", (0, 0))
    return Submitter(database, backend, JobPlanner(PipelineRegistry(), tmp_path), Silent())


@pytest.fixture
def make(database: Database) -> Callable[..., Run]:
    """Stores intents of one user, with or without a submission."""
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.add("ada@example.org", name=None, org=None, identity=None, now=now)
        submission = Submission(
            submission_id=uuid4(),
            user_id=user.user_id,
            pipeline="ReadQC",
            sheet_sha256="0",
            sheet="",
            rows=1,
            request_sha256="0",
            created_at=now,
        )
        transaction.submissions.add(submission)

    def intent(*, sheet: bool = True, age_s: float = 0, pipeline: str = "ReadQC") -> Run:
        run_id = uuid4()
        at = datetime.now(UTC) - timedelta(seconds=age_s)
        run = Run(
            run_id=run_id,
            user_id=user.user_id,
            submission_id=submission.submission_id if sheet else None,
            row_number=1,
            line=2,
            pipeline=pipeline,
            sample_id="a",
            tsv_row={"sample_id": "a", "reads_1": "/reads/a.fastq.gz"},
            base_outdir="/results",
            resume=False,
            backend="local",
            status="CREATED",
            job_name=f"ReadQC-a-{run_id}",
            created_at=at,
            updated_at=at,
        )
        with database.writing() as transaction:
            transaction.runs.add([run])
        return run

    return intent


def stored(database: Database, run: Run) -> tuple[RunStatus | None, str | None]:
    with database.reading() as transaction:
        found = transaction.runs.get(run.run_id, run.user_id)
    return (RunStatus(found.status), found.job_id) if found else (None, None)


def fault(error: Exception, *, accepted: bool = False, backend: Backend | None = None):
    def show(spec: JobSpec) -> None:
        if accepted:
            backend.accept(spec)
        raise error

    return show


def test_an_accepted_run_has_its_job(database, backend, submitter, make):
    run = make()
    job_id = submitter.submit(run)
    assert stored(database, run) == (RunStatus.SUBMITTED, job_id)
    assert backend.submitted == [run.job_name]


def test_a_lost_answer_is_looked_up_and_not_sent_again(database, backend, submitter, make):
    run = make()
    backend.faults = [fault(BackendUnknownError("lost"), accepted=True, backend=backend)]
    submitter.submit(run)
    assert backend.submitted == [run.job_name]
    assert stored(database, run)[0] is RunStatus.SUBMITTED


def test_a_lost_request_is_sent_again(database, backend, submitter, make):
    run = make()
    backend.faults = [fault(BackendUnknownError("lost"))] * 2
    submitter.submit(run)
    assert backend.submitted == [run.job_name]
    assert stored(database, run)[0] is RunStatus.SUBMITTED


def test_throttling_is_waited_out(database, backend, submitter, make):
    run = make()
    backend.faults = [fault(BackendThrottledError("slowly"))] * 2
    submitter.submit(run)
    assert stored(database, run)[0] is RunStatus.SUBMITTED


def test_a_refusal_removes_the_run_and_says_why(database, backend, submitter, make):
    run = make(sheet=False)
    backend.faults = [fault(BackendRefusedError("no queue"))]
    with pytest.raises(BackendRefusedError, match="no queue"):
        submitter.submit(run)
    assert stored(database, run) == (None, None)
    assert backend.submitted == []


def test_of_a_sheet_the_refused_row_is_kept_with_its_reason(database, backend, submitter, make):
    run, other = make(), make()
    backend.faults = [fault(BackendRefusedError("no queue"))]
    assert submitter.drain() == 2
    with database.reading() as transaction:
        (refused,) = transaction.submissions.rejected(run.submission_id)
    assert (refused.row_number, refused.line, refused.reason) == (1, 2, "no queue")
    assert sorted(stored(database, each)[0] or "" for each in (run, other)) == ["", "SUBMITTED"]


def test_a_pipeline_that_is_gone_refuses_its_rows(database, submitter, make):
    run = make(pipeline="Gone")
    assert submitter.drain() == 1
    assert stored(database, run) == (None, None)


def test_a_run_that_nobody_knows_of_is_settled_later(database, backend, submitter, make):
    run = make()
    backend.faults = [fault(BackendUnknownError("away"))] * 5
    assert submitter.drain() == 0
    assert stored(database, run) == (RunStatus.CREATED, None)
    assert submitter.drain() == 1
    assert stored(database, run)[0] is RunStatus.SUBMITTED


def test_after_a_crash_a_job_that_exists_is_adopted(database, backend, submitter, make):
    run = make(sheet=False, age_s=1)
    backend.jobs[run.job_name] = JobStatus("job-7", run.job_name, JobState.RUNNING)
    assert submitter.drain(starting=True) == 1
    assert stored(database, run) == (RunStatus.SUBMITTED, "job-7")
    assert backend.submitted == []


def test_after_a_crash_a_row_that_was_never_answered_for_is_forgotten(
    database, backend, submitter, make
):
    young, old = make(sheet=False), make(sheet=False, age_s=61)
    assert submitter.drain() == 1
    assert stored(database, old) == (None, None)
    assert stored(database, young) == (RunStatus.CREATED, None), "its request may be under way"
    assert submitter.drain(starting=True) == 1
    assert stored(database, young) == (None, None)
    assert backend.submitted == []


def test_drains_at_the_same_time_submit_once(database, backend, submitter, make):
    runs = [make() for _ in range(30)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: submitter.drain(), range(4)))
    submitter.drain()
    assert sorted(backend.submitted) == sorted(run.job_name for run in runs)


def test_a_run_cancelled_meanwhile_leaves_no_job(database, backend, submitter, make):
    run = make()

    def cancel(_: JobSpec) -> None:
        now = datetime.now(UTC)
        with database.writing() as transaction:
            assert transaction.runs.move(run.run_id, RunStatus.CANCELLED, at=now, now=now)

    backend.faults = [cancel]
    job_id = submitter.submit(run)
    assert backend.cancelled == [job_id]
    assert stored(database, run)[0] is RunStatus.CANCELLED
