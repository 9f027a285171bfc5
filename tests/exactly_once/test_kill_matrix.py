"""The server is killed at every point of the submit protocol, and started again.

I1: an accepted row has exactly one job. I2: no run without a job survives recovery.
I3: a refused row is reported with its reason, and can be submitted again.
I4: the same Idempotency-Key gives the same submission.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
import requests
from batch_api import BatchApi, Fault
from sqlalchemy import NullPool, create_engine, text

from .conftest import BatchServer, until
from .killed_server import POINTS

ROWS = 4
KEY = "one and the same key"

FAULTS = {
    "about to look up": Fault.LOST_ANSWER,
    "looked up": Fault.LOST_ANSWER,
    "refused by AWS": Fault.REFUSED,
    "refusal written, not committed": Fault.REFUSED,
    "refusal recorded": Fault.REFUSED,
}
RECOVERY = ("about to bury the dead", "dead buried")
OF_SHEETS = [point for point in POINTS if point not in RECOVERY]
OF_RUNS = [
    "intents written, not committed",
    "about to submit",
    "request about to leave",
    "accepted by AWS",
    "recorded, not committed",
    "recorded",
    "looked up",
    "refusal written, not committed",
]


def matrix(points: list[str], quick: tuple[str, str]) -> list[object]:
    """Return each kind of database with each point; one of them is in every test run."""
    return [
        pytest.param(
            database,
            point,
            id=f"{database}: {point}",
            marks=[] if (database, point) == quick else [pytest.mark.long],
        )
        for database in ("sqlite", "postgresql")
        for point in points
    ]


@pytest.mark.parametrize(
    ("database_url", "point"),
    matrix(OF_SHEETS, ("sqlite", "accepted by AWS")),
    indirect=["database_url"],
)
def test_a_sheet_survives_a_kill(database_url, point, make_server, batch_api):
    server = make_server("a", database_url)
    if point in FAULTS:
        batch_api.faults.next("SubmitJob", FAULTS[point])
    server.start_with_death_at(point)
    first = submitted(server)
    server.wait_for_death()

    server.start()
    again = submitted(server)
    assert again is not None
    assert first in (None, again)
    refused = require_invariants(server, batch_api, database_url, again)
    assert refused or point != "refusal recorded"


@pytest.mark.long
@pytest.mark.parametrize("point", RECOVERY)
def test_recovery_survives_a_kill(database_url, point, make_server, batch_api):
    server = make_server("a", database_url)
    server.start_with_death_at("accepted by AWS")
    submitted(server)
    server.wait_for_death()
    server.start_with_death_at(point)
    server.wait_for_death()
    server.start()
    require_invariants(server, batch_api, database_url, submitted(server))


@pytest.mark.parametrize(
    ("database_url", "point"),
    matrix(OF_RUNS, ("postgresql", "request about to leave")),
    indirect=["database_url"],
)
def test_a_single_row_survives_a_kill(database_url, point, make_server, batch_api):
    server = make_server("a", database_url)
    if point in FAULTS:
        batch_api.faults.next("SubmitJob", FAULTS[point])
    server.start_with_death_at(point)
    row = {"sample_id": "s", "illumina_r1": "s3://reads/s_R1.fastq.gz"}
    body = {"pipeline": "NextAMR", "sample_id": "s", "tsv_row": row}
    with suppress(requests.ConnectionError):
        answer = server.request("POST", "runs", body)
        assert answer.status_code == 201, answer.text
    server.wait_for_death()

    server.start()
    # Nobody waits for this row: it has the job that AWS accepted, or it is gone.
    runs = until(lambda: settled(database_url), 40)
    jobs = batch_api.jobs.all()
    assert Counter(run.job_id for run in runs) == Counter(job.job_id for job in jobs)
    assert server.request("POST", "runs", body).status_code == 201


def submitted(server: BatchServer) -> str | None:
    """Submit the sheet; return the submission's id, or None when the answer was lost."""
    rows = [f"s{row}\ts3://reads/s{row}_R1.fastq.gz\n" for row in range(ROWS)]
    body = {
        "pipeline": "NextAMR",
        "content": "sample_id\tillumina_r1\n" + "".join(rows),
        "check_files": False,
    }
    try:
        answer = server.request("POST", "submissions", body, KEY)
    except requests.ConnectionError:
        return None
    assert answer.status_code == 202, answer.text
    return str(answer.json()["submission_id"])


def settled(database_url: str) -> list | None:
    """Return the runs when each has a job; None while one has none."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        runs = connection.execute(text("SELECT * FROM runs")).all()
    return None if any(run.status == "CREATED" for run in runs) else _Runs(runs)


class _Runs(list):
    """A list that is true when it is empty."""

    def __bool__(self) -> bool:
        return True


def require_invariants(
    server: BatchServer, api: BatchApi, database_url: str, submission_id: str | None
) -> int:
    """Check I1 to I4; return how many rows were refused."""
    assert submission_id is not None
    runs = until(lambda: settled(database_url), 40)
    told = server.request("GET", f"submissions/{submission_id}").json()
    refused = told["rejected"]
    # I1 and I2: as many jobs as rows that were not refused, each known to one run.
    assert len(runs) + len(refused) == ROWS
    assert {str(run.submission_id).replace("-", "") for run in runs} <= {
        submission_id.replace("-", "")
    }
    assert Counter(run.job_id for run in runs) == Counter(job.job_id for job in api.jobs.all())
    assert Counter(run.job_name for run in runs) == Counter(job.name for job in api.jobs.all())
    # I3: with the reason, and again.
    # (A refusal that died with the server before it was stored is asked for again.)
    assert len(refused) <= api.faults.shown[Fault.REFUSED]
    for row in refused:
        assert "as the test asked for" in row["reason"]
        again = server.request("POST", f"submissions/{submission_id}/resubmit")
        assert again.status_code == 202, again.text
        assert again.json()["total"] == 1
        until(lambda: settled(database_url))
        assert len(api.jobs.all()) == ROWS
    # I4: however often.
    assert submitted(server) == submission_id
    return len(refused)
