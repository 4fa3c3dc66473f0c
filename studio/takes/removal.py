"""Removing takes on request: rows, figures, sound, watermarked copies; the bill stays.

Equal takes share one blob: it goes with the last row that names it. Rows go first and their blobs
after the commit, so that no row ever names a blob that was removed; if the studio ends in between,
``python -m studio check`` finds what was left.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, delete, or_, select, union
from sqlalchemy.orm import Session

from studio.problems import Conflict, NotFound
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.library_tables import Tag, TakeMark, TakePart
from studio.store.tables import Comparison, Take, TakeReport
from studio.store.work_tables import Batch
from studio.takes.rows import comparison_of, is_id, take_of

_AT_ONCE = 200
"""Comparisons in one transaction: others' writes get their turn in between."""
_FINAL = ("done", "failed", "cancelled")


def remove_comparisons(session: Session, ids: Sequence[str]) -> list[str]:
    """Remove comparisons with their takes, in a writing session.

    Returns:
        blobs that no take names any more, to delete after the commit.
    """
    theirs = select(Take.id).where(Take.comparison_id.in_(ids))
    blobs = _named(session, Take.comparison_id.in_(ids))
    parts = TakePart.comparison_id.in_(ids)
    blobs |= set(session.scalars(select(TakePart.blob).where(parts)))
    session.execute(delete(TakePart).where(parts))
    session.execute(delete(TakeReport).where(TakeReport.take_id.in_(theirs)))
    session.execute(delete(TakeMark).where(TakeMark.take_id.in_(theirs)))
    session.execute(delete(Tag).where(Tag.kind == "take", Tag.thing_id.in_(theirs)))
    session.execute(delete(Tag).where(Tag.kind == "comparison", Tag.thing_id.in_(ids)))
    session.execute(delete(Take).where(Take.comparison_id.in_(ids)))
    session.execute(delete(Comparison).where(Comparison.id.in_(ids)))
    return _unused(session, blobs)


def _remove_takes(session: Session, ids: Sequence[str]) -> list[str]:
    blobs = _named(session, Take.id.in_(ids))
    session.execute(delete(TakeReport).where(TakeReport.take_id.in_(ids)))
    session.execute(delete(TakeMark).where(TakeMark.take_id.in_(ids)))
    session.execute(delete(Tag).where(Tag.kind == "take", Tag.thing_id.in_(ids)))
    session.execute(delete(Take).where(Take.id.in_(ids)))
    return _unused(session, blobs)


def _named(session: Session, which: object) -> set[str]:
    rows = session.execute(select(Take.blob, Take.marked_blob).where(which))  # type: ignore[arg-type]
    return {blob for row in rows for blob in row if blob is not None}


def _unused(session: Session, blobs: set[str]) -> list[str]:
    still: CompoundSelect[Any] = union(
        select(Take.blob).where(Take.blob.in_(blobs)),
        select(Take.marked_blob).where(Take.marked_blob.in_(blobs)),
        select(TakePart.blob).where(TakePart.blob.in_(blobs)),
    )
    return sorted(blobs - set(session.scalars(still)))


class Removal:
    """Removes what somebody ordered, for good.

    Args:
        database, blobs: rows and sounds.
        stop: cancels a take and what may follow it, told its owner and id.
    """

    def __init__(
        self, database: Database, blobs: Blobs, stop: Callable[[str, str], object]
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._stop = stop

    def comparison(self, owner: str, comparison_id: str) -> None:
        """Remove a comparison and all its takes; what is being rendered is stopped.

        Raises:
            NotFound: ``unknown_comparison``.
            Conflict: ``comparison_of_study``: a study's go with it.
        """
        with self._database.read() as session:
            if comparison_of(session, owner, comparison_id).study_id is not None:
                raise Conflict("comparison_of_study")
        self.comparisons(owner, [comparison_id])

    def take(self, owner: str, take_id: str) -> None:
        """Remove a take; with the one that was ordered, the further attempts at it, too.

        A comparison without takes goes with its last one.

        Raises:
            NotFound: ``unknown_take``.
            Conflict: ``comparison_of_study``.
        """
        with self._database.read() as session:
            take, comparison = take_of(session, owner, take_id, binned=True)
        if comparison.study_id is not None:
            raise Conflict("comparison_of_study")
        self._halt(owner, [take.comparison_id], only=take.position)

        def remove(session: Session) -> list[str]:
            take, _ = take_of(session, owner, take_id, binned=True)
            which = [Take.id == take.id]
            which += [Take.first_attempt == take.id] if take.first_attempt is None else []
            blobs = _remove_takes(
                session, list(session.scalars(select(Take.id).where(or_(*which))))
            )
            left = select(Take.id).where(Take.comparison_id == take.comparison_id).limit(1)
            if session.scalars(left).first() is None:
                blobs += remove_comparisons(session, [take.comparison_id])
            return blobs

        self._delete(self._database.write(remove))

    def batch(self, owner: str, batch_id: str) -> None:
        """Remove a batch with everything in it.

        Raises:
            NotFound: ``unknown_batch``.
        """
        with self._database.read() as session:
            row = session.get(Batch, batch_id) if is_id(batch_id) else None
            if row is None or row.owner != owner:
                raise NotFound("unknown_batch")
            query = select(Comparison.id).where(Comparison.batch_id == batch_id)
            ids = list(session.scalars(query))
        self.comparisons(owner, ids)

        def forget(session: Session) -> None:
            session.execute(delete(Batch).where(Batch.id == batch_id))

        self._database.write(forget)

    def comparisons(self, owner: str, ids: Sequence[str]) -> None:
        """Remove some comparisons of an owner, whatever they are for; others' are left alone."""
        for start in range(0, len(ids), _AT_ONCE):
            some = list(ids[start : start + _AT_ONCE])
            self._halt(owner, some)

            def remove(session: Session, some: Sequence[str] = some) -> list[str]:
                mine = select(Comparison.id).where(Comparison.id.in_(some))
                mine = mine.where(Comparison.owner == owner)
                return remove_comparisons(session, list(session.scalars(mine)))

            self._delete(self._database.write(remove))

    def everything(self, owner: str) -> None:
        """Remove all comparisons and batches of an owner."""
        with self._database.read() as session:
            ids = list(session.scalars(select(Comparison.id).where(Comparison.owner == owner)))
        self.comparisons(owner, ids)

        def forget(session: Session) -> None:
            session.execute(delete(Batch).where(Batch.owner == owner))

        self._database.write(forget)

    def _halt(self, owner: str, ids: Sequence[str], only: int | None = None) -> None:
        """Stop what is not final: a late result finds no row, and is dropped."""
        with self._database.read() as session:
            query = select(Take.id).where(Take.comparison_id.in_(ids), Take.state.not_in(_FINAL))
            if only is not None:
                query = query.where(Take.position == only)
            under_way = list(session.scalars(query))
        for take_id in under_way:
            try:
                self._stop(owner, take_id)
            except NotFound:  # removed meanwhile, or not theirs
                continue

    def _delete(self, blobs: Iterable[str]) -> None:
        for blob in blobs:
            self._blobs.delete(blob)
