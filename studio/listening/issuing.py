"""Drawing, making and keeping a trial: nothing of it is told but its tokens."""

import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from studio.audio.stimulus import StimulusSpec
from studio.listening.draw import Kind, Pair, Pool
from studio.listening.sides import first_is_a
from studio.listening.source import Candidate, TakeSource
from studio.listening.stimuli import CannotMake, Stimuli
from studio.problems import Conflict
from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Tally, Trial, Vote

_TRIES = 5
_POOL_SHARE = 20
_POOL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Sided:
    a: Candidate
    b: Candidate


class Issuer:
    """Makes trials.

    Args:
        settings: common loudness and fair mode.
        database: where trials are kept and votes counted.
        source: finished takes.
        stimuli: makes and holds the clips.
        below: ``below(n)`` draws a whole number in [0, n), unpredictably.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        source: TakeSource,
        stimuli: Stimuli,
        below: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._spec = StimulusSpec(
            target_lufs=settings.stimulus_lufs, fair=settings.stimulus_fair_bandwidth
        )
        self._database = database
        self._source = source
        self._stimuli = stimuli
        self._below = below
        self._making = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._pools: dict[str, tuple[float, Pool]] = {}

    def issue(self, rater: str, comparison: str | None, language: str | None, owner: str) -> Trial:
        """Draw a pair, make its stimuli, and keep the trial. Takes a second; never on the loop.

        Raises:
            NotFound: no such comparison.
            Conflict: ``no_pair_in_comparison`` or ``no_pair_in_pool``: fewer than two finished
                takes of different conditions; ``stimuli_unmatched``, ``stimuli_silent``,
                ``stimuli_short`` or ``stimuli_failed``: pairs there are, but the ``tried`` ones
                could not be made alike, the last for this reason.
        """
        pool = self._pool(comparison, language, owner)
        with self._database.read() as session:
            votes, judged = _votes(session), _judged(session, rater)
        refused: set[frozenset[str]] = set()
        failure: CannotMake | None = None
        while len(refused) < _TRIES:
            pair = pool.draw(votes, self._texts, judged, refused)
            if pair is None:
                break
            try:
                return self._keep(rater, pair)
            except CannotMake as problem:
                refused.add(pair.takes)
                failure = problem
        if failure is not None:
            raise Conflict(failure.code, tried=len(refused)) from failure
        raise Conflict("no_pair_in_comparison" if comparison else "no_pair_in_pool")

    def _pool(self, comparison: str | None, language: str | None, owner: str) -> Pool:
        if comparison is not None:
            return Pool(_spoken(self._source.candidates(comparison, owner), language))
        key = f"{language or ''} {owner}"
        until, pool = self._pools.get(key, (0.0, Pool(())))
        began = time.monotonic()
        if began >= until:
            pool = Pool(_spoken(self._source.candidates(None, owner), language))
            took = time.monotonic() - began
            # A large pool costs time to read: keep it for a while, a small one for an instant.
            self._pools = {key: (time.monotonic() + min(_POOL_SECONDS, _POOL_SHARE * took), pool)}
        return pool

    def _keep(self, rater: str, pair: Pair) -> Trial:
        sides = self._sides(rater, pair)
        trial = Trial(
            token=secrets.token_urlsafe(32),
            protocol="ab",
            rater=rater,
            comparison_id=sides.a.comparison,
            take_a=sides.a.take,
            take_b=sides.b.take,
            condition_a=sides.a.condition,
            condition_b=sides.b.condition,
            language=sides.a.language,
            text_sha256=sides.a.text_sha256,
            stimulus_a=secrets.token_urlsafe(32),
            stimulus_b=secrets.token_urlsafe(32),
        )
        with self._making:
            made = self._stimuli.make(trial, self._spec)
        trial.listen_seconds = made.seconds
        trial.preparation = made.preparation
        row = {c.key: getattr(trial, c.key) for c in Trial.__table__.columns}
        row = {key: value for key, value in row.items() if value is not None}
        self._database.write(
            lambda session: session.connection().execute(insert(Trial), row).close()
        )
        self._stimuli.hold(trial, made)
        return trial

    def _sides(self, rater: str, pair: Pair) -> _Sided:
        first, second = pair.first.condition, pair.second.condition
        with self._database.read() as session:
            pair_lead = _count(session, first, second) - _count(session, second, first)
            rater_lead = _rater_lead(session, rater, first, second)
        if first_is_a(pair_lead, rater_lead, self._below):
            return _Sided(pair.first, pair.second)
        return _Sided(pair.second, pair.first)

    def _texts(self, kind: Kind) -> Mapping[str, int]:
        """Trials of a kind by text."""
        of_kind = or_(
            (Trial.condition_a == kind.first) & (Trial.condition_b == kind.second),
            (Trial.condition_a == kind.second) & (Trial.condition_b == kind.first),
        )
        query = (
            select(Trial.text_sha256, func.count())
            .where(of_kind, Trial.language == kind.language)
            .group_by(Trial.text_sha256)
        )
        with self._database.read() as session:
            return dict(session.execute(query).tuples().all())


def _spoken(candidates: Iterable[Candidate], language: str | None) -> Iterable[Candidate]:
    return [c for c in candidates if language is None or c.language == language]


def _votes(session: Session) -> Mapping[Kind, int]:
    query = select(
        Tally.language, Tally.left, Tally.right, Tally.left_wins + Tally.right_wins + Tally.ties
    )
    return {Kind(*row[:3]): row[3] for row in session.execute(query)}


def _judged(session: Session, rater: str) -> set[frozenset[str]]:
    query = (
        select(Trial.take_a, Trial.take_b)
        .join(Vote, Vote.trial == Trial.token)
        .where(Trial.rater == rater)
    )
    return {frozenset(row) for row in session.execute(query)}


def _count(session: Session, condition_a: str, condition_b: str) -> int:
    query = select(func.count()).where(
        Trial.condition_a == condition_a, Trial.condition_b == condition_b
    )
    return session.execute(query).scalar_one()


def _rater_lead(session: Session, rater: str, first: str, second: str) -> int:
    """This rater's trials with a condition as A less those with it as B: first less second."""
    query = (
        select(Trial.condition_a, Trial.condition_b, func.count())
        .where(Trial.rater == rater)
        .group_by(Trial.condition_a, Trial.condition_b)
    )
    lead: Counter[str] = Counter()
    rows: Any = session.execute(query)
    for condition_a, condition_b, number in rows:
        lead[condition_a] += number
        lead[condition_b] -= number
    return lead[first] - lead[second]
