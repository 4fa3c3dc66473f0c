"""What a batch of answers is judged by: one reading of screens, clips, invitations and raters."""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from studio.store.study_tables import (
    Study,
    StudyAnswer,
    StudyClip,
    StudyInvite,
    StudyRater,
    StudyTrial,
)

_TRIALS = (
    select(
        StudyTrial.token,
        StudyTrial.study_id,
        StudyTrial.rater,
        StudyTrial.kind,
        StudyTrial.text,
        StudyTrial.slots,
        StudyTrial.listen_seconds,
        StudyRater.key,
        StudyRater.completion_code,
        Study.state,
        Study.closed_because,
        Study.closed_at,
        StudyAnswer.answer,
    )
    .join_from(StudyTrial, StudyRater, StudyRater.id == StudyTrial.rater)
    .join(Study, Study.id == StudyTrial.study_id)
    .join(StudyAnswer, StudyAnswer.trial == StudyTrial.token, isouter=True)
    .where(StudyTrial.token.in_(bindparam("tokens", expanding=True)))
)
_CLIPS = select(StudyClip.trial, StudyClip.slot, StudyClip.sent_at).where(
    StudyClip.trial.in_(bindparam("tokens", expanding=True))
)
_INVITES = select(StudyInvite.token, StudyInvite.study_id, StudyInvite.revoked_at).where(
    StudyInvite.token.in_(bindparam("invites", expanding=True))
)


@functools.cache
def _before() -> Any:
    """Of raters: how many answers they gave, and the last one's trial and moment."""
    counts = (
        select(
            StudyAnswer.rater,
            func.count().label("number"),
            func.max(StudyAnswer.sequence).label("last"),
        )
        .where(StudyAnswer.rater.in_(bindparam("raters", expanding=True)))
        .group_by(StudyAnswer.rater)
        .subquery()
    )
    last = and_(StudyAnswer.rater == counts.c.rater, StudyAnswer.sequence == counts.c.last)
    return select(counts.c.rater, counts.c.number, StudyAnswer.trial, StudyAnswer.answered_at).join(
        StudyAnswer, last
    )


@dataclass
class Hand:
    """One rater while a batch is counted.

    Attributes:
        number: screens answered so far.
        last: the screen answered last; None for none.
        at: when.
        code: the completion code; empty until they are through.
    """

    number: int = 0
    last: str | None = None
    at: datetime | None = None
    code: str = ""


class Rows:
    """Everything that the rules ask for, by token.

    Args:
        connection: of the writer.
        wanted: screens and the invitations they are answered by.

    Attributes:
        trials: rows of the screens there are.
        invites: rows of the invitations there are.
        sent: of each screen, for each slot when its clip had left.
        hands: raters of the screens, by id.
    """

    def __init__(self, connection: Connection, wanted: Collection[tuple[str, str]]) -> None:
        self._connection = connection
        tokens = list({token for token, _ in wanted})
        found: Any = connection.execute(_TRIALS, {"tokens": tokens})
        self.trials: dict[str, Any] = {row.token: row for row in found}
        found = connection.execute(_INVITES, {"invites": list({invite for _, invite in wanted})})
        self.invites: dict[str, Any] = {row.token: row for row in found}
        self.sent: dict[str, dict[str, datetime | None]] = {token: {} for token in tokens}
        for trial, slot, sent_at in connection.execute(_CLIPS, {"tokens": tokens}):
            self.sent[trial][slot] = sent_at
        self.hands = {row.rater: Hand(code=row.completion_code) for row in self.trials.values()}
        found = connection.execute(_before(), {"raters": list(self.hands)})
        for rater, number, trial, answered_at in found:
            hand = self.hands[rater]
            hand.number, hand.last, hand.at = number, trial, answered_at

    def standing(self) -> dict[str, Any]:
        """Answers that were counted before, by screen."""
        return {t: row.answer for t, row in self.trials.items() if row.answer is not None}

    def head(self, study: str) -> tuple[int, str] | None:
        """Number and hash of a study's last answer."""
        query = (
            select(StudyAnswer.sequence, StudyAnswer.sha256)
            .where(StudyAnswer.study_id == study)
            .order_by(StudyAnswer.sequence.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return (row.sequence, row.sha256) if row else None

    def served(self, rater: str) -> int:
        """How many screens a rater was served."""
        query = select(func.count()).where(StudyTrial.rater == rater)
        return self._connection.execute(query).scalar_one()
