"""From an intent to exactly one job, whatever the backend answers.

The backend is a fake: these faults (a lost answer, throttling) the local one cannot be made to
show. AWS Batch's own will be shown over HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from omnidomain_jupyter.compute.base import JobSpec, JobState, JobStatus
from omnidomain_jupyter.errors import (
    BackendRefusedError,
    BackendThrottledError,
    BackendUnknownError,
    StoreUnavailableError,
)
from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.services import attempt as module
from omnidomain_jupyter.services import submitter as submitter_module
from omnidomain_jupyter.services.attempt import Attempt, Later
from omnidomain_jupyter.services.drain import Drain
from omnidomain_jupyter.services.jobs import JobPlanner
from omnidomain_jupyter.services.lease import Lease
from omnidomain_jupyter.services.presence import Presence
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
def server(database: Database, backend: Backend, tmp_path: Path, monkeypatch):
    """Make one server's submitter and drain, with a lease of their own."""
    monkeypatch.setattr(module, "LOOK_UP_DELAYS_S", (0, 0))
    monkeypatch.setattr(module, "THROTTLED_DELAYS_S", (0,))

    def make(length_s: float = 30) -> tuple[Submitter, Drain]:
        lease = Lease(database, length_s=length_s)
        planner = JobPlanner(PipelineRegistry(), tmp_path)
        submitter = Submitter(database, backend, planner, Silent(), lease)
        return submitter, Drain(database, backend, submitter)

    return make


@pytest.fixture
def submitter(server) -> Submitter:
    return server()[0]


@pytest.fixture
def drain(server) -> Drain:
    return server()[1]


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

    def intent(
        *, sheet: bool = True, store: bool = True, owner: UUID | None = None, pipeline="ReadQC"
    ) -> Run:
        run_id = uuid4()
        at = datetime.now(UTC)
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
            lease_owner=owner,
            created_at=at,
            updated_at=at,
        )
        if not store:
            return run
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
    run = make(sheet=False, store=False)
    job_id = submitter.submit(run)
    assert stored(database, run) == (RunStatus.SUBMITTED, job_id)
    assert backend.submitted == [run.job_name]


def test_a_lost_answer_is_looked_up_and_not_sent_again(database, backend, submitter, make):
    run = make(sheet=False, store=False)
    backend.faults = [fault(BackendUnknownError("lost"), accepted=True, backend=backend)]
    submitter.submit(run)
    assert backend.submitted == [run.job_name]
    assert stored(database, run)[0] is RunStatus.SUBMITTED


def test_a_lost_request_is_sent_again(database, backend, submitter, make):
    run = make(sheet=False, store=False)
    backend.faults = [fault(BackendUnknownError("lost"))] * 2
    submitter.submit(run)
    assert backend.submitted == [run.job_name]
    assert stored(database, run)[0] is RunStatus.SUBMITTED


def test_throttling_is_waited_out(database, backend, submitter, make):
    run = make(sheet=False, store=False)
    backend.faults = [fault(BackendThrottledError("slowly"))] * 2
    submitter.submit(run)
    assert stored(database, run)[0] is RunStatus.SUBMITTED


def test_throttling_without_an_end_is_told(database, backend, submitter, make, monkeypatch):
    monkeypatch.setattr(submitter_module, "THROTTLED_PATIENCE_S", -1)
    run = make(sheet=False, store=False)
    backend.faults = [fault(BackendThrottledError("slowly"))]
    with pytest.raises(BackendThrottledError):
        submitter.submit(run)
    assert stored(database, run) == (None, None)


def test_a_refusal_removes_the_run_and_says_why(database, backend, submitter, make):
    run = make(sheet=False, store=False)
    backend.faults = [fault(BackendRefusedError("no queue"))]
    with pytest.raises(BackendRefusedError, match="no queue"):
        submitter.submit(run)
    assert stored(database, run) == (None, None)
    assert backend.submitted == []


@pytest.fixture
def pair(server) -> tuple[Submitter, Drain]:
    """The submitter and the drain of one server."""
    return server()


