"""Accepted licences, what services charged, and what a take must say of both."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TAKES = ("speaker", "model", "attribution", "device", "instead_of", "cost")


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "takes", sa.Column("speaker", sa.String(length=80), nullable=False, server_default="")
    )
    op.add_column(
        "takes", sa.Column("model", sa.String(length=80), nullable=False, server_default="")
    )
    op.add_column("takes", sa.Column("attribution", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "takes", sa.Column("device", sa.String(length=32), nullable=False, server_default="")
    )
    op.add_column("takes", sa.Column("instead_of", sa.JSON(), nullable=True))
    op.add_column("takes", sa.Column("cost", sa.JSON(), nullable=True))
    op.create_table(
        "acceptances",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("terms_sha256", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_acceptances_engine", "acceptances", ["engine"])
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("take_id", sa.String(length=36), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("per_million_characters", sa.Float(), nullable=True),
        sa.Column("price_as_of", sa.String(length=32), nullable=False),
        sa.Column("price_source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("owner", "take_id", "at"):
        op.create_index(f"ix_ledger_{column}", "ledger", [column])


def downgrade() -> None:
    """Undo."""
    op.drop_table("ledger")
    op.drop_table("acceptances")
    with op.batch_alter_table("takes") as batch_op:
        for column in reversed(_TAKES):
            batch_op.drop_column(column)
