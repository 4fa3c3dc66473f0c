"""When votes count, and counting each once: decided inside the database's single writer."""

import functools
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from studio.listening.heard import Stopwatches
from studio.listening.limits import RateLimit
from studio.listening.views import Choice
from studio.problems import Conflict, NotAllowed, NotFound, Problem, TooMany
from studio.store.base import now
from studio.store.tables import Tally, Trial, Vote

_TRIALS = (
    select(
        Trial.token,
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
    .where(Trial.token.in_(bindparam("tokens", expanding=True)))
)
_CHOICES = select(Vote.trial, Vote.choice).where(
    Vote.trial.in_(bindparam("tokens", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Paper:
    """An answer somebody gave: to which trial, by whose cookie (``None`` without one), and what."""

    token: str
    rater: str | None
    choice: Choice


@dataclass(frozen=True, slots=True)
class Cast:
    """A counted vote: what may be revealed once it is on disk."""

    choice: Choice
    comparison: str
    take_a: str
    take_b: str
    condition_a: str
    condition_b: str
    new: bool = True
    """Whether it was not counted before."""


class Ballot:
    """Counts votes, or says why not.

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

    def count(self, session: Session, papers: Sequence[Paper]) -> list[Cast | Problem]:
        """Run inside the writer, over answers in the order they came.

        Args:
            session: of the writer.
            papers: what was answered.

        Returns:
            For each the vote, new or the very same from before, or the refusal: ``unknown_trial``,
            ``not_your_trial``, ``too_many_requests``, ``already_voted`` or ``too_early`` with
            ``wait_seconds``. A refusal is no exception, for the other votes stand.
        """
        connection = session.connection()
        tokens = list({paper.token for paper in papers})
        trials: dict[str, Any] = {
            row.token: row for row in connection.execute(_TRIALS, {"tokens": tokens})
        }
        standing: dict[str, Choice] = {
            token: row.choice for token, row in trials.items() if row.choice is not None
        }
        new: dict[str, Choice] = {}
        refusals: list[Problem | None] = []
        for paper in papers:
            refusal = self._refusal(paper, trials.get(paper.token), paper.token in standing)
            refusals.append(refusal)
            if refusal is None and paper.token not in standing:
                standing[paper.token] = new[paper.token] = paper.choice
        inserted: Collection[str] = ()
        if new:
            inserted = _insert(connection, trials, new)
            if beaten := new.keys() - inserted:  # by another process, just now
                found: Any = connection.execute(_CHOICES, {"tokens": list(beaten)})
                standing.update(found.tuples().all())
            _tally(connection, trials, {token: new[token] for token in inserted})
        fresh = set(inserted)
        outcomes: list[Cast | Problem] = []
        for paper, refusal in zip(papers, refusals, strict=True):
            first = refusal is None and paper.token in fresh
            fresh -= {paper.token} if first else set()
            outcomes.append(
                refusal
                or _outcome(trials[paper.token], standing[paper.token], paper.choice, new=first)
            )
        return outcomes

    def _refusal(self, paper: Paper, trial: Any, has_vote: bool) -> Problem | None:
        if trial is None:
            return NotFound("unknown_trial")
        if paper.rater is not None and paper.rater != trial.rater:
            return NotAllowed("not_your_trial")
        if paper.rater is None:
            try:
                self._rate.take(trial.rater)
            except TooMany as problem:
                return problem
        if has_vote:
            return None
        wait = self._wait(paper.token, trial.listen_seconds, trial.heard_a_at, trial.heard_b_at)
        return Conflict("too_early", wait_seconds=wait) if wait > 0 else None

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


def _outcome(trial: Any, standing: Choice, choice: Choice, *, new: bool) -> Cast | Problem:
    if standing != choice:
        return Conflict("already_voted")
    return Cast(
        choice=choice,
        comparison=trial.comparison_id,
        take_a=trial.take_a,
        take_b=trial.take_b,
        condition_a=trial.condition_a,
        condition_b=trial.condition_b,
        new=new,
    )


def _insert(
    connection: Connection, trials: Mapping[str, Any], new: Mapping[str, Choice]
) -> Collection[str]:
    """Insert votes on trials that have none; the primary key decides. Which were inserted?"""
    moment = now()
    rows = [
        {
            "trial": token,
            "choice": choice,
            "condition_a": trials[token].condition_a,
            "condition_b": trials[token].condition_b,
            "rater": trials[token].rater,
            "language": trials[token].language,
            "text_sha256": trials[token].text_sha256,
            "voted_at": moment,
        }
        for token, choice in new.items()
    ]
    statement, _ = _statements(connection.dialect.name)
    return set(connection.execute(statement, rows).scalars())


def _tally(
    connection: Connection, trials: Mapping[str, Any], counted: Mapping[str, Choice]
) -> None:
    """Add votes to the kept counts, in the votes' own transaction."""
    tallies: Counter[tuple[str, str, str, str]] = Counter()
    for token, choice in counted.items():
        trial = trials[token]
        a, b = trial.condition_a, trial.condition_b
        won = (
            "ties"
            if choice == "tie"
            else "left_wins"
            if (choice == "a") == (a < b)
            else "right_wins"
        )
        tallies[trial.language, min(a, b), max(a, b), won] += 1
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for (language, left, right, won), number in tallies.items():
        row = rows.setdefault(
            (language, left, right),
            {"language": language, "left": left, "right": right}
            | dict.fromkeys(("left_wins", "right_wins", "ties"), 0),
        )
        row[won] = number
    if rows:
        _, statement = _statements(connection.dialect.name)
        connection.execute(statement, [rows[key] for key in sorted(rows)])


@functools.cache
def _statements(dialect: str) -> tuple[Any, Any]:
    """Insert votes unless there are; add to tallies. Both need ``ON CONFLICT``."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    votes, tallies = Vote.__table__, Tally.__table__
    tally = insert(tallies)  # type: ignore[arg-type]
    return (
        insert(votes)  # type: ignore[arg-type]
        .on_conflict_do_nothing(index_elements=["trial"])
        .returning(votes.c.trial),
        tally.on_conflict_do_update(
            index_elements=["language", "left", "right"],
            set_={
                name: tallies.c[name] + tally.excluded[name]
                for name in ("left_wins", "right_wins", "ties")
            },
        ),
    )
