"""What a backend tells becomes what is stored, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from omnidomain_jupyter.compute.base import JobState, JobStatus
from omnidomain_jupyter.services.lease import Lease
from omnidomain_jupyter.services.monitor import Monitor
from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
T1, T2 = T0 + timedelta(minutes=1), T0 + timedelta(minutes=2)


class Backend:
    """Tells of jobs what the test says: a fake, because it can forget a job."""

    name = "local"
    remote = False

    def __init__(self) -> None:
        self.jobs: dict[str, JobStatus] = {}
        self.asked: list[int] = []

    def describe(self, job_ids):
        self.asked.append(len(job_ids))
        return {job_id: self.jobs[job_id] for job_id in job_ids if job_id in self.jobs}

    def tell(self, run: Run, state: JobState, **more) -> None:
        self.jobs[run.job_id] = JobStatus(run.job_id, run.job_name, state, **more)


class Heard:
    """Keeps what was announced."""

    def __init__(self) -> None:
        self.changes: list[tuple[object, RunStatus]] = []

    def run_changed(self, change) -> None:
        self.changes.append((change.run_id, change.status))


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def monitor(database, backend, heard) -> Monitor:
    return Monitor(database, backend, heard, Lease(database), forgotten_after_s=0)


@pytest.fixture
def make(database: Database) -> Callable[[int], list[Run]]:
    with database.writing() as transaction:
        user = transaction.users.add("ada@example.org", name=None, org=None, identity=None, now=T0)

    def submitted(number: int = 1) -> list[Run]:
        runs = []
        for _ in range(number):
            run_id = uuid4()
            runs.append(
                Run(
                    run_id=run_id,
                    user_id=user.user_id,
                    pipeline="ReadQC",
                    sample_id="a",
                    tsv_row={},
                    base_outdir="/results",
                    resume=False,
                    backend="local",
                    status="SUBMITTED",
                    job_id=f"job-{run_id}",
                    job_name=f"name-{run_id}",
                    created_at=T0,
                    updated_at=T0,
                )
            )
        with database.writing() as transaction:
            transaction.runs.add(runs)
        return runs

    return submitted


def stored(database: Database, run: Run) -> Run:
    with database.reading() as transaction:
        found = transaction.runs.get(run.run_id, run.user_id)
    assert found is not None
    return found


def history(database: Database, run: Run) -> list[tuple[str, datetime]]:
    with database.reading() as transaction:
        return [(entry.status, entry.at) for entry in transaction.runs.history(run.run_id)][1:]


def test_a_run_follows_its_job_with_the_backends_own_times(database, backend, heard, monitor, make):
    (run,) = make()
    backend.tell(run, JobState.QUEUED)
    assert monitor.cycle() == 1
    assert heard.changes == []
    backend.tell(run, JobState.RUNNING, started_at=T1)
    assert monitor.cycle() == 1
    backend.tell(
        run, JobState.FAILED, started_at=T1, stopped_at=T2, exit_code=137, reason="No memory."
    )
    assert monitor.cycle() == 0
    found = stored(database, run)
    assert (found.status, found.exit_code, found.status_reason) == ("FAILED", 137, "No memory.")
    assert (found.started_at, found.completed_at) == (T1, T2)
    assert history(database, run) == [("RUNNING", T1), ("FAILED", T2)]
    assert heard.changes == [(run.run_id, RunStatus.RUNNING), (run.run_id, RunStatus.FAILED)]


def test_a_job_that_was_quicker_than_the_look_has_both_steps(database, backend, monitor, make):
    (run,) = make()
    backend.tell(run, JobState.SUCCEEDED, started_at=T1, stopped_at=T2, exit_code=0)
    monitor.cycle()
    assert history(database, run) == [("RUNNING", T1), ("COMPLETED", T2)]


def test_why_a_job_ended_is_told_of_its_end_alone(database, backend, monitor, make):
    (run,) = make(1)
    backend.tell(run, JobState.FAILED, started_at=T1, stopped_at=T2, reason="no space left")
    monitor.cycle()
    with database.reading() as transaction:
        entries = transaction.runs.history(run.run_id)
    told = {entry.status: entry.message for entry in entries}
    assert (told["RUNNING"], told["FAILED"]) == (None, "no space left")


def test_a_job_that_never_started_was_never_running(database, backend, monitor, make):
    (run,) = make()
    backend.tell(run, JobState.CANCELLED, stopped_at=T2, reason="Not needed.")
    monitor.cycle()
    assert history(database, run) == [("CANCELLED", T2)]


def test_nothing_is_written_or_announced_when_nothing_changed(
    database, backend, heard, monitor, make
):
    (run,) = make()
    backend.tell(run, JobState.RUNNING, started_at=T1)
    monitor.cycle()
    before = stored(database, run).updated_at
    for _ in range(3):
        assert monitor.cycle() == 1
    assert stored(database, run).updated_at == before
    assert len(heard.changes) == 1


def test_a_forgotten_job_makes_an_unknown_run_after_a_while(database, backend, heard, make):
    (run,) = make()
    patient = Monitor(database, backend, heard, Lease(database), forgotten_after_s=3600)
    patient.cycle()
    assert stored(database, run).status == "SUBMITTED"
    patient.stop()
    Monitor(database, backend, heard, Lease(database), forgotten_after_s=0).cycle()
    found = stored(database, run)
    assert found.status == "UNKNOWN"
    assert "no longer knows this job" in found.status_reason


def test_many_runs_are_asked_for_a_hundred_at_a_time(backend, monitor, make):
    for run in make(250):
        backend.tell(run, JobState.QUEUED)
    assert monitor.cycle() == 250
    assert backend.asked == [100, 100, 50]
    for job_id, job in backend.jobs.items():
        backend.jobs[job_id] = JobStatus(job_id, job.name, JobState.SUCCEEDED, stopped_at=T2)
    assert monitor.cycle() == 0


def test_a_job_that_waits_for_long_is_explained(database, backend, heard, make):
    (run,) = make()
    monitor = Monitor(database, backend, heard, Lease(database), stuck_after_s=60)
    backend.tell(run, JobState.QUEUED, waiting_for="No machine is free.")
    with database.writing() as transaction:
        transaction.runs.note(run.run_id, now=T0, values={"submitted_at": datetime.now(UTC)})
    monitor.cycle()
    assert stored(database, run).status_reason is None
    with database.writing() as transaction:
        transaction.runs.note(run.run_id, now=T0, values={"submitted_at": T0})
    monitor.cycle()
    found = stored(database, run)
    assert (found.status, found.status_reason) == ("SUBMITTED", "No machine is free.")
    backend.tell(run, JobState.RUNNING, started_at=T1)
    monitor.cycle()
    assert stored(database, run).status_reason is None


def test_an_interruption_is_shown_and_the_run_goes_on(database, backend, heard, monitor, make):
    (run,) = make()
    backend.tell(run, JobState.RUNNING, started_at=T1, log_stream="job/default/1")
    monitor.cycle()
    backend.tell(run, JobState.QUEUED, reason="Attempt 1 was interrupted; it is tried again.")
    assert monitor.cycle() == 1
    found = stored(database, run)
    assert (found.status, found.log_stream) == ("RUNNING", "job/default/1")
    assert found.status_reason == "Attempt 1 was interrupted; it is tried again."
    assert history(database, run) == [("RUNNING", T1)]
    backend.tell(run, JobState.SUCCEEDED, started_at=T1, stopped_at=T2, log_stream="job/default/2")
    monitor.cycle()
    found = stored(database, run)
    assert (found.status, found.status_reason) == ("COMPLETED", None)
    assert found.log_stream == "job/default/2"


def test_servers_share_the_runs_and_take_over_those_of_a_dead_one(database, backend, heard, make):
    for run in make(300):
        backend.tell(run, JobState.QUEUED)
    leases = [Lease(database, length_s=1000) for _ in range(3)]
    monitors = [Monitor(database, backend, heard, lease) for lease in leases]
    assert monitors[0].cycle() == 300
    for lease in leases:
        lease.ensure()
    for _ in range(2):
        watched = [monitor.cycle() for monitor in monitors]
    assert sum(watched) == 300
    assert max(watched) <= 100 * 1.2 + 100
    leases[2].end()  # as when its time is over
    for _ in range(2):
        watched = [monitor.cycle() for monitor in monitors[:2]]
    assert sum(watched) == 300


def test_two_servers_never_watch_the_same_run(database, backend, heard, make):
    make(120)
    monitors = [Monitor(database, backend, heard, Lease(database)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(lambda monitor: monitor.share(), monitors))
    assert sum(shares) <= 120
    with database.reading() as transaction:
        watched = [
            run.run_id
            for monitor in monitors
            for run in transaction.runs.watched(
                monitor._lease.server_id, "local", after=None, limit=500
            )
        ]
    assert len(watched) == len(set(watched))
