"""The owner's listening check: a take is good only after its last byte was sent to its owner."""

from typing import Any

from sqlalchemy.orm import Session

from studio.problems import BadInput, Conflict, NotFound
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import StudyItem
from studio.studies.owner.candidates import candidate
from studio.studies.owner.rows import Whole, draft_of, study_of, whole
from studio.takes.service import TakeService
from studio.takes.views import TakeView

VERDICTS = ("", "good", "bad")


class Checking:
    """What the owner heard and said of each take.

    Args:
        database: rows of studies.
        takes: the takes themselves.
    """

    def __init__(self, database: Database, takes: TakeService) -> None:
        self._database = database
        self._takes = takes

    def sound(self, owner: str, study_id: str, text: int, condition: int) -> tuple[bytes, str]:
        """What raters would hear before it is made a stimulus: a WAV file, and the take's id.

        Raises:
            NotFound: ``unknown_study``, ``unknown_study_item``.
            Conflict: ``take_not_done``.
        """
        from studio.audio.encode import wav

        with self._database.read() as session:
            all_ = whole(session, study_of(session, owner, study_id))
        take = self._candidate(owner, all_, text, condition)[1]
        samples, rate = self._takes.samples(owner, take.id)
        return wav(samples, rate), take.id

    def mark_heard(self, owner: str, study_id: str, text: int, condition: int, take: str) -> None:
        """Note that a take was sent to its owner whole. Nothing to note once the study is open."""

        def mark(session: Session) -> None:
            study = study_of(session, owner, study_id)
            row = session.get(StudyItem, (study.id, text, condition))
            if row is None or study.state != "draft":
                return
            if row.take_id != take:
                row.take_id, row.verdict = take, ""
            row.heard_at = now()

        self._database.write(mark)

    def judge(self, owner: str, study_id: str, text: int, condition: int, verdict: str) -> None:
        """Keep the owner's verdict on a take; a bad one takes its text out, for all conditions.

        Raises:
            NotFound: ``unknown_study``, ``unknown_study_item``.
            BadInput: ``study_verdict_unknown``.
            Conflict: ``study_not_draft``; ``study_take_unheard``: good is said of what was heard.
        """
        if verdict not in VERDICTS:
            raise BadInput("study_verdict_unknown")
        with self._database.read() as session:
            all_ = whole(session, draft_of(session, owner, study_id))
        take = self._candidate(owner, all_, text, condition)[1]

        def keep(session: Session) -> None:
            study = draft_of(session, owner, study_id)
            row = session.get(StudyItem, (study.id, text, condition))
            if row is None:
                raise NotFound("unknown_study_item")
            heard = row.take_id == take.id and row.heard_at is not None
            if verdict == "good" and not heard:
                raise Conflict("study_take_unheard")
            if not heard:
                row.heard_at = None
            row.take_id, row.verdict = take.id, verdict

        self._database.write(keep)

    def _candidate(
        self, owner: str, all_: Whole, text: int, condition: int
    ) -> tuple[StudyItem, TakeView]:
        row: Any = all_.item(text, condition)
        if row is None:
            raise NotFound("unknown_study_item")
        ordered = {row.comparison_id: self._takes.comparison(owner, row.comparison_id)}
        take = candidate(all_.study, row, ordered)
        if take is None:
            raise NotFound("unknown_study_item")
        return row, take
