"""Migrations by Alembic, applied at start; an up-to-date database costs one query and no import."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

HEAD = "0008"
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
    with _changing(writing) as connection:
        if _revision(connection) == HEAD:  # another process was quicker
            return False
        _run("upgrade", connection, "head")
    return True


def downgrade(writing: Engine, revision: str) -> None:
    """Take the tables back to an older studio's; what that one did not know is lost.

    Args:
        writing: nobody else may use the database meanwhile.
        revision: of the older studio; ``base`` for no tables at all.
    """
    with _changing(writing) as connection:
        _run("downgrade", connection, revision)


def _run(command: str, connection: Connection, revision: str) -> None:
    from alembic import command as commands
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    getattr(commands, command)(config, revision)


@contextmanager
def _changing(writing: Engine) -> Iterator[Connection]:
    """A transaction that may replace tables.

    SQLite alters a table by copying it, and dropping the old one would take the rows that refer to
    it along. So references are not watched meanwhile, but checked before the commit.
    """
    is_sqlite = writing.dialect.name == "sqlite"
    with writing.connect() as connection:
        if is_sqlite:
            _watch_references(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("a migration broke a reference between tables")
        finally:
            if is_sqlite:
                _watch_references(connection, "ON")


def _watch_references(connection: Connection, state: str) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={state}")  # outside of any transaction, else ignored


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
