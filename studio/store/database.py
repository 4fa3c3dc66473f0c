"""The database: readers in parallel, one writer, SQLite by default and PostgreSQL by URL."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from studio.settings import Settings
from studio.store.writer import Writer

Result = TypeVar("Result")
_BUSY_MILLISECONDS = 15_000
_JOURNAL_PAUSE_SECONDS = 0.01


class Database:
    """Sessions for reading and a queue for writing.

    Args:
        settings: the URL, and how SQLite journals. No file is touched before :meth:`start`.
    """

    def __init__(self, settings: Settings) -> None:
        self.url = make_url(settings.resolved_database_url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database in (None, "", ":memory:"):
            raise ValueError("the database needs a file: votes outlive the process")
        self._reading = self._engine(settings.sqlite_journal, writing=False)
        self._writing = self._engine(settings.sqlite_journal, writing=True)
        self._writer = Writer(self._writing)

    def _engine(self, journal: str, *, writing: bool) -> Engine:
        size = 1 if writing else 8
        options: dict[str, Any] = {"pool_size": size, "max_overflow": 0 if writing else 56}
        # A failure is logged with its statement; the values would tell texts, names, and which of a
        # trial's clips is which.
        options["hide_parameters"] = True
        if not self.is_sqlite:
            options["pool_pre_ping"] = True
            if not writing:
                options["execution_options"] = {"postgresql_readonly": True}
            return create_engine(self.url, **options)
        # A group commit's connection is used by the writer's thread and, before it, by migrations.
        options["connect_args"] = {"check_same_thread": False}
        engine = create_engine(self.url, **options)

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

    def start(self) -> bool:
        """Make the file where missing and bring the tables to this version.

        Returns:
            Whether anything had to be done.
        """
        from studio.store.migrations import upgrade

        if self.is_sqlite:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        return upgrade(self._reading, self._writing)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent snapshot; it cannot write."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def write(self, operation: Callable[[Session], Result]) -> Result:
        """Run an operation in the writer and return its result once it is on disk.

        Raises:
            Exception: whatever the operation raised; nothing of it is kept.
        """
        return self._writer.submit(operation).result()

    async def write_async(self, operation: Callable[[Session], Result]) -> Result:
        """:meth:`write` without blocking the event loop. The operation must not be a coroutine."""
        return await asyncio.wrap_future(self._writer.submit(operation))

    def write_later(self, operation: Callable[[Session], Any]) -> None:
        """Have the writer run an operation for whose end nobody waits; a failure is not told."""
        self._writer.submit(operation)

    def close(self) -> None:
        """Commit what waits and let go of the files."""
        self._writer.close()
        self._reading.dispose()
        self._writing.dispose()


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
