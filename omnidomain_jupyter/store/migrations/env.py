"""Alembic's entry point: runs the migrations on the connection that `store.migrate` gives."""

from __future__ import annotations

from alembic import context

from omnidomain_jupyter.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
