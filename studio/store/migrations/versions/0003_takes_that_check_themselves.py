"""Reports on takes, their further attempts, what the doctor made of a clip, whose voice it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.add_column("takes", sa.Column("attempt", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("takes", sa.Column("first_attempt", sa.String(length=36), nullable=True))
    op.add_column("takes", sa.Column("marked_blob", sa.String(length=200), nullable=True))
    op.create_index("ix_takes_first_attempt", "takes", ["first_attempt"])
    op.add_column("voices", sa.Column("doctor", sa.JSON(), nullable=True))
    op.add_column("voices", sa.Column("reference_blob", sa.String(length=200), nullable=True))
    op.add_column("voices", sa.Column("reference_sha256", sa.String(length=64), nullable=True))
    op.add_column(
        "consents", sa.Column("speaker", sa.String(length=200), nullable=False, server_default="")
    )
    op.create_table(
        "take_reports",
        sa.Column("take_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"]),
        sa.PrimaryKeyConstraint("take_id"),
    )
    op.create_index("ix_take_reports_state", "take_reports", ["state"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("take_reports")
    for table, columns in (
        ("consents", ("speaker",)),
        ("voices", ("reference_sha256", "reference_blob", "doctor")),
    ):
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
    op.drop_index("ix_takes_first_attempt", "takes")
    with op.batch_alter_table("takes") as batch_op:
        for column in ("marked_blob", "first_attempt", "attempt"):
            batch_op.drop_column(column)
