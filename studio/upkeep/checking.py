"""Whether rows and blobs still belong together: what is missing, left over, changed or dangling.

It reads only, unless it is asked to delete what is left over, and may run beside the studio.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, select, text

from studio.store.base import Base, now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.upkeep.backup import read
from studio.upkeep.named_blobs import namings
from studio.upkeep.rows import moment

_BEING_WRITTEN = timedelta(hours=1)
"""A blob is put before its row: a younger one may yet get one."""
_POINTERS = (
    ("takes.comparison_id", "comparisons.id"),
    ("take_reports.take_id", "takes.id"),
    ("comparisons.study_id", "studies.id"),
    ("comparisons.batch_id", "batches.id"),
    ("study_items.comparison_id", "comparisons.id"),
    ("study_items.take_id", "takes.id"),
    ("study_trials.rater", "study_raters.id"),
    ("votes.trial", "trials.token"),
    ("voices.id", "consents.voice_id"),
)
"""Columns whose every value must be found in another one, foreign keys and others."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it should be."""

    kind: str
    """missing, orphan, changed, dangling or damaged."""
    what: str
    """A blob's name, or table.column and value; nothing that a person typed."""
    where: str = ""
    """The row, or what is wrong."""


def check(database: Database, blobs: Blobs, *, deep: bool = False) -> Iterator[Fault]:
    """Go through all rows and all blobs.

    Args:
        database: rows, migrated already.
        blobs: audio.
        deep: read every blob as well: sounds must decode to their length, recordings to their hash.

    Raises:
        Unavailable: the store cannot be used; nothing is said about it then.
    """
    blobs.try_out()  # else a store at a wrong address would look like one that lost everything
    # Blobs first: one that is put meanwhile is not in the list, and its row is not asked for it.
    there = {one.name: one for one in blobs.names()}
    with moment(database) as connection:
        if database.is_sqlite:
            yield from _sqlite_faults(connection)
        yield from _dangling(connection)
        named = set()
        for naming in namings(connection):
            first = naming.blob not in named
            named.add(naming.blob)
            if naming.blob not in there and not _exists(blobs, naming.blob):
                where = f"{naming.table}.{naming.column} {naming.key}"
                yield Fault("missing", naming.blob, where)
            elif deep and first:
                yield from _changed(connection, blobs, naming.blob)
    oldest = now() - _BEING_WRITTEN
    for name, one in there.items():
        if name not in named and one.modified < oldest:
            yield Fault("orphan", name, f"{one.size} B")


def _exists(blobs: Blobs, name: str) -> bool:
    try:
        return blobs.exists(name)
    except ValueError:  # what stands in the row is no name
        return False


def delete_orphans(database: Database, blobs: Blobs, found: list[Fault]) -> int:
    """Delete left-over blobs, unless a row names one by now. Returns how many."""
    count = 0
    with moment(database) as connection:
        named = {naming.blob for naming in namings(connection)}
    for fault in found:
        if fault.kind == "orphan" and fault.what not in named:
            blobs.delete(fault.what)
            count += 1
    return count


def _sqlite_faults(connection: Connection) -> Iterator[Fault]:
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Fault("damaged", "integrity_check", str(row[0]))


def _column(name: str) -> tuple[Table, "Column[Any]"]:
    table_name, _, column = name.partition(".")
    table = Base.metadata.tables[table_name]
    return table, table.columns[column]


def _dangling(connection: Connection) -> Iterator[Fault]:
    for source, target in _POINTERS:
        _, column = _column(source)
        _, aim = _column(target)
        query = select(column).where(column.is_not(None)).distinct()
        for value in connection.execute(query.where(column.not_in(select(aim)))).scalars():
            yield Fault("dangling", f"{source} {value}", target)


def _changed(connection: Connection, blobs: Blobs, name: str) -> Iterator[Fault]:
    data = read(blobs, name)
    if data is None:  # deleted since
        return
    expected: set[str] = set()
    for table, column, sha256 in (
        ("voices", "clip_blob", "clip_sha256"),
        ("voices", "reference_blob", "reference_sha256"),
        ("study_references", "blob", "sha256"),
    ):
        rows = Base.metadata.tables[table]
        query = select(rows.columns[sha256]).where(rows.columns[column] == name)
        expected.update(connection.execute(query).scalars())
    takes = Base.metadata.tables["takes"]
    query = select(takes.c.seconds, takes.c.sample_rate).where(takes.c.blob == name)
    take = connection.execute(query.limit(1)).first()
    if not expected and take is None:
        return
    from studio.voices.examination import facts

    try:
        sha256, seconds = facts(data)
    except Exception as problem:  # noqa: BLE001 (whatever a decoder says of torn bytes)
        yield Fault("changed", name, type(problem).__name__)
        return
    if expected and sha256 not in expected:
        yield Fault("changed", name, "sha256")
    if take is not None and abs(seconds - take[0]) * take[1] >= 1:
        yield Fault("changed", name, "length")
