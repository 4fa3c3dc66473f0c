"""Whether requests should be sent to this process: what they need is asked, not assumed."""

import threading
import time
from typing import Literal

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from studio.locales import Note, note
from studio.problems import Problem
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.migrations import HEAD

Part = Literal["database", "blobs", "process"]
Reason = tuple[Part, Note]
_REVISION = text("SELECT version_num FROM alembic_version")


class Readiness:
    """Looks at the stores, no more often than every few seconds however often it is asked.

    Args:
        database, blobs: what every request needs.
        seconds: for which a look at the stores counts.
    """

    def __init__(self, database: Database, blobs: Blobs, seconds: float = 5.0) -> None:
        self._database = database
        self._blobs = blobs
        self._seconds = seconds
        self._stopping = threading.Event()
        self._looking = threading.Lock()
        self._looked_at: float | None = None
        self._found: list[Reason] = []

    def stop(self) -> None:
        """From now on nothing new should come."""
        self._stopping.set()

    def reasons(self) -> list[Reason]:
        """Why nothing should be sent here; nothing: it may. Waits for the stores to answer."""
        with self._looking:
            moment = time.monotonic()
            if self._looked_at is None or moment - self._looked_at >= self._seconds:
                self._found = [*self._of_database(), *self._of_blobs()]
                self._looked_at = time.monotonic()
            found = list(self._found)
        return (
            [("process", note("error.studio_stopping")), *found]
            if self._stopping.is_set()
            else found
        )

    def _of_database(self) -> list[Reason]:
        try:
            with self._database.read() as session:
                revision = session.scalar(_REVISION)
        except SQLAlchemyError:
            return [("database", note("error.store_unavailable"))]
        if revision != HEAD:
            return [("database", note("error.database_revision", found=str(revision), wanted=HEAD))]
        return []

    def _of_blobs(self) -> list[Reason]:
        try:
            self._blobs.try_out()
        except Problem as problem:
            return [("blobs", Note(f"error.{problem.code}", problem.params))]
        except Exception as problem:  # noqa: BLE001 (each store's library has its own)
            return [("blobs", note("error.blobs_not_written", kind=type(problem).__name__))]
        return []
