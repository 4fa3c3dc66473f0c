"""Titles, projects, tags, notes, a bin; parts of long takes; pronunciations; costs by project."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TABLES = (
    "tags",
    "take_marks",
    "take_parts",
    "pronunciations",
    "welcomes",
    "cost_books",
)


def upgrade() -> None:
    """Apply."""
    # defaults are for the rows that are there
    op.add_column(
        "voices", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("voices", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_voices_deleted_at", "voices", ["deleted_at"])
    op.add_column(
        "consents",
        sa.Column("about", sa.String(length=16), nullable=False, server_default="speech"),
    )
    op.add_column("consents", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "comparisons", sa.Column("title", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column(
        "comparisons", sa.Column("project", sa.String(length=80), nullable=False, server_default="")
    )
    op.add_column("comparisons", sa.Column("readings", sa.JSON(), nullable=True))
    op.add_column("comparisons", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_comparisons_deleted_at", "comparisons", ["deleted_at"])
    op.create_index("ix_comparisons_project", "comparisons", ["project"])
    op.create_index("ix_comparisons_owner_created", "comparisons", ["owner", "created_at"])
    op.add_column("takes", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_takes_deleted_at", "takes", ["deleted_at"])
    op.add_column(
        "ledger", sa.Column("voice_id", sa.String(length=36), nullable=False, server_default="")
    )
    op.add_column(
        "ledger", sa.Column("project", sa.String(length=80), nullable=False, server_default="")
    )
    op.add_column("studies", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_studies_deleted_at", "studies", ["deleted_at"])
    op.create_table(
        "tags",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("thing_id", sa.String(length=36), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "thing_id", "tag"),
    )
    op.create_index("ix_tags_owner", "tags", ["owner"])
    op.create_table(
        "take_marks",
        sa.Column("take_id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["take_id"], ["takes.id"]),
        sa.PrimaryKeyConstraint("take_id"),
    )
    op.create_index("ix_take_marks_owner", "take_marks", ["owner"])
    op.create_table(
        "take_parts",
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("blob", sa.String(length=200), nullable=False),
        sa.Column("sample_rate", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparisons.id"]),
        sa.PrimaryKeyConstraint("comparison_id", "key"),
    )
    op.create_index("ix_take_parts_owner", "take_parts", ["owner"])
    op.create_table(
        "pronunciations",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("written", sa.String(length=120), nullable=False),
        sa.Column("reading", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "language", "written"),
    )
    op.create_table(
        "welcomes",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.create_table(
        "cost_books",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )


def downgrade() -> None:
    """Undo."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_voices_deleted_at", "voices")
    with op.batch_alter_table("voices") as batch_op:
        batch_op.drop_column("deleted_at")
        batch_op.drop_column("shared")
    with op.batch_alter_table("consents") as batch_op:
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("about")
    op.drop_index("ix_takes_deleted_at", "takes")
    op.drop_index("ix_comparisons_owner_created", "comparisons")
    op.drop_index("ix_comparisons_deleted_at", "comparisons")
    op.drop_index("ix_comparisons_project", "comparisons")
    with op.batch_alter_table("comparisons") as batch_op:
        batch_op.drop_column("deleted_at")
        batch_op.drop_column("readings")
        batch_op.drop_column("project")
        batch_op.drop_column("title")
    with op.batch_alter_table("takes") as batch_op:
        batch_op.drop_column("deleted_at")
    with op.batch_alter_table("ledger") as batch_op:
        batch_op.drop_column("project")
        batch_op.drop_column("voice_id")
    op.drop_index("ix_studies_deleted_at", "studies")
    with op.batch_alter_table("studies") as batch_op:
        batch_op.drop_column("deleted_at")
