"""Results of studies: computed when answers have come, kept until more do, shut by the plan.

What takes seconds (`LATER`) is computed behind the rest and is missing, with a reason, until then.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from studio.locales import Note, note
from studio.problems import Conflict, NotFound
from studio.settings import Settings
from studio.store.database import Database
from studio.store.study_tables import Study, StudyAnswer, StudyItem
from studio.store.tables import TakeReport
from studio.studies.dataset import Dataset, read
from studio.studies.results.auditing import Auditor
from studio.studies.results.bundle import pack
from studio.studies.results.encoding import TYPES, encoded
from studio.studies.results.later import LATER, later, noted
from studio.studies.results.result import result, shut
from studio.studies.results.result_tables import table
from studio.studies.results.tables import EXPORTS, export

_KEPT = 16
_Key = tuple[str, str, int, int]


@dataclass
class _Kept:
    """A result that was computed, and what is being added to it."""

    data: Dataset
    found: dict[str, Any]
    adding: Future[dict[str, Any]] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class ResultService:
    """What studies showed.

    Args:
        settings: how many bootstrap draws.
        database: where studies and answers are.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._draws = settings.bootstrap_draws
        self._database = database
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._computing: dict[str, threading.Lock] = {}
        self._auditor = Auditor()
        self._background = ThreadPoolExecutor(1, thread_name_prefix="study-results")

    def result(self, owner: str, study_id: str, *, wait: bool = False) -> dict[str, Any]:
        """A study's result, sentences as notes. Blocks while it computes: call it in a thread.

        While the plan does not allow to look, only ``study``, ``state`` (``shut``), ``opens`` and
        ``progress``.

        Args:
            owner: whose study.
            study_id: which.
            wait: until the parts that take long are there, too.

        Raises:
            NotFound: ``unknown_study``.
        """
        kept = self._current(owner, study_id)
        if kept.found["state"] == "shut":
            return kept.found
        adding = self._added(kept)
        if wait or adding.done():
            return noted({**kept.found, **_merged(kept.found, adding.result())})
        reasons = {part: note("result.reason.computing") for part in LATER}
        pending = {**kept.found["reasons"], **reasons}
        return {**kept.found, "reasons": pending, "pending": list(LATER)}

    def dataset(self, owner: str, study_id: str) -> Dataset:
        """All answers of a study whose result may be seen.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``result_shut``.
        """
        kept = self._current(owner, study_id)
        if kept.found["state"] == "shut":
            raise Conflict("result_shut")
        return kept.data

    def bundle(self, owner: str, study_id: str) -> bytes:
        """The bundle of a study: a ZIP file from which anyone recomputes its result.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``result_shut``.
        """
        data = self.dataset(owner, study_id)
        return pack(data, self.result(owner, study_id, wait=True), self._draws)

    def export(self, owner: str, study_id: str, name: str, kind: str) -> bytes:
        """Trials, ratings, stimuli or plan as CSV or Parquet.

        Raises:
            NotFound: ``unknown_study``, ``unknown_export``.
            Conflict: ``result_shut``.
        """
        data = self.dataset(owner, study_id)
        if name not in EXPORTS or kind not in TYPES:
            raise NotFound("unknown_export")
        rules = self.result(owner, study_id)["exclusions"]["rules"]
        return encoded(export(data, name, {who for rule in rules for who in rule["ids"]}), kind)

    def table(self, owner: str, study_id: str, name: str, kind: str) -> bytes:
        """A part of the result as CSV or Parquet.

        Raises:
            NotFound: ``unknown_study``; ``unknown_export``, also where the part is empty.
            Conflict: ``result_shut``.
        """
        self.dataset(owner, study_id)
        rows = table(self.result(owner, study_id, wait=True), name) if kind in TYPES else None
        if rows is None:
            raise NotFound("unknown_export")
        return encoded(rows, kind)

    def evidence(self, owner: str, study_id: str, condition: int) -> Mapping[str, Any]:
        """What a study showed of a condition, for a decision.

        Returns:
            ``sentence`` (a note as JSON), ``votes``, ``raters``, ``value``, ``low``, ``high`` and
            ``rank`` of the condition's place on the board (for ABX of the headline), ``scale``,
            ``method`` and ``answers_sha256``.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``result_shut``: the plan does not allow to look yet.
        """
        found = self.result(owner, study_id)
        if found["state"] == "shut":
            raise Conflict("result_shut")
        head = found["headline"]
        place: Mapping[str, Any] = {}
        scale = "share"
        if found["board"] is not None:
            rows = found["board"]["kept"]
            place = next((row for row in rows if row["position"] == condition), {})
            scale = found["board"]["scale"]
        message: Note = head["message"]
        about = place or head
        return {
            "sentence": message.to_json(),
            "sure": head["sure"] and head["first"] == condition,
            "votes": about["votes"] or 0,
            "raters": found["basis"]["counted_raters"],
            "value": about["value"],
            "low": about["low"],
            "high": about["high"],
            "rank": place.get("rank"),
            "scale": scale,
            "method": found["method"],
            "answers_sha256": found["answers_sha256"],
        }

    def close(self) -> None:
        """End the background thread, and the audit that runs."""
        self._auditor.close()
        self._background.shutdown(wait=True, cancel_futures=True)

    def _current(self, owner: str, study_id: str) -> _Kept:
        key = self._key(owner, study_id)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
            computing = self._computing.setdefault(study_id, threading.Lock())
        with computing:  # whoever waited here finds the result of the one before
            with self._lock:
                kept = self._kept.get(key)
            if kept is None:
                kept = self._compute(key)
        return kept

    def _compute(self, key: _Key) -> _Kept:
        with self._database.read() as session:
            data = read(session, key[0])
        kept = _Kept(data, shut(data) or result(data, self._draws))
        with self._lock:
            for old in [one for one in self._kept if one[0] == key[0]]:
                del self._kept[old]
            self._kept[key] = kept
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept

    def _added(self, kept: _Kept) -> Future[dict[str, Any]]:
        with kept.lock:
            if kept.adding is None:
                kept.adding = self._background.submit(self._later, kept)
            return kept.adding

    def _later(self, kept: _Kept) -> dict[str, Any]:
        with self._database.read() as session:
            return later(session, kept.data, kept.found, self._auditor)

    def _key(self, owner: str, study_id: str) -> _Key:
        """What a result depends on: state, last answer, and how many takes are measured."""
        with self._database.read() as session:
            row = session.execute(
                select(Study.state).where(
                    Study.id == study_id, Study.owner == owner, Study.deleted_at.is_(None)
                )
            ).first()
            if row is None:
                raise NotFound("unknown_study")
            last = session.execute(
                select(func.max(StudyAnswer.sequence)).where(StudyAnswer.study_id == study_id)
            ).scalar()
            measured = session.execute(
                select(func.count())
                .select_from(TakeReport)
                .join(StudyItem, StudyItem.take_id == TakeReport.take_id)
                .where(StudyItem.study_id == study_id, TakeReport.state == "done")
            ).scalar()
        return (study_id, row.state, last or 0, measured or 0)


def _merged(found: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """Parts that came later, with their reasons beside the others'."""
    parts = {**added, "reasons": {**found["reasons"], **added["reasons"]}}
    parts["reasons"] = {
        part: why for part, why in parts["reasons"].items() if added.get(part) is None
    }
    return parts
