"""Which rows name which blobs: found by the columns' names, so that no new table is forgotten."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Column, Connection, Table, select

from studio.upkeep.rows import kept_tables


class Naming(NamedTuple):
    """A row that names a blob."""

    blob: str
    table: str
    column: str
    key: str
    """The row's primary key."""


def columns() -> list[tuple[Table, "Column[str]"]]:
    """Every column that holds a blob's name."""
    return [
        (table, column)
        for table in kept_tables()
        for column in table.columns
        if column.name == "blob" or column.name.endswith("_blob")
    ]


def namings(connection: Connection) -> Iterator[Naming]:
    """Every blob that a row names; one that several rows name comes several times."""
    for table, column in columns():
        query = select(column, *table.primary_key.columns).where(column.is_not(None))
        for blob, *key in connection.execution_options(yield_per=500).execute(query):
            yield Naming(blob, table.name, column.name, "/".join(map(str, key)))
