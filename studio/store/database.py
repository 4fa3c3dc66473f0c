"""The database: readers in parallel, one writer, SQLite by default and PostgreSQL by URL."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from studio.settings import Settings
from studio.store import failures, postgresql, sqlite
from studio.store.journal import journal_for
from studio.store.writer import Writer

Result = TypeVar("Result")


class Database:
    """Sessions for reading and a queue for writing.

    Args:
        settings: the URL, and how SQLite journals. No file is touched before :meth:`start`.
    """

    def __init__(self, settings: Settings) -> None:
        self.url = postgresql.with_driver(make_url(settings.resolved_database_url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database in (None, "", ":memory:"):
            raise ValueError("the database needs a file: votes outlive the process")
        journal = "wal"
        if self.is_sqlite:
            journal = journal_for(settings.sqlite_journal, Path(str(self.url.database)).parent)
        self._reading = self._engine(journal, writing=False)
        self._writing = self._engine(journal, writing=True)
        self._writer = Writer(self._writing)

    def _engine(self, journal: str, *, writing: bool) -> Engine:
        options: dict[str, Any] = {
            "pool_size": 1 if writing else 8,
            "max_overflow": 0 if writing else 56,
            # A failure is logged with its statement; the values would tell texts, names, and which
            # of a trial's clips is which.
            "hide_parameters": True,
        }
        if self.is_sqlite:
            engine = sqlite.engine_of(self.url, journal, writing=writing, **options)
        else:
            engine = postgresql.engine_of(self.url, writing=writing, **options)
        failures.guard(engine)
        return engine

    def start(self) -> bool:
        """Make the file where missing and bring the tables to this version.

        Returns:
            Whether anything had to be done.

        Raises:
            Unavailable: the database cannot be read, or not be written where that is needed.
        """
        from studio.store.migrations import upgrade

        if self.is_sqlite:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        with failures.telling():
            return upgrade(self._reading, self._writing)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent snapshot; it cannot write.

        Raises:
            Unavailable: the database cannot be read now.
            BadInput: a text or a number that no database keeps.
        """
        with failures.telling(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    def write(self, operation: Callable[[Session], Result]) -> Result:
        """Run an operation in the writer and return its result once it is on disk.

        Raises:
            Unavailable: the database cannot be written now. Nothing was kept, unless the connection
                to a server broke in the very commit.
            BadInput: a text or a number that the database does not keep.
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
