"""All votes as coded arrays, read once and then only what is new."""

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.listening.own_votes import OfOwner
from studio.listening.vote_rows import COLUMNS, ByMoment, ByNumber, VoteRows
from studio.statistics.votes import Votes
from studio.store.database import Database

_CHOICES = {"a": 0, "b": 1, "tie": 2}
_OUTCOMES = (1, -1, 0)


@dataclass
class _Codes:
    """Numbers for labels, in the order they were first met."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, labels: tuple[str, ...]) -> NDArray[np.int32]:
        numbers = self.numbers
        for label in set(labels) - numbers.keys():
            numbers[label] = len(numbers)
        return np.fromiter(map(numbers.__getitem__, labels), dtype=np.int32, count=len(labels))

    def names(self) -> tuple[str, ...]:
        return tuple(self.numbers)


class VoteLog:
    """The table of votes in memory: 24 bytes a vote and each label once.

    Votes are only ever added, so that a later reading needs what is new alone.

    Args:
        database: where they are.
        owner: only votes on this person's takes; all by default.
    """

    def __init__(self, database: Database, owner: str | None = None) -> None:
        self._database = database
        everybodys: VoteRows = ByNumber() if database.is_sqlite else ByMoment()
        self._new = everybodys if owner is None else OfOwner(owner)
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._conditions, self._raters, self._texts, self._languages = (_Codes() for _ in range(4))
        self._choices = _Codes(dict(_CHOICES))
        self._rows = np.empty((len(COLUMNS), 0), dtype=np.int32)
        self._last = 0
        self._new.forget()

    def version(self) -> int:
        """A number that grows with every vote; cheap to ask."""
        with self._database.read() as session:
            return self._new.version(session)

    def languages(self) -> list[str]:
        """Languages that have votes, as of the last reading."""
        with self._lock:
            return sorted(self._languages.numbers)

    def votes(self, language: str | None, engine: str | None) -> tuple[int, Votes]:
        """Read what is new, and give the votes asked for with the version they are of.

        Args:
            language: only votes on texts in it.
            engine: only votes in which a condition of this engine took part, whoever it met.
        """
        with self._lock:
            self._read()
            rows, version = self._rows, self._last
            conditions = self._conditions.names()
            raters, texts = self._raters.names(), self._texts.names()
            wanted = self._languages.numbers.get(language, -1) if language is not None else None
        kept = np.ones(rows.shape[1], dtype=np.bool_)
        if wanted is not None:
            kept &= rows[5] == wanted
        if engine is not None:
            is_engine = np.array(
                [c.partition("/")[0] == engine for c in conditions], dtype=np.bool_
            )
            if len(conditions):
                kept &= is_engine[rows[0]] | is_engine[rows[1]]
        if not kept.all():
            rows = rows[:, kept]
        left, right, choice, rater, item = rows[:5]
        used = np.zeros(len(conditions), dtype=np.bool_)
        used[left] = used[right] = True
        position = np.cumsum(used, dtype=np.int32) - 1
        return version, Votes(
            left=position[left],
            right=position[right],
            outcome=np.array(_OUTCOMES, dtype=np.int8)[choice],
            rater=rater,
            item=item,
            conditions=tuple(
                name for name, is_used in zip(conditions, used, strict=True) if is_used
            ),
            raters=raters,
            items=texts,
        )

    def _read(self) -> None:
        with self._database.read() as session:
            newest = self._new.version(session)
            if newest == self._last:
                return
            blocks = self._new.new(session)
            if blocks is None:
                self._forget()
                blocks = self._new.new(session) or iter(())
            self._rows = np.concatenate([self._rows, *map(self._coded, blocks)], axis=1)
            self._last = newest

    def _coded(self, rows: list[tuple[str, ...]]) -> NDArray[np.int32]:
        a, b, choice, rater, text, language = zip(*rows, strict=True)
        return np.stack(
            [
                self._conditions.of(a),
                self._conditions.of(b),
                self._choices.of(choice),
                self._raters.of(rater),
                self._texts.of(text),
                self._languages.of(language),
            ]
        )
