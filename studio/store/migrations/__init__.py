"""Migrations by Alembic, applied at start; an up-to-date database costs one query and no import."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

HEAD = "0007"
"""The newest revision in ``versions``; a test holds it against Alembic's own opinion."""


def upgrade(reading: Engine, writing: Engine) -> bool:
    """Bring the database to :data:`HEAD`, in one transaction where the database can do that.

    Returns:
        Whether anything had to be done.

    Raises:
        alembic.util.CommandError: the database is from a newer studio.
    """
    with reading.connect() as connection:
        if _revision(connection) == HEAD:
            return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with writing.connect() as connection, connection.begin():
        if _revision(connection) == HEAD:  # another process was quicker
            return False
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
