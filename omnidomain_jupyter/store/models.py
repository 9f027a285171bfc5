"""The tables, as SQLAlchemy models.

The migrations in `migrations/versions` make them; a test holds the two against each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from .types import UtcDateTime


class Base(DeclarativeBase):
    """Constraints have names, so that a migration can change them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, UUID: Uuid}  # noqa: RUF012


class User(Base):
    """An account. `email` is case-folded; `jupyter_identity` is set where a Hub says who it is."""

    __tablename__ = "users"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    org: Mapped[str | None] = mapped_column(String(200))
    jupyter_identity: Mapped[str | None] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime]
    last_login: Mapped[datetime]


class Submission(Base):
    """A sheet that was submitted; `sheet` is its exact text, `schema` the one it was judged by."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_submissions_user_id_created_at", "user_id", "created_at"),
    )

    submission_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.user_id"))
    pipeline: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str | None] = mapped_column(String(4096))
    sheet_sha256: Mapped[str] = mapped_column(String(64))
    sheet: Mapped[str] = mapped_column(Text)
    schema_sha256: Mapped[str | None] = mapped_column(String(64))
    schema: Mapped[str | None] = mapped_column(Text)
    rows: Mapped[int]
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    request_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Server(Base):
    """A Jupyter server at work. Until `lease_until`, what it has leased is its own."""

    __tablename__ = "servers"

    server_id: Mapped[UUID] = mapped_column(primary_key=True)
    lease_until: Mapped[datetime]


class Run(Base):
    """One row, submitted. `sheet_directory` is what relative paths in the row start from.

    `lease_owner` is the server that submits the run or watches its job. A run in ``CREATED``
    that has one may have a job already; one that has none was never given to a backend.
    `root_run_id` is the first of the runs that a resumed run goes back to: they share its
    work directory.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_history", "user_id", "created_at", "run_id"),
        Index("ix_runs_status", "status", "created_at"),
        Index("ix_runs_submission_id", "submission_id"),
        Index("ix_runs_parent_run_id", "parent_run_id"),
    )

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.user_id"))
    submission_id: Mapped[UUID | None] = mapped_column(ForeignKey("submissions.submission_id"))
    parent_run_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.run_id"))
    root_run_id: Mapped[UUID | None]
    row_number: Mapped[int | None]
    line: Mapped[int | None]
    pipeline: Mapped[str] = mapped_column(String(200))
    pipeline_revision: Mapped[str | None] = mapped_column(String(200))
    sample_id: Mapped[str] = mapped_column(String(255))
    tsv_row: Mapped[dict[str, Any]] = mapped_column(JSON)
    sheet_directory: Mapped[str | None] = mapped_column(String(4096))
    base_outdir: Mapped[str] = mapped_column(String(4096))
    resume: Mapped[bool] = mapped_column(Boolean)
    cost_estimate: Mapped[float | None] = mapped_column(Float)
    backend: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    status_reason: Mapped[str | None] = mapped_column(Text)
    exit_code: Mapped[int | None] = mapped_column(Integer)
    job_id: Mapped[str | None] = mapped_column(String(255))
    job_name: Mapped[str] = mapped_column(String(128), unique=True)
    log_stream: Mapped[str | None] = mapped_column(String(512))
    lease_owner: Mapped[UUID | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class RunStatusHistory(Base):
    """Append-only: one entry for each change of a run's status. `at` is the backend's time."""

    __tablename__ = "run_status_history"
    __table_args__ = (Index("ix_run_status_history_run_id", "run_id", "history_id"),)

    history_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.run_id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(String(16))
    message: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class RejectedRow(Base):
    """A row of a submission that the compute backend refused, with the reason."""

    __tablename__ = "rejected_rows"

    submission_id: Mapped[UUID] = mapped_column(
        ForeignKey("submissions.submission_id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int | None]
    sample_id: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Upload(Base):
    """A file that was uploaded for a run."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_run_id", "run_id"),)

    upload_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.run_id", ondelete="CASCADE"))
    filename: Mapped[str] = mapped_column(String(4096))
    uri: Mapped[str] = mapped_column(String(4096))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
