"""Keeping the parts of a take as they come: neither a crash nor a redo renders them again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from studio.audio.resample import Samples
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.library_tables import TakePart
from studio.store.tables import Comparison
from studio.takes.job import Job
from studio.takes.keeping import Keeper, in_all
from studio.takes.part_keys import KeyedPart
from studio.takes.parts_kept import PARTS, adopt, part_blob, waiting

Load = Callable[[], tuple[Samples, int]]
"""Reads a part's sound: float32 mono, shape (n,), and its rate in Hz."""


class PartKeeper:
    """Writes the parts of takes that are under way, and finds those that are there already.

    Args:
        database, blobs: where they go; the blob first.
        keeper: writes what they are charged.
    """

    def __init__(self, database: Database, blobs: Blobs, keeper: Keeper) -> None:
        self._database = database
        self._blobs = blobs
        self._keeper = keeper

    def begin(self, job: Job, parts: Sequence[KeyedPart]) -> Mapping[int, Load]:
        """Note down in a take's row what its parts are.

        Returns:
            by number: those that need not be rendered.
        """

        def look(session: Session) -> dict[str, TakePart]:
            row = job.row(session)
            if row is None:
                return {}
            row.measures = {PARTS: waiting(parts)}
            comparison = session.get_one(Comparison, row.comparison_id)
            return adopt(session, comparison, (one.key for one in parts))

        job.parts[:] = waiting(parts)
        rows = self._database.write(look)
        there = {key: row for key, row in rows.items() if self._blobs.exists(row.blob)}
        return {
            number: self._loader(there[one.key].blob)
            for number, one in enumerate(parts)
            if one.key in there
        }

    def keep(self, job: Job, key: str, samples: Samples, rate: int) -> None:
        """Keep a part and write down what it was charged and how far the take is.

        Raises:
            Unavailable: the store or the database cannot take it.
        """
        from studio.audio.encode import flac

        blob = part_blob(job.owner)
        self._blobs.put(blob, flac(samples, rate))
        parts: list[dict[str, Any]] = [dict(part) for part in job.parts]

        def write(session: Session) -> bool:
            cost = self._keeper.charge(session, job)
            row = job.row(session)
            if row is None:
                return False
            row.cost = in_all(row, cost)
            row.measures = {**(row.measures or {}), PARTS: parts}
            session.merge(
                TakePart(
                    comparison_id=row.comparison_id,
                    key=key,
                    owner=job.owner,
                    blob=blob,
                    sample_rate=rate,
                    seconds=samples.size / rate,
                    rendered_at=now(),
                )
            )
            return True

        kept = self._database.write(write)
        job.charges.clear()
        if not kept:
            self._blobs.delete(blob)

    def tell(self, job: Job) -> None:
        """Write down how far a take is, where nothing was to be kept."""
        parts: list[dict[str, Any]] = [dict(part) for part in job.parts]

        def write(session: Session) -> None:
            row = job.row(session)
            if row is not None:
                row.measures = {**(row.measures or {}), PARTS: parts}

        self._database.write(write)

    def _loader(self, blob: str) -> Load:
        def load() -> tuple[Samples, int]:
            from studio.audio.encode import read_flac

            return read_flac(self._blobs.get(blob))

        return load
