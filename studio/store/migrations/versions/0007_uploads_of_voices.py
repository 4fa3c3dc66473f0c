"""What a client of the speech API said of a recording that it uploaded as a voice."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    op.add_column("voices", sa.Column("upload", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("voices") as batch_op:
        batch_op.drop_column("upload")
