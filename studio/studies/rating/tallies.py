"""How often everything was heard and how it was answered: what the next draw of a study goes by."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.study_tables import StudyAnswer, StudyTrial
from studio.studies.protocols import Protocol

Pair = tuple[int, int]
Counts = NDArray[np.float64]


def taken(slots: Sequence[Mapping[str, Any]]) -> list[int]:
    """Conditions on a screen, in its order; X and everything that is no condition left out."""
    return [one["condition"] for one in slots if one["role"] == "condition"]


class Tallies:
    """Counts of one study's main screens, kept in memory and brought up to date by what is new.

    They steer which screen comes, not what counts: should another process serve the same study, its
    screens are missed here until the next start, its answers are not.
    """

    def __init__(self, study_id: str, protocol: Protocol) -> None:
        self._study = study_id
        self._paired = protocol.takes == 2  # noqa: PLR2004 (A and B)
        self._equal = protocol.reference == "equal"
        self._lock = threading.Lock()
        self._loaded = False
        self._sequence = 0
        self._won: Counter[Pair] = Counter()
        self._tied: Counter[Pair] = Counter()
        self.pairs: Counter[Pair] = Counter()
        """Screens of each pair, the smaller condition first."""
        self.pair_texts: Counter[tuple[Pair, int]] = Counter()
        self.leads: Counter[Pair] = Counter()
        """Screens with the first condition as A, less those with the second as A."""
        self.items: Counter[tuple[int, int]] = Counter()
        """Screens of each text and condition."""
        self.texts: Counter[int] = Counter()

    def refresh(self, session: Session) -> None:
        """Read what was answered since the last time; at the first time, what was served, too."""
        with self._lock:
            if not self._loaded:
                query = select(StudyTrial.text, StudyTrial.slots).where(
                    StudyTrial.study_id == self._study, StudyTrial.kind == "main"
                )
                for text, slots in session.execute(query).tuples():
                    self._add(text, slots)
                self._loaded = True
            self._count(session)

    def served(self, kind: str, text: int, slots: Sequence[Mapping[str, Any]]) -> None:
        """Note a screen that was just drawn."""
        if kind == "main":
            with self._lock:
                self._add(text, slots)

    def tables(self, conditions: Sequence[int]) -> tuple[Counts, Counts, Counts]:
        """Wins, ties and screens that wait for an answer, between conditions, each (k, k)."""
        place = {condition: at for at, condition in enumerate(conditions)}
        won, tied, served = (np.zeros((len(place), len(place))) for _ in range(3))
        with self._lock:
            for (one, other), number in self._won.items():
                won[place[one], place[other]] = number
            for counter, table in ((self._tied, tied), (self.pairs, served)):
                for (one, other), number in counter.items():
                    table[place[one], place[other]] = number
                    table[place[other], place[one]] = number
        return won, tied, np.maximum(served - won - won.T - tied, 0)

    def _add(self, text: int, slots: Sequence[Mapping[str, Any]]) -> None:
        heard = taken(slots)
        self.texts[text] += 1
        self.items.update((text, one) for one in heard)
        if self._paired:
            pair = (min(heard), max(heard))
            self.pairs[pair] += 1
            self.pair_texts[pair, text] += 1
            self.leads[pair] += 1 if heard[0] == pair[0] else -1

    def _count(self, session: Session) -> None:
        if not self._paired:
            return
        query = (
            select(StudyAnswer.sequence, StudyAnswer.answer, StudyTrial.slots)
            .join(StudyTrial, StudyTrial.token == StudyAnswer.trial)
            .where(
                StudyAnswer.study_id == self._study,
                StudyAnswer.sequence > self._sequence,
                StudyTrial.kind == "main",
            )
            .order_by(StudyAnswer.sequence)
        )
        rows: Iterable[tuple[int, dict[str, Any], list[Any]]] = session.execute(query).tuples()
        for sequence, answer, slots in rows:
            self._sequence = sequence
            one, other = taken(slots)
            if self._equal:  # who found X liked neither
                tie, first = True, True
            elif "choice" in answer:
                tie, first = answer["choice"] == "tie", answer["choice"] == "a"
            else:  # CCR: how B compares with A
                tie, first = answer["score"] == 0, answer["score"] < 0
            if tie:
                self._tied[min(one, other), max(one, other)] += 1
            else:
                self._won[(one, other) if first else (other, one)] += 1
