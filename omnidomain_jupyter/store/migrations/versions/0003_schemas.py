"""The schema of the pipeline that a sheet was submitted to, as it was then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Null for sheets of before, whose schema nobody kept.
    op.add_column("submissions", sa.Column("schema_sha256", sa.String(length=64), nullable=True))
    op.add_column("submissions", sa.Column("schema", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in ("schema", "schema_sha256"):
        op.drop_column("submissions", column)
