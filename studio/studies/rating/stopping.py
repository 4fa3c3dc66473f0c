"""Closing a study that has enough, beside the answers' path and never in it."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.store.database import Database
from studio.store.study_tables import Study, StudyAnswer, StudyRater, StudyTrial
from studio.studies.closing import Because, close
from studio.studies.protocols import Protocol
from studio.studies.rating.enough import enough
from studio.studies.rating.shelf import Shelf, Shelved
from studio.studies.rating.tallies import taken

_REST_SECONDS = 1.0
log = logging.getLogger(__name__)


class Watch:
    """Looks whether a study has enough each time it has a new answer, at most once a second.

    Args:
        database: the answers; its writer closes.
        shelf: the studies.
        rest_seconds: between two looks.
    """

    def __init__(
        self, database: Database, shelf: Shelf, rest_seconds: float = _REST_SECONDS
    ) -> None:
        self._database = database
        self._shelf = shelf
        self._rest = rest_seconds
        self._asked: set[str] = set()
        self._through: dict[str, int] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stopping")

    def note(self, study_id: str) -> None:
        """Have a study looked at soon. Returns at once."""
        with self._lock:
            if study_id in self._asked or self._ended.is_set():
                return
            self._asked.add(study_id)
            self._thread.submit(self._look, study_id)

    def close(self) -> None:
        """End; a look that waits is left for the next start's first answer."""
        with self._lock:
            self._ended.set()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def look(self, study_id: str) -> Because | None:
        """Close a study where its plan says so; why, or ``None``."""
        with self._database.read() as session:
            shelved = self._shelf.get(session, study_id)
            through = _through(session, study_id)
            if self._through.get(study_id) == through:
                return None  # only who is through can change it
            because = _because(session, shelved, through)
            if because is None:
                self._through[study_id] = through
                return None

        def write(session: Session) -> bool:
            study = session.get(Study, study_id)
            return study is not None and close(session, study, because)

        return because if self._database.write(write) else None

    def _look(self, study_id: str) -> None:
        began = time.monotonic()
        with self._lock:
            self._asked.discard(study_id)  # an answer that comes from here on asks again
        try:
            self.look(study_id)
        except Exception:
            log.exception("could not see whether a study has enough")
        self._ended.wait(max(0.0, self._rest - (time.monotonic() - began)))


def _through(session: Session, study_id: str) -> int:
    """How many raters have answered all their screens."""
    query = select(func.count()).where(
        StudyRater.study_id == study_id, StudyRater.finished_at.is_not(None)
    )
    return session.execute(query).scalar_one()


def _because(session: Session, shelved: Shelved, through: int) -> Because | None:
    study, plan = shelved.study, shelved.study.plan
    if plan.stopping.rule == "owner":
        return None
    state = session.execute(select(Study.state).where(Study.id == study.id)).scalar_one()
    if state != "open":
        return None
    if through >= plan.raters:
        return "target"
    if plan.stopping.rule != "anytime" or study.protocol.takes != 2:  # noqa: PLR2004 (A and B)
        return None
    return enough(_shares(session, shelved), plan, study.protocol)


def _shares(session: Session, shelved: Shelved) -> dict[tuple[int, int], np.ndarray]:
    """For each pair the mean answer of each rater who is through, in [0, 1].

    1 for the first of the pair, 0 for the second, ties 1/2; a CCR score lies between, evenly. Of
    ABX: 1 where X was found. Raters under way wait: stopping within a streak would bend their mean.
    """
    study = shelved.study
    query = (
        select(StudyAnswer.rater, StudyAnswer.answer, StudyTrial.slots, StudyTrial.preparation)
        .join(StudyTrial, StudyTrial.token == StudyAnswer.trial)
        .join(StudyRater, StudyRater.id == StudyAnswer.rater)
        .where(
            StudyAnswer.study_id == study.id,
            StudyTrial.kind == "main",
            StudyRater.finished_at.is_not(None),
        )
    )
    found: dict[tuple[int, int], dict[str, list[float]]] = {pair: {} for pair in study.pairs}
    for rater, answer, slots, preparation in session.execute(query).tuples():
        one, other = taken(slots)
        value = _value(answer, preparation, study.protocol)
        if one > other and study.protocol.reference != "equal":
            value = 1 - value
        found[min(one, other), max(one, other)].setdefault(rater, []).append(value)
    return {
        pair: np.array([sum(own) / len(own) for own in raters.values()])
        for pair, raters in found.items()
    }


def _value(answer: dict[str, Any], preparation: dict[str, Any], protocol: Protocol) -> float:
    if protocol.reference == "equal":
        return float(answer["choice"] == preparation["check"]["choice"])
    if "choice" in answer:
        return {"a": 1.0, "b": 0.0, "tie": 0.5}[answer["choice"]]
    return float((protocol.high - answer["score"]) / (protocol.high - protocol.low))
