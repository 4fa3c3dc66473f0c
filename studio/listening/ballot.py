"""When a vote counts, and counting it once: decided inside the database's single writer."""

import functools
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from studio.listening.heard import Stopwatches
from studio.listening.limits import RateLimit
from studio.listening.views import Choice
from studio.problems import Conflict, NotAllowed, NotFound, Problem
from studio.store.tables import Tally, Trial, Vote, now

_TRIAL = (
    select(
        Trial.rater,
        Trial.comparison_id,
        Trial.take_a,
        Trial.take_b,
        Trial.condition_a,
        Trial.condition_b,
        Trial.language,
        Trial.text_sha256,
        Trial.listen_seconds,
        Trial.heard_a_at,
        Trial.heard_b_at,
        Vote.choice,
    )
    .join_from(Trial, Vote, Vote.trial == Trial.token, isouter=True)
    .where(Trial.token == bindparam("token"))
)
_CHOICE = select(Vote.choice).where(Vote.trial == bindparam("token"))


@dataclass(frozen=True, slots=True)
class Cast:
    """A counted vote: what may be revealed once it is on disk."""

    choice: Choice
    comparison: str
    take_a: str
    take_b: str
    condition_a: str
    condition_b: str


class Ballot:
    """Counts a vote, or says why not.

    The rule on time: from the moment the later of the two clips had left, at least
    ``listen_fraction`` of the length of both clips together must have passed. A person who hears A
    and then B in full, starting when the second had arrived, passes it exactly.

    Args:
        listen_fraction: see above.
        stopwatches: how long ago the clips left.
        rate: votes a minute of one rater.
    """

    def __init__(self, listen_fraction: float, stopwatches: Stopwatches, rate: RateLimit) -> None:
        self._fraction = listen_fraction
        self._stopwatches = stopwatches
        self._rate = rate

    def cast(
        self, session: Session, token: str, rater: str | None, choice: Choice
    ) -> Cast | Problem:
        """Run inside the writer. A refusal is returned, not raised: it undoes nothing.

        Args:
            session: of the writer.
            token: the trial's.
            rater: whose cookie came along; ``None`` without a cookie, then the token speaks.
            choice: the answer.

        Returns:
            The vote, new or the very same from before, or the refusal: ``unknown_trial``,
            ``not_your_trial``, ``too_many_requests``, ``already_voted`` or ``too_early`` with
            ``wait_seconds``.
        """
        connection = session.connection()
        trial: Any = connection.execute(_TRIAL, {"token": token}).first()
        if trial is None:
            return NotFound("unknown_trial")
        if rater is not None and rater != trial.rater:
            return NotAllowed("not_your_trial")
        if rater is None:
            try:
                self._rate.take(trial.rater)
            except Problem as problem:
                return problem
        standing = trial.choice
        if standing is None:
            wait = self._wait(token, trial.listen_seconds, trial.heard_a_at, trial.heard_b_at)
            if wait > 0:
                return Conflict("too_early", wait_seconds=wait)
            if _insert(connection, token, trial, choice):
                _count(connection, trial, choice)
                standing = choice
            else:  # another process's vote came between
                standing = connection.execute(_CHOICE, {"token": token}).scalar_one()
        if standing != choice:
            return Conflict("already_voted")
        return Cast(
            choice=choice,
            comparison=trial.comparison_id,
            take_a=trial.take_a,
            take_b=trial.take_b,
            condition_a=trial.condition_a,
            condition_b=trial.condition_b,
        )

    def _wait(
        self, token: str, listen_seconds: float, a_at: datetime | None, b_at: datetime | None
    ) -> float:
        """Seconds until a vote counts, rounded up to tenths; the whole time while a clip is due."""
        needed = self._fraction * listen_seconds
        elapsed = self._stopwatches.elapsed(token, a_at, b_at)
        if elapsed is None:
            return _up(needed)
        return _up(needed - elapsed) if elapsed < needed else 0.0


def _up(seconds: float) -> float:
    """Rounded up to tenths, so that waiting so long is enough."""
    return max(0.1, math.ceil(seconds * 10) / 10)


def _insert(connection: Connection, token: str, trial: Any, choice: Choice) -> bool:
    """Insert the vote unless the trial has one; the primary key decides. Was it inserted?"""
    result = connection.execute(
        _statements(connection.dialect.name)[0],
        {
            "trial": token,
            "choice": choice,
            "condition_a": trial.condition_a,
            "condition_b": trial.condition_b,
            "rater": trial.rater,
            "language": trial.language,
            "text_sha256": trial.text_sha256,
            "voted_at": now(),
        },
    )
    return result.rowcount == 1


def _count(connection: Connection, trial: Any, choice: Choice) -> None:
    """Add the vote to the kept counts, in the vote's own transaction."""
    a_is_left = trial.condition_a < trial.condition_b
    left, right = sorted((trial.condition_a, trial.condition_b))
    counted = {
        "left_wins": int(choice == ("a" if a_is_left else "b")),
        "right_wins": int(choice == ("b" if a_is_left else "a")),
        "ties": int(choice == "tie"),
    }
    connection.execute(
        _statements(connection.dialect.name)[1],
        {"language": trial.language, "left": left, "right": right, **counted},
    )


@functools.cache
def _statements(dialect: str) -> tuple[Any, Any]:
    """Insert a vote unless there is one; add to a tally. Both need ``ON CONFLICT``."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    tally = insert(Tally)
    kept = Tally.__table__.c
    return (
        insert(Vote).on_conflict_do_nothing(index_elements=["trial"]),
        tally.on_conflict_do_update(
            index_elements=["language", "left", "right"],
            set_={
                name: kept[name] + tally.excluded[name]
                for name in ("left_wins", "right_wins", "ties")
            },
        ),
    )
