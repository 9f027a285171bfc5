"""Fills a store with many finished runs, quickly and through the product's own tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import insert

from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run, RunStatusHistory, User

BATCH = 10_000
STATES = ("COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "CANCELLED")


def store_file(home: Path) -> Path:
    """Return where a server with that home keeps its store."""
    return home / "data" / "omnidomain" / "omnidomain.sqlite"


def seed(file: Path, runs: int, *, email: str = "ada@example.org") -> UUID:
    """Store that many finished runs of one user; return the user's id."""
    database = Database(f"sqlite:///{file}")
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.by_email(email) or transaction.users.add(
            email, name=None, org=None, identity=None, now=now
        )
        assert isinstance(user, User)
        user_id = user.user_id
    engine = database._ready().execution_options(omnidomain_write=True)
    for start in range(0, runs, BATCH):
        rows = [_row(user_id, now, number) for number in range(start, min(runs, start + BATCH))]
        with engine.begin() as connection:
            connection.execute(insert(Run), rows)
            connection.execute(
                insert(RunStatusHistory),
                [
                    {"run_id": row["run_id"], "status": row["status"], "at": row["created_at"]}
                    for row in rows
                ],
            )
    database.close()
    return user_id


def _row(user_id: UUID, now: datetime, number: int) -> dict[str, object]:
    run_id = uuid4()
    at = now - timedelta(seconds=number)
    return {
        "run_id": run_id,
        "user_id": user_id,
        "row_number": number,
        "pipeline": ("ReadQC", "FungalFlow", "NextAMR")[number % 3],
        "sample_id": f"sample_{number:07d}",
        "tsv_row": {"sample_id": f"sample_{number:07d}", "reads_1": "reads/r1.fastq.gz"},
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
