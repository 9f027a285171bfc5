"""A sheet whose rows wait for their jobs, and what submits them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.services.drain import Drain
from omnidomain_jupyter.services.jobs import JobPlanner
from omnidomain_jupyter.services.lease import Lease
from omnidomain_jupyter.services.submitter import Submitter
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run, Submission


class Silent:
    """Nobody listens."""

    def run_changed(self, change) -> None: ...
    def intents_waiting(self) -> None: ...
    def jobs_waiting(self) -> None: ...


def intents(database: Database, rows: int) -> list[Run]:
    """Store a sheet's runs, as POST submissions does."""
    now = datetime.now(UTC)
    with database.writing() as transaction:
        user = transaction.users.add("ada@example.org", name=None, org=None, identity=None, now=now)
        submission = Submission(
            submission_id=uuid4(),
            user_id=user.user_id,
            pipeline="ReadQC",
            sheet_sha256="0",
            sheet="",
            rows=rows,
            request_sha256="0",
            created_at=now,
        )
        transaction.submissions.add(submission)
        runs = []
        for row in range(rows):
            run_id = uuid4()
            runs.append(
                Run(
                    run_id=run_id,
                    user_id=user.user_id,
                    submission_id=submission.submission_id,
                    row_number=row + 1,
                    line=row + 2,
                    pipeline="ReadQC",
                    sample_id=f"s{row}",
                    tsv_row={"sample_id": f"s{row}", "reads_1": "s3://bucket/a.fastq.gz"},
                    base_outdir="s3://bucket/results",
                    resume=False,
                    backend="aws_batch",
                    status="CREATED",
                    job_name=f"ReadQC-s{row}-{run_id}",
                    created_at=now,
                    updated_at=now,
                )
            )
        transaction.runs.add(runs)
    return runs


def drain_of(database: Database, backend: AwsBatchBackend, root: Path) -> Drain:
    lease = Lease(database)
    planner = JobPlanner(PipelineRegistry(), root)
    return Drain(database, backend, Submitter(database, backend, planner, Silent(), lease))
