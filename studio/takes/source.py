"""Finished takes for listening tests, kept in memory and brought up to date by one small query."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from studio.problems import NotFound
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take
from studio.takes.condition import condition
from studio.takes.rows import comparison_of, is_id
from studio.takes.unseen import binned_takes

_OVERLAP = timedelta(seconds=60)
"""Rows finished shortly before the newest one seen may have been committed after it."""


@dataclass(frozen=True, slots=True)
class DoneTake:
    """A finished take, as far as a listening test may know it; never one of a fallback."""

    take: str
    comparison: str
    condition: str
    language: str
    text_sha256: str


class StoredTakes:
    """Where finished takes come from.

    A done take never changes, so each is read once; a call reads only what finished since the last.

    Args:
        database: where takes are recorded.
        blobs: where their samples are.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._newest: datetime | None = None
        self._by_owner: dict[str, list[DoneTake]] = {}
        self._pools: dict[str, tuple[DoneTake, ...]] = {}
        self._by_comparison: dict[str, list[DoneTake]] = {}

    def candidates(self, comparison: str | None, owner: str) -> Sequence[DoneTake]:
        """Done takes of one comparison of this owner, or of all (the pool); none in the bin.

        Raises:
            NotFound: ``unknown_comparison``, when one is named that this owner does not have.
        """
        with self._database.read() as session:
            if comparison is not None:
                comparison_of(session, owner, comparison)
            unseen = binned_takes(session, owner)
        with self._lock:
            self._catch_up()
            if comparison is not None:
                found = tuple(self._by_comparison.get(comparison, ()))
            else:
                if owner not in self._pools:
                    self._pools[owner] = tuple(self._by_owner.get(owner, ()))
                found = self._pools[owner]
        return tuple(one for one in found if one.take not in unseen) if unseen else found

    def samples(self, take: str) -> tuple[NDArray[np.floating[Any]], int]:
        """A done take: float32 mono in [-1, 1], shape (n,), and its sample rate in Hz.

        Raises:
            NotFound: ``unknown_take``.
        """
        from studio.audio.encode import read_flac

        with self._database.read() as session:
            row = session.get(Take, take) if is_id(take) else None
        if row is None or row.state != "done" or row.blob is None:
            raise NotFound("unknown_take")
        return read_flac(self._blobs.get(row.blob))

    def _catch_up(self) -> None:
        query = (
            select(
                Take.id,
                Take.comparison_id,
                Take.engine,
                Take.preset,
                Take.speaker,
                Take.model,
                Comparison.voice_id,
                Comparison.language,
                Comparison.text_sha256,
                Comparison.owner,
                Take.finished_at,
            )
            .join(Comparison, Take.comparison_id == Comparison.id)
            # What a fallback made was never ordered: nobody is to compare it unawares. Of several
            # attempts only the first counts, faults and all: to hear the best of three of one
            # engine against the only one of another would be no comparison.
            .where(Take.state == "done", Take.instead_of.is_(None), Take.attempt == 1)
            # What a study compares is heard in it alone.
            .where(Comparison.study_id.is_(None))
        )
        if self._newest is not None:
            query = query.where(Take.finished_at >= self._newest - _OVERLAP)
        with self._database.read() as session:
            rows = session.execute(query).all()
        for row in rows:
            take, comparison, engine, preset, speaker, model, voice, *about = row
            if take in self._known:
                continue
            language, text, owner, finished = about
            named = condition(engine, preset, voice, speaker, model)
            found = DoneTake(take, comparison, named, language, text)
            self._known.add(take)
            self._by_owner.setdefault(owner, []).append(found)
            self._pools.pop(owner, None)
            self._by_comparison.setdefault(comparison, []).append(found)
            if finished is not None and (self._newest is None or finished > self._newest):
                self._newest = finished
