"""What Alembic runs: it gets an open connection from `studio.store.migrations.upgrade`."""

from typing import Any, Literal

from alembic import context

from studio.store import account_tables, library_tables, study_tables, tables, work_tables
from studio.store.base import Base, UtcDateTime

MODULES = (tables, study_tables, account_tables, work_tables, library_tables)
"""Importing them fills the metadata."""


def plain(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our column type as the database sees it: migrations must not change with the models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=plain,
)
with context.begin_transaction():
    context.run_migrations()
