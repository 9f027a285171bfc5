"""The server is killed at every point of the submit protocol, and started again.

I1: an accepted row has exactly one job. I2: no run without a job survives recovery.
I3: a refused row is reported with its reason, and can be submitted again.
I4: the same Idempotency-Key gives the same submission, sent again and at once.

A few of the kills here; `OMNIDOMAIN_SOAK=1` makes it all of them, on both kinds of database.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import partial

import pytest
import requests
from batch_api import Fault

from .invariants import require_invariants, require_one_job_each, submit_at_once

pytestmark = pytest.mark.soak

SOAK = bool(os.environ.get("OMNIDOMAIN_SOAK"))
ROW = {"sample_id": "s", "illumina_r1": "s3://reads/s_R1.fastq.gz"}
RUN = {"pipeline": "NextAMR", "sample_id": "s", "tsv_row": ROW}

# What goes wrong with the first SubmitJob, so that the point is passed at all.
FAULTS = {
    "request on its way": Fault.DONE_LATE,
    "about to look up": Fault.LOST_ANSWER,
    "looked up": Fault.LOST_ANSWER,
    "refused by AWS": Fault.REFUSED,
    "about to forget": Fault.REFUSED,
    "forgotten, not committed": Fault.REFUSED,
    "refusal recorded": Fault.REFUSED,
}
LATE_S = 2.5
"""Sooner than this no server is back and has looked for the last time."""

OF_BOTH = (
    "about to submit",
    "request about to leave",
    "request on its way",
    "accepted by AWS",
    "about to record",
    "recorded, not committed",
    "recorded",
    "about to look up",
    "looked up",
    "refused by AWS",
    "about to forget",
    "forgotten, not committed",
    "refusal recorded",
)
OF_SHEETS = [
    ("intents written, not committed", 1),
    ("intents committed, not answered", 1),
    ("about to lease", 1),
    ("leased, not committed", 1),
    ("leased", 1),
    *((point, 1) for point in OF_BOTH),
    # In the middle of the sheet.
    ("request about to leave", 3),
    ("accepted by AWS", 3),
    ("recorded, not committed", 3),
]
OF_RUNS = [("row stored, not committed", 1), *((point, 1) for point in OF_BOTH)]
OF_RECOVERY = (
    "about to bury the dead",
    "dead buried",
    "about to lease",
    "leased, not committed",
    "about to adopt",
    "adopted",
    "leased",
    "about to look up",
    "looked up",
    "about to record",
    "recorded, not committed",
    "recorded",
)
# A row that has no job, and that nobody waits for: it is forgotten.
OF_FORGETTING = ("looked up", "about to forget", "forgotten, not committed", "recorded")

QUICK = {
    "sqlite: accepted by AWS",
    "postgresql: recorded, not committed (row)",
    "sqlite: about to forget (row, recovery)",
    "postgresql: adopted (recovery)",
}


def matrix(cases, kind=""):
    """Return each kind of database with each point; a few of them in every test run."""
    everything = [
        pytest.param(
            database,
            point,
            nth,
            id=f"{database}: {point}{f', time {nth}' if nth > 1 else ''}{kind}",
        )
        for database in ("sqlite", "postgresql")
        for point, nth in cases
    ]
    return [case for case in everything if SOAK or case.id in QUICK]


def of(cases, kind=""):
    return pytest.mark.parametrize(
        ("database_url", "point", "nth"), matrix(cases, kind), indirect=["database_url"]
    )


@of(OF_SHEETS)
def test_a_sheet_survives_a_kill(database_url, point, nth, make_server, batch_api, outcome):
    server = make_server("a", database_url)
    prepare(batch_api, point)
    server.start_with_death_at(point, nth)
    first = submit_at_once(server)
    server.wait_for_death()

    back = time.monotonic()
    server.start()
    again = submit_at_once(server)
    assert again is not None
    assert first in (None, again)
    told = require_invariants(server, batch_api, database_url, partial(submit_at_once, server))
    assert "again: 1" in told or point != "refusal recorded"
    outcome(f"{told} ({time.monotonic() - back:.0f} s)")


@of(OF_RUNS, " (row)")
def test_a_single_row_survives_a_kill(database_url, point, nth, make_server, batch_api, outcome):
    server = make_server("a", database_url)
    prepare(batch_api, point)
    server.start_with_death_at(point, nth)
    send_row(server)
    server.wait_for_death()

    back = time.monotonic()
    server.start()
    # Nobody waits for this row: it has the job that AWS accepted, or it is gone.
    runs = require_one_job_each(database_url, batch_api)
    outcome(f"{len(runs)} row, {len(runs)} job ({time.monotonic() - back:.0f} s)")
    require_sent_again(server, batch_api, database_url, len(runs))


@of([(point, 1) for point in OF_RECOVERY], " (recovery)")
def test_recovery_survives_a_kill(database_url, point, nth, make_server, batch_api, outcome):
    server = make_server("a", database_url)
    server.start_with_death_at("accepted by AWS")
    submit_at_once(server)
    server.wait_for_death()
    server.start_with_death_at(point, nth)
    server.wait_for_death()

    back = time.monotonic()
    server.start()
    told = require_invariants(server, batch_api, database_url, partial(submit_at_once, server))
    outcome(f"{told} ({time.monotonic() - back:.0f} s)")


@of([(point, 1) for point in OF_FORGETTING], " (row, recovery)")
def test_forgetting_survives_a_kill(database_url, point, nth, make_server, batch_api, outcome):
    server = make_server("a", database_url)
    server.start_with_death_at("request about to leave")
    send_row(server)
    server.wait_for_death()
    server.start_with_death_at(point, nth)
    server.wait_for_death()

    back = time.monotonic()
    server.start()
    assert require_one_job_each(database_url, batch_api) == []
    outcome(f"0 rows, 0 jobs ({time.monotonic() - back:.0f} s)")
    require_sent_again(server, batch_api, database_url, 0)


def prepare(api, point):
    """Let the first SubmitJob go wrong in the way that leads to a point."""
    api.late_s = LATE_S
    if point in FAULTS:
        api.faults.next("SubmitJob", FAULTS[point])


def send_row(server):
    """Submit one row; the server dies of it, before or after its answer."""
    with suppress(requests.ConnectionError):
        answer = server.request("POST", "runs", RUN)
        # Refused is an answer, too, when the server dies right after it.
        assert answer.status_code in (201, 502), answer.text


def require_sent_again(server, api, database_url, before):
    """Check I3: a row that is gone can be submitted again, and has a job then."""
    answer = server.request("POST", "runs", RUN)
    assert answer.status_code == 201, answer.text
    assert answer.json()["job_id"] in {job.job_id for job in api.jobs.all()}
    assert len(require_one_job_each(database_url, api)) == before + 1