@pytest.mark.parametrize("accepted", [True, False])
def test_who_gives_up_leaves_the_run_to_recovery(
    database, backend, pair, make, monkeypatch, accepted
):
    submitter, drain = pair
    monkeypatch.setattr(submitter_module, "PATIENCE_S", -1)
    run = make(sheet=False, store=False)
    backend.faults = [fault(BackendUnknownError("lost"), accepted=accepted, backend=backend)]
    with pytest.raises(BackendUnknownError):
        submitter.submit(run)
    assert stored(database, run) == (RunStatus.CREATED, None)
    assert drain.busy
    assert drain.drain() == 1
    assert not drain.busy
    assert stored(database, run)[0] is (RunStatus.SUBMITTED if accepted else None)
    assert backend.submitted == ([run.job_name] if accepted else [])


@pytest.mark.parametrize("refusal", [BackendThrottledError("slowly"), BackendRefusedError("no")])
def test_a_refused_look_up_says_nothing_of_the_job(
    database, backend, pair, make, monkeypatch, refusal
):
    submitter, drain = pair
    monkeypatch.setattr(submitter_module, "PATIENCE_S", 0.05)
    monkeypatch.setattr(submitter_module, "THROTTLED_PATIENCE_S", -1)
    monkeypatch.setattr(module, "THROTTLED_DELAYS_S", (0.1,))
    monkeypatch.setattr(module, "LOOK_UP_DELAYS_S", (0, 0.1))
    run = make(sheet=False, store=False)
    backend.faults = [fault(BackendUnknownError("lost"), accepted=True, backend=backend)]
    find = backend.find
    backend.find = lambda _name: (_ for _ in ()).throw(refusal)
    with pytest.raises(BackendUnknownError):
        submitter.submit(run)
    assert stored(database, run) == (RunStatus.CREATED, None)
    backend.find = find
    assert drain.drain() == 1
    assert stored(database, run)[0] is RunStatus.SUBMITTED
    assert backend.submitted == [run.job_name]


def test_a_database_that_goes_away_after_the_answer_gets_it_later(
    database, backend, pair, make, monkeypatch
):
    submitter, drain = pair
    run = make(sheet=False, store=False)
    record = submitter.record

    def away(outcomes) -> None:
        raise StoreUnavailableError("away")

    monkeypatch.setattr(submitter, "record", away)
    with pytest.raises(StoreUnavailableError):
        submitter.submit(run)
    monkeypatch.setattr(submitter, "record", record)
    assert drain.drain() == 1
    assert stored(database, run)[0] is RunStatus.SUBMITTED
    assert backend.submitted == [run.job_name]


def test_of_a_sheet_the_refused_row_is_kept_with_its_reason(database, backend, drain, make):
    run, other = make(), make()
    backend.faults = [fault(BackendRefusedError("no queue"))]
    assert drain.drain() == 2
    with database.reading() as transaction:
        (refused,) = transaction.submissions.rejected(run.submission_id)
    assert (refused.row_number, refused.line, refused.reason) == (1, 2, "no queue")
    assert sorted(stored(database, each)[0] or "" for each in (run, other)) == ["", "SUBMITTED"]


def test_a_pipeline_that_is_gone_refuses_its_rows(database, drain, make):
    run = make(pipeline="Gone")
    assert drain.drain() == 1
    assert stored(database, run) == (None, None)


def test_a_row_is_asked_for_until_there_is_an_answer(database, backend, drain, make):
    run = make()
    backend.faults = [fault(BackendUnknownError("away"))] * 5
    assert drain.drain() == 1
    assert stored(database, run)[0] is RunStatus.SUBMITTED
    assert backend.submitted == [run.job_name]


def test_what_a_dead_server_had_is_looked_up_before_anything(database, backend, drain, make):
    run = make(owner=uuid4())
    backend.jobs[run.job_name] = JobStatus("job-7", run.job_name, JobState.RUNNING)
    assert drain.drain() == 1
    assert stored(database, run) == (RunStatus.SUBMITTED, "job-7")
    assert backend.submitted == []


def test_a_job_that_the_index_shows_late_is_adopted(database, backend, drain, make, monkeypatch):
    run = make(owner=uuid4())
    looks = []

    def late(name: str) -> JobStatus | None:
        looks.append(name)
        return JobStatus("job-7", name, JobState.QUEUED) if len(looks) > 1 else None

    monkeypatch.setattr(backend, "find", late)
    assert drain.drain() == 1
    assert stored(database, run) == (RunStatus.SUBMITTED, "job-7")
    assert backend.submitted == []


