"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "comparisons",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("voice_id", sa.String(length=36), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("comparisons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comparisons_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_comparisons_owner"), ["owner"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_comparisons_text_sha256"), ["text_sha256"], unique=False
        )

    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("voice_id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("clip_sha256", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_voice_id"), ["voice_id"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("clip_sha256", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("model_revision", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("arrays_blob", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clip_sha256", "engine", "model_revision"),
    )
    op.create_table(
        "preset_embeddings",
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("model_revision", sa.String(length=80), nullable=False),
        sa.Column("preset", sa.String(length=80), nullable=False),
        sa.Column("encoder", sa.String(length=64), nullable=False),
        sa.Column("embedding", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("engine", "model_revision", "preset", "encoder"),
    )
    op.create_table(
        "tallies",
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("left", sa.String(length=200), nullable=False),
        sa.Column("right", sa.String(length=200), nullable=False),
        sa.Column("left_wins", sa.Integer(), nullable=False),
        sa.Column("right_wins", sa.Integer(), nullable=False),
        sa.Column("ties", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("language", "left", "right"),
    )
    op.create_table(
        "trials",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("protocol", sa.String(length=16), nullable=False),
        sa.Column("rater", sa.String(length=64), nullable=False),
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("take_a", sa.String(length=36), nullable=False),
        sa.Column("take_b", sa.String(length=36), nullable=False),
        sa.Column("condition_a", sa.String(length=200), nullable=False),
        sa.Column("condition_b", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("listen_seconds", sa.Float(), nullable=False),
        sa.Column("stimulus_a", sa.String(length=64), nullable=False),
        sa.Column("stimulus_b", sa.String(length=64), nullable=False),
        sa.Column("preparation", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_a_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_b_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token"),
        sa.UniqueConstraint("stimulus_a"),
        sa.UniqueConstraint("stimulus_b"),
    )
    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trials_comparison_id"), ["comparison_id"], unique=False
        )
        batch_op.create_index("ix_trials_pair", ["condition_a", "condition_b"], unique=False)
        batch_op.create_index(batch_op.f("ix_trials_rater"), ["rater"], unique=False)

    op.create_table(
        "voices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("clip_blob", sa.String(length=200), nullable=False),
        sa.Column("clip_sha256", sa.String(length=64), nullable=False),
        sa.Column("checkup", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("voices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voices_clip_sha256"), ["clip_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_voices_owner"), ["owner"], unique=False)

    op.create_table(
        "takes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("preset", sa.String(length=80), nullable=False),
        sa.Column("model_revision", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("aspects", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("blob", sa.String(length=200), nullable=True),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("rtf", sa.Float(), nullable=True),
        sa.Column("ttfa_seconds", sa.Float(), nullable=True),
        sa.Column("measures", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparisons.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("takes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_takes_comparison_id"), ["comparison_id"], unique=False)
        batch_op.create_index("ix_takes_engine_finished", ["engine", "finished_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_takes_key"), ["key"], unique=False)
        batch_op.create_index("ix_takes_key_state", ["key", "state"], unique=False)
        batch_op.create_index("ix_takes_state_finished", ["state", "finished_at"], unique=False)

    op.create_table(
        "votes",
        sa.Column("trial", sa.String(length=64), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("condition_a", sa.String(length=200), nullable=False),
        sa.Column("condition_b", sa.String(length=200), nullable=False),
        sa.Column("rater", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["trial"], ["trials.token"]),
        sa.PrimaryKeyConstraint("trial"),
    )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_votes_language"), ["language"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_votes_language"))

    op.drop_table("votes")
    with op.batch_alter_table("takes", schema=None) as batch_op:
        batch_op.drop_index("ix_takes_state_finished")
        batch_op.drop_index("ix_takes_key_state")
        batch_op.drop_index(batch_op.f("ix_takes_key"))
        batch_op.drop_index("ix_takes_engine_finished")
        batch_op.drop_index(batch_op.f("ix_takes_comparison_id"))

    op.drop_table("takes")
    with op.batch_alter_table("voices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voices_owner"))
        batch_op.drop_index(batch_op.f("ix_voices_clip_sha256"))

    op.drop_table("voices")
    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trials_rater"))
        batch_op.drop_index("ix_trials_pair")
        batch_op.drop_index(batch_op.f("ix_trials_comparison_id"))

    op.drop_table("trials")
    op.drop_table("tallies")
    op.drop_table("preset_embeddings")
    op.drop_table("enrolments")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_voice_id"))

    op.drop_table("consents")
    with op.batch_alter_table("comparisons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparisons_text_sha256"))
        batch_op.drop_index(batch_op.f("ix_comparisons_owner"))
        batch_op.drop_index(batch_op.f("ix_comparisons_created_at"))

    op.drop_table("comparisons")
