"""Fills a store with finished runs, quickly and through the product's own tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert

from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run, RunStatusHistory

PIECE = 5_000
STATES = ("COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "CANCELLED")

Changes = Callable[[int], Mapping[str, object]]


def store_runs(url: str, email: str, count: int, changes: Changes = lambda _: {}) -> UUID:
    """Store that many runs of one scientist, a second apart, number 0 being the newest.

    Parameters
    ----------
    url : of the database
    changes : what is otherwise in the run of that number, by column

    Returns
    -------
    The scientist's id.
    """
    database = Database(url)
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.by_email(email) or transaction.users.add(
            email, name=None, org=None, identity=None, now=now
        )
        assert user is not None
        user_id = user.user_id
    engine = database._ready().execution_options(omnidomain_write=True)
    for start in range(0, count, PIECE):
        some = [
            {**_run(user_id, now, number), **changes(number)}
            for number in range(start, min(count, start + PIECE))
        ]
        with engine.begin() as connection:
            connection.execute(insert(Run), some)
            connection.execute(
                insert(RunStatusHistory),
                [
                    {"run_id": run["run_id"], "status": run["status"], "at": run["created_at"]}
                    for run in some
                ],
            )
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")  # as a database does by itself, in its time
    database.close()
    return user_id


def _run(user_id: UUID, now: datetime, number: int) -> dict[str, object]:
    run_id, at = uuid4(), now - timedelta(seconds=number)
    return {
        "run_id": run_id,
        "user_id": user_id,
        "row_number": number,
        "pipeline": ("ReadQC", "FungalFlow", "NextAMR")[number % 3],
        "sample_id": f"sample_{number:07}",
        "tsv_row": {"sample_id": f"sample_{number:07}", "reads_1": "reads/r1.fastq.gz"},
        "base_outdir": "/results",
        "resume": False,
        "backend": "local",
        "status": STATES[number % len(STATES)],
        "job_name": f"ReadQC-{run_id}",
        "job_id": f"ReadQC-{run_id}",
        "created_at": at,
        "submitted_at": at,
        "started_at": at,
        "completed_at": at,
        "updated_at": at,
    }
