"""The services of a server that submits and uploads, on a database and moto's S3."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from batch_api import BatchApi
from uploads.breaking_proxy import breaking_proxy

from omnidomain_jupyter.compute.aws_batch import AwsBatchBackend
from omnidomain_jupyter.compute.aws_settings import AwsBatchSettings
from omnidomain_jupyter.compute.s3_uploads import S3Uploads
from omnidomain_jupyter.pipelines.registry import PipelineRegistry
from omnidomain_jupyter.services.disk_place import place_of
from omnidomain_jupyter.services.drain import Drain
from omnidomain_jupyter.services.jobs import JobPlanner
from omnidomain_jupyter.services.lease import Lease
from omnidomain_jupyter.services.submitter import Submitter
from omnidomain_jupyter.services.uploads import UploadService
from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.store.database import Database
from omnidomain_jupyter.store.models import Run, Submission, User

PART = 64 * 1024
SIZE = 100 * PART
SLOWLY = 512 * 1024
"""In bytes a second on each connection: whoever looks at an upload then finds it under way."""


class Silent:
    """Nobody listens."""

    def run_changed(self, change: object) -> None: ...

    def intents_waiting(self) -> None: ...

    def jobs_waiting(self) -> None: ...


class Server:
    """The services of one server, as far as they submit."""

    def __init__(self, database: Database, root: Path, data: Path, batch: BatchApi) -> None:
        settings = AwsBatchSettings("queue", "definition", endpoint_url=batch.url)
        backend = AwsBatchBackend(settings)
        planner = JobPlanner(PipelineRegistry(), root, remote=True)
        self.database = database
        self.lease = Lease(database)
        self.uploads = UploadService(
            database, planner, S3Uploads(part_size=PART, patience_s=0.3), place_of(data)
        )
        self.drain = Drain(
            database,
            backend,
            Submitter(database, backend, planner, Silent(), self.lease, self.uploads),
        )

    def store(
        self,
        bucket: str,
        *reads: str | tuple[str, str],
        pipeline: str = "ReadQC",
        user_id: UUID | None = None,
        in_sheet: bool = True,
    ) -> list[UUID]:
        """Store a submission with a run for each file or pair, as a sheet of a new user does."""
        now, user_id, submission_id = datetime.now(UTC), user_id or uuid4(), uuid4()
        user = User(user_id=user_id, email=f"{user_id}@example.org", created_at=now, last_login=now)
        submission = Submission(
            submission_id=submission_id,
            user_id=user_id,
            pipeline=pipeline,
            sheet_sha256="",
            sheet="",
            rows=len(reads),
            request_sha256="",
            created_at=now,
        )
        runs = [
            Run(
                run_id=(run_id := uuid4()),
                user_id=user_id,
                submission_id=submission_id if in_sheet else None,
                row_number=number,
                pipeline=pipeline,
                sample_id=f"s{number}",
                tsv_row={
                    "sample_id": f"s{number}",
                    **dict(zip(("reads_1", "reads_2"), named, strict=False)),
                },
                base_outdir=f"s3://{bucket}/lab",
                resume=False,
                backend="aws_batch",
                status=RunStatus.CREATED.value,
                job_name=f"job-{run_id}",
                created_at=now,
                updated_at=now,
            )
            for number, each in enumerate(reads, 1)
            for named in [(each,) if isinstance(each, str) else each]
        ]
        files = self.uploads.planned(runs)
        with self.database.writing() as transaction:
            transaction.users._session.add(user)
            transaction.users._session.flush()
            transaction.submissions.add(submission)
            transaction.runs.add(runs)
            transaction.runs.files.add(files)
        return [run.run_id for run in runs]

    def status(self, run_id: UUID) -> RunStatus | None:
        with self.database.reading() as transaction:
            return transaction.runs.status(run_id)

    def cancel(self, run_id: UUID) -> None:
        now = datetime.now(UTC)
        with self.database.writing() as transaction:
            transaction.runs.move(run_id, RunStatus.CANCELLED, at=now, now=now)

    def stop(self) -> None:
        self.drain.stop()
        self.lease.end()


def begun(s3, bucket: str) -> list[dict]:
    return s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])


def until(true: Callable[[], object]) -> None:
    give_up = time.monotonic() + 60
    while not true():
        assert time.monotonic() < give_up, "It did not come about in time."
        time.sleep(0.05)


def interrupted(server: Server, s3, s3_url: str, bucket: str, monkeypatch) -> int:
    """Let a server stop in the middle of an upload; return how many parts are there."""
    with breaking_proxy(s3_url) as proxy:
        proxy.bytes_per_s = SLOWLY
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        draining = threading.Thread(target=server.drain.drain)
        draining.start()
        parts = 0

        def enough() -> bool:
            nonlocal parts
            parts = _parts_there(s3, bucket)
            return parts > 20

        until(enough)
        server.stop()
        draining.join()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_url)
    return parts


def _parts_there(s3, bucket: str) -> int:
    found = begun(s3, bucket)
    if not found:
        return 0
    upload = {name: found[0][name] for name in ("Key", "UploadId")}
    return len(s3.list_parts(Bucket=bucket, **upload).get("Parts", ()))
