"""Rows for every table there is, whatever it is: what migrations are tried on."""

from datetime import UTC, datetime

import sqlalchemy as sa


def tables_of(connection):
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(connection, mark):
    """Two rows in every table, told by a mark of at most two letters; returns them by table."""
    written = {}
    for table in tables_of(connection):
        rows = [
            {column.name: _value(table, column, f"{mark}{n}") for column in table.columns}
            for n in range(2)
        ]
        connection.execute(table.insert(), rows)
        written[table.name] = rows
    return written


def kept(connection, written):
    """What of written rows is there, in the columns that are left; as written, where it is whole."""
    found, expected = {}, {}
    for table in tables_of(connection):
        if table.name not in written:
            continue
        names = [name for name in written[table.name][0] if name in table.columns]
        query = sa.select(*(table.columns[name] for name in names))
        rows = connection.execute(query).mappings()
        found[table.name] = sorted(_words(row, names) for row in rows)
        expected[table.name] = sorted(_words(row, names) for row in written[table.name])
    return found, expected


def _words(row, names):
    """A moment that comes back without a zone is in UTC."""
    return repr(
        {
            name: value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC).isoformat()
            if isinstance(value := row[name], datetime)
            else value
            for name in names
        }
    )


def _value(table, column, mark):
    if column.foreign_keys:
        return mark  # of the row that was written first
    number = int(mark.encode().hex(), 16) % 1_000_000
    values = {
        sa.JSON: {"mark": mark, "말": [1, 0.5, None, True]},
        sa.Boolean: mark.endswith("1"),
        sa.Integer: number,
        sa.Float: 0.25,
        sa.DateTime: datetime(2026, 1, 2, 3, 4, 5, number, UTC),
        sa.String: mark,
    }
    return next(value for kind, value in values.items() if isinstance(column.type, kind))
