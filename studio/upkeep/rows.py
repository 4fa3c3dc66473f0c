"""Every row as a line of JSON and back, from one moment, whatever the database."""

import gzip
import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert, select
from sqlalchemy.orm import Session

from studio.store import account_tables, library_tables, study_tables, tables, work_tables
from studio.store.base import Base, UtcDateTime
from studio.store.database import Database

MODULES = (tables, study_tables, account_tables, work_tables, library_tables)
"""Imported so that every table is known here."""
_AT_ONCE = 500
_NOT_KEPT = {"leases"}
"""What is true of running processes alone."""


def kept_tables() -> list[Table]:
    """The tables of a backup; those that others refer to come first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in _NOT_KEPT]


@contextmanager
def moment(database: Database) -> Iterator[Connection]:
    """A connection that sees one moment for as long as it takes, and holds nobody up.

    SQLite's backup API copies the file first: a long reader would keep its journal growing.
    """
    if not database.is_sqlite:
        with database.read() as session:
            engine: Any = session.get_bind()
            with engine.connect().execution_options(isolation_level="REPEATABLE READ") as found:
                yield found
        return
    with tempfile.TemporaryDirectory(prefix="studio-backup-") as folder:
        copy = Path(folder) / "studio.sqlite3"
        _copy(Path(str(database.url.database)), copy)
        engine = create_engine(f"sqlite:///{copy}")
        try:
            with engine.connect() as found:
                yield found
        finally:
            engine.dispose()


def _copy(source: Path, target: Path) -> None:
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()


def dump(connection: Connection, table: Table, path: Path) -> tuple[int, str]:
    """Write a table's rows, in the order of its key.

    Returns:
        how many, and the file's SHA-256.
    """
    count = 0
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as out:
        query = select(table).order_by(*table.primary_key.columns)
        options = {"yield_per": _AT_ONCE}
        for row in connection.execution_options(**options).execute(query).mappings():
            line = {name: _plain(value) for name, value in row.items() if value is not None}
            out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count, digest_of(path)


def load(session: Session, table: Table, path: Path) -> int:
    """Add a table's rows to an empty one. Returns how many."""
    count = 0
    waiting: list[dict[str, Any]] = []
    with gzip.open(path, "rb") as lines:
        for line in lines:
            row = _typed(table, json.loads(line))
            # Rows that leave out the same columns go together: what is left out stays empty.
            if waiting and (row.keys() != waiting[0].keys() or len(waiting) == _AT_ONCE):
                session.execute(insert(table), waiting)
                waiting = []
            waiting.append(row)
            count += 1
    if waiting:
        session.execute(insert(table), waiting)
    return count


def is_empty(session: Session) -> bool:
    """Whether no table of a backup has a row."""
    return all(
        session.execute(select(*table.primary_key.columns).limit(1)).first() is None
        for table in kept_tables()
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(table: Table, line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value)
        if isinstance(table.columns[name].type, UtcDateTime)
        else value
        for name, value in line.items()
    }
