"""The headphone check of a rater: drawn, played, judged, and kept with what was answered."""

import functools
import secrets
from typing import Any, get_args

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.audio.headphone_check import INTERVALS, NEEDED, TESTS, Kind, clip
from studio.problems import BadInput, Conflict, NotFound
from studio.store.database import Database
from studio.store.study_tables import StudyRater
from studio.studies.rating.rater_views import TRIES, HeadphoneTest, HeadphoneTests

KIND: Kind = "huggins"
_SEEDS = 2**31


class HeadphoneCheck:
    """Headphone checks.

    Args:
        database: where a rater's tests and answers are kept.
        kind: which sounds.
    """

    def __init__(self, database: Database, kind: Kind = KIND) -> None:
        if kind not in get_args(Kind):
            raise ValueError("no such headphone check")
        self._database = database
        self._kind: Kind = kind

    def tests(self, invite: str, rater: str) -> HeadphoneTests:
        """The tests to answer next; the same until they are.

        Raises:
            Conflict: ``headphones_no_more``: passed, skipped, or tried too often.
        """
        attempts = self._database.write(functools.partial(self._drawn, rater))
        number = len(attempts)
        return HeadphoneTests(
            kind=attempts[-1]["kind"],
            intervals=INTERVALS,
            needed=NEEDED,
            attempt=number,
            tests=[
                HeadphoneTest(number=n, url=f"/api/rater/{invite}/headphones/{number}/{n}")
                for n in range(1, TESTS + 1)
            ],
        )

    def clip(self, rater: StudyRater, attempt: int, number: int) -> bytes:
        """The sound of one test.

        Raises:
            NotFound: ``unknown_clip``.
        """
        attempts = rater.headphone_trials
        if not 1 <= attempt <= len(attempts) or not 1 <= number <= TESTS:
            raise NotFound("unknown_clip")
        asked = attempts[attempt - 1]
        return clip(asked["kind"], asked["odd"][number - 1], asked["seed"] + number)

    def answer(self, rater: str, answers: list[int] | None, *, may_skip: bool) -> None:
        """Judge the answers to the tests that were served last, or note that they were skipped.

        Raises:
            BadInput: ``headphones_malformed``.
            Conflict: ``headphones_required``: it may not be skipped; ``headphones_no_more``.
        """
        self._database.write(
            functools.partial(_judged, rater=rater, answers=answers, may_skip=may_skip)
        )

    def _drawn(self, rater: str, session: Session) -> list[Any]:
        row = session.scalars(select(StudyRater).where(StudyRater.id == rater)).one()
        attempts = list(row.headphone_trials)
        if attempts and attempts[-1]["answers"] is None:
            return attempts
        if row.headphones not in ("", "failed") or len(attempts) >= TRIES:
            raise Conflict("headphones_no_more")
        odd = [1 + secrets.randbelow(INTERVALS) for _ in range(TESTS)]
        attempts.append(
            {"kind": self._kind, "seed": secrets.randbelow(_SEEDS), "odd": odd, "answers": None}
        )
        _keep(session, rater, headphone_trials=attempts)
        return attempts


def _judged(session: Session, *, rater: str, answers: list[int] | None, may_skip: bool) -> None:
    row = session.scalars(select(StudyRater).where(StudyRater.id == rater)).one()
    if answers is None:
        if not may_skip:
            raise Conflict("headphones_required")
        if row.headphones in ("", "failed"):
            _keep(session, rater, headphones=row.headphones or "skipped")
        return
    attempts = [dict(one) for one in row.headphone_trials]
    if not attempts:
        raise Conflict("headphones_no_more")
    asked = attempts[-1]
    if len(answers) != TESTS or any(one not in range(1, INTERVALS + 1) for one in answers):
        raise BadInput("headphones_malformed", tests=TESTS, intervals=INTERVALS)
    if asked["answers"] is not None:
        if asked["answers"] == answers:  # the same request again
            return
        raise Conflict("headphones_no_more")
    asked["answers"] = answers
    right = sum(one == odd for one, odd in zip(answers, asked["odd"], strict=True))
    status = "passed" if right >= NEEDED else "failed"
    _keep(session, rater, headphone_trials=attempts, headphones=status)


def _keep(session: Session, rater: str, **values: Any) -> None:
    session.execute(update(StudyRater).where(StudyRater.id == rater).values(**values))
