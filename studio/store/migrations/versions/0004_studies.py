"""Studies: what they compare, who rates, what was served and answered, and what they decided."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = (
    "studies",
    "study_conditions",
    "study_texts",
    "study_items",
    "study_references",
    "study_invites",
    "study_raters",
    "study_trials",
    "study_clips",
    "study_answers",
    "decisions",
)


def upgrade() -> None:
    """Apply."""
    op.add_column("comparisons", sa.Column("study_id", sa.String(length=36), nullable=True))
    op.create_index("ix_comparisons_study_id", "comparisons", ["study_id"])
    op.create_table(
        "studies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("protocol", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("use", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("seal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_because", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_studies_created_at", "studies", ["created_at"])
    op.create_index("ix_studies_owner", "studies", ["owner"])
    op.create_index("ix_studies_state", "studies", ["state"])
    op.create_table(
        "study_conditions",
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("condition", sa.String(length=200), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("voice_id", sa.String(length=36), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("study_id", "position"),
    )
    op.create_table(
        "study_texts",
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("study_id", "position"),
    )
    op.create_table(
        "study_items",
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("condition", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("first_take", sa.String(length=36), nullable=False),
        sa.Column("take_id", sa.String(length=36), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("study_id", "text", "condition"),
    )
    op.create_index("ix_study_items_comparison_id", "study_items", ["comparison_id"])
    op.create_index("ix_study_items_first_take", "study_items", ["first_take"])
    op.create_table(
        "study_references",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("voice_id", sa.String(length=36), nullable=True),
        sa.Column("text", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("blob", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_study_references_study_id", "study_references", ["study_id"])
    op.create_table(
        "study_invites",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_study_invites_study_id", "study_invites", ["study_id"])
    op.create_table(
        "study_raters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("invite_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("headphones", sa.String(length=16), nullable=False),
        sa.Column("headphone_trials", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completion_code", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_study_raters_invite_id", "study_raters", ["invite_id"])
    op.create_index("ix_study_raters_key", "study_raters", ["study_id", "key"], unique=True)
    op.create_index("ix_study_raters_study_id", "study_raters", ["study_id"])
    op.create_table(
        "study_trials",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("rater", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("repeat_of", sa.String(length=64), nullable=True),
        sa.Column("listen_seconds", sa.Float(), nullable=False),
        sa.Column("preparation", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_study_trials_number", "study_trials", ["rater", "number"], unique=True)
    op.create_index("ix_study_trials_rater", "study_trials", ["rater"])
    op.create_index("ix_study_trials_study_id", "study_trials", ["study_id"])
    op.create_table(
        "study_clips",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("trial", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=8), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trial"], ["study_trials.token"]),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_study_clips_trial", "study_clips", ["trial"])
    op.create_table(
        "study_answers",
        sa.Column("trial", sa.String(length=64), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("rater", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["trial"], ["study_trials.token"]),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("trial"),
    )
    op.create_index("ix_study_answers_rater", "study_answers", ["rater"])
    op.create_index(
        "ix_study_answers_sequence", "study_answers", ["study_id", "sequence"], unique=True
    )
    op.create_index("ix_study_answers_study_id", "study_answers", ["study_id"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("use", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("condition", sa.String(length=200), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("voice_id", sa.String(length=36), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_decisions_decided_at", "decisions", ["decided_at"])
    op.create_index("ix_decisions_owner", "decisions", ["owner"])
    op.create_index("ix_decisions_study_id", "decisions", ["study_id"])


def downgrade() -> None:
    """Undo."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_comparisons_study_id", "comparisons")
    with op.batch_alter_table("comparisons") as batch_op:
        batch_op.drop_column("study_id")
