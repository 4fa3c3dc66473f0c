"""Connections to SQLite: durable commits, readers beside one writer."""

import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event

_BUSY_MILLISECONDS = 15_000
_JOURNAL_PAUSE_SECONDS = 0.01


def engine_of(url: URL, journal: str, *, writing: bool, **options: Any) -> Engine:
    """Connections for reading or writing.

    Args:
        url: of a file.
        journal: ``wal`` or ``delete``.
        writing: else the database refuses every change.
        options: further ones of ``create_engine``.
    """
    # A group commit's connection is used by the writer's thread and, before it, by migrations.
    engine = create_engine(url, connect_args={"check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:  # noqa: ARG001
        connection.isolation_level = None  # transactions begin where we say, savepoints work
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        _journal(cursor, journal)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if not writing:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer takes the lock at once: upgrading a read lock later could fail as "busy".
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _journal(cursor: Any, mode: str) -> None:
    """Choose how a file journals.

    While another connection is choosing for a new file, SQLite refuses at once, whatever its
    patience for other locks; so the patience is ours.
    """
    for _ in range(int(_BUSY_MILLISECONDS / 1000 / _JOURNAL_PAUSE_SECONDS)):
        try:
            cursor.execute(f"PRAGMA journal_mode={mode}")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(_JOURNAL_PAUSE_SECONDS)
        else:
            return
    cursor.execute(f"PRAGMA journal_mode={mode}")
