"""Servers that share the work: who submits and watches what; the log of a job; the first run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "servers",
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("server_id", name=op.f("pk_servers")),
    )
    op.add_column("runs", sa.Column("root_run_id", sa.Uuid(), nullable=True))
    op.add_column("runs", sa.Column("log_stream", sa.String(length=512), nullable=True))
    op.add_column("runs", sa.Column("lease_owner", sa.Uuid(), nullable=True))


def downgrade() -> None:
    for column in ("lease_owner", "log_stream", "root_run_id"):
        op.drop_column("runs", column)
    op.drop_table("servers")
