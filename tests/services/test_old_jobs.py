"""Jobs that ended long ago are removed, and no other: with real jobs and real databases."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from compute.local_jobs import ended, python, spec

from omnidomain_jupyter.compute.local import LocalBackend
from omnidomain_jupyter.services.old_jobs import OldJobs
from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.store.models import Run

DAY_S = 24 * 3600


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    return LocalBackend(tmp_path / "jobs", slots=2)


@pytest.fixture
def make(database, backend, tmp_path):
    """Return a function that runs a job to its end, and stores its run in some state."""
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.add("ada@example.org", name=None, org=None, identity=None, now=now)

    def made(status: RunStatus | None, *, days_ago: float) -> str:
        run_id = uuid4()
        name = f"job-{run_id}"
        ended(backend, backend.submit(spec(tmp_path, name, python("print('hello')"))))
        at = time.time() - days_ago * DAY_S
        os.utime(tmp_path / "jobs" / "jobs" / name / "exit.json", (at, at))
        if status is not None:
            run = Run(
                run_id=run_id,
                user_id=user.user_id,
                pipeline="ReadQC",
                sample_id="a",
                tsv_row={},
                base_outdir=str(tmp_path),
                resume=False,
                backend="local",
                status=status.value,
                job_id=name,
                job_name=name,
                created_at=now,
                updated_at=now,
            )
            with database.writing() as transaction:
                transaction.runs.add([run])
        return name

    return made


def test_only_jobs_whose_end_is_long_ago_and_stored_are_removed(database, backend, make, tmp_path):
    old = make(RunStatus.FAILED, days_ago=31)
    kept = [
        make(RunStatus.COMPLETED, days_ago=29),
        make(RunStatus.RUNNING, days_ago=31),  # its end is not stored yet
        make(None, days_ago=31),  # of a server with another database
    ]
    assert OldJobs(database, backend).sweep() == 1
    assert set(backend.describe([old, *kept])) == set(kept)
    assert list(backend.logs(old).lines) == ["The log of this job is no longer kept."]
    assert (tmp_path / "out" / old).is_dir(), "results are nobody's to remove"
    assert list((tmp_path / "jobs" / "new").iterdir()) == []
    assert OldJobs(database, backend).sweep() == 0


def test_a_backend_that_keeps_nothing_is_left_alone(database):
    assert OldJobs(database, object()).sweep() == 0


def test_a_job_that_has_not_ended_is_not_forgotten(backend, tmp_path):
    job_id = backend.submit(spec(tmp_path, "slow", python("import time; time.sleep(30)")))
    backend.forget(job_id)
    assert backend.find("slow") is not None
    backend.cancel(job_id, "The test is over.")
    ended(backend, job_id)
    backend.forget(job_id)
    backend.forget(job_id)
    assert backend.find("slow") is None