def test_a_row_of_a_dead_server_without_a_job_is_submitted(database, backend, drain, make):
    run = make(owner=uuid4())
    assert drain.drain() == 1
    assert backend.submitted == [run.job_name]


def test_a_request_that_died_with_its_server_is_forgotten(database, backend, drain, make):
    run = make(sheet=False, owner=uuid4())
    assert drain.drain() == 1
    assert stored(database, run) == (None, None)
    assert backend.submitted == []


def test_what_a_living_server_has_is_left_alone(database, backend, server, drain, make):
    other, _ = server()
    other.lease.ensure()
    run = make(owner=other.lease.server_id)
    assert drain.drain() == 0
    assert stored(database, run) == (RunStatus.CREATED, None)
    other.lease.end()
    assert drain.drain() == 1
    assert backend.submitted == [run.job_name]


def test_a_server_that_is_started_again_has_its_rows_at_once(database, make, tmp_path):
    def lease() -> Lease:
        return Lease(database, presence=Presence(tmp_path / "servers"))

    with database.writing() as transaction:
        killed, living, remote = uuid4(), lease(), uuid4()
        for server_id in (killed, remote):
            transaction.servers.renew(server_id, timedelta(seconds=1000))
    living.ensure()
    (tmp_path / "servers" / f"{killed}.lock").touch()
    again = lease()
    again.bury_dead()
    again.ensure()
    with database.reading() as transaction:
        assert set(transaction.servers.alive()) == {living.server_id, remote, again.server_id}
    living.end()
    again.end()
    assert not list((tmp_path / "servers").iterdir())


def test_servers_at_the_same_time_submit_every_row_once(database, backend, server, make):
    runs = [make() for _ in range(60)]
    drains = [server()[1] for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        settled = list(pool.map(lambda drain: drain.drain(), drains))
    assert sum(settled) == 60
    assert sorted(backend.submitted) == sorted(run.job_name for run in runs)


def test_a_server_whose_lease_is_over_does_not_submit(database, backend, server, make):
    submitter, _ = server(length_s=0.01)
    submitter.lease.ensure()
    attempt = Attempt(make(owner=submitter.lease.server_id))
    time.sleep(0.02)
    assert isinstance(submitter.advance(attempt), Later)
    assert backend.submitted == []


def test_a_run_that_another_server_took_over_is_let_go(database, backend, server, make):
    submitter, _ = server()
    submitter.lease.ensure()
    assert submitter.advance(Attempt(make(owner=uuid4()))) is None
    assert backend.submitted == []


def test_a_drain_that_is_stopped_gives_the_rest_back(database, backend, server, make):
    runs = [make() for _ in range(5)]
    _, drain = server()
    backend.faults = [lambda _: drain._stopping.set()]
    assert drain.drain() == 1
    drain.stop()
    assert len(backend.submitted) == 1
    assert server()[1].drain() == 4
    assert sorted(backend.submitted) == sorted(run.job_name for run in runs)


def test_a_job_whose_run_could_not_be_recorded_is_recorded_later(
    database, backend, drain, make, monkeypatch
):
    run = make()
    record = drain._submitter.record

    def away(outcomes) -> None:
        monkeypatch.setattr(drain._submitter, "record", record)
        raise StoreUnavailableError("away")

    monkeypatch.setattr(drain._submitter, "record", away)
    with pytest.raises(StoreUnavailableError):
        drain.drain()
    assert drain.busy
    assert drain.drain() == 1
    assert stored(database, run)[0] is RunStatus.SUBMITTED
    assert backend.submitted == [run.job_name]


def test_a_run_cancelled_meanwhile_leaves_no_job(database, backend, submitter, make):
    run = make(sheet=False, store=False)

    def cancel(_: JobSpec) -> None:
        now = datetime.now(UTC)
        with database.writing() as transaction:
            assert transaction.runs.move(run.run_id, RunStatus.CANCELLED, at=now, now=now)

    backend.faults = [cancel]
    job_id = submitter.submit(run)
    assert backend.cancelled == [job_id]
    assert stored(database, run)[0] is RunStatus.CANCELLED
