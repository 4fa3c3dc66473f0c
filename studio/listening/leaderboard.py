"""The leaderboard: ratings with intervals over all votes, computed when votes have come."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel
from sqlalchemy import select

from studio.listening.conditions import split, title
from studio.listening.vote_log import VoteLog
from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Tally

_AT_ONCE = 20_000
"""Up to so many votes a board is computed before it is answered, and is never behind."""
_REST = 5.0
"""A larger board is computed again at the earliest after so many times its own computing time."""
_BOARDS = 64
_LOGS = 64
_Key = tuple[str | None, str | None, str | None]
"""Language, engine, owner."""


class Standing(BaseModel):
    """A condition's place. Ratings are Elo-like points with mean 1500 in a component."""

    condition: str
    engine: str
    title: str
    preset: str
    model: str
    """Which of the engine's models; empty where it has one."""
    rating: float | None
    low: float | None
    """Ends of the 95 % interval by a bootstrap clustered by rater and text."""
    high: float | None
    naive_low: float | None
    """The same as if every vote were independent."""
    naive_high: float | None
    rank: int | None
    votes: int
    component: int
    """Never compare across components."""


class Record(BaseModel):
    """Votes between two conditions."""

    left: str
    right: str
    left_wins: int
    right_wins: int
    ties: int


class Component(BaseModel):
    """Conditions linked by votes."""

    conditions: list[str]
    votes: int
    identified: bool
    """Whether the order stands on votes alone, not partly on the prior."""


class BoardView(BaseModel):
    """A board and all it stands on."""

    votes: int
    newer_votes: int
    """Votes that came since (in any language); a large board is computed anew at intervals."""
    raters: int
    texts: int
    ties: int
    conditions: list[Standing]
    pairs: list[Record]
    components: list[Component]
    clustered_by: list[str]
    draws: int
    converged: bool
    method: str
    votes_sha256: str
    languages: list[str]
    """Languages that have votes, for the filter."""


@dataclass
class _Kept:
    version: int
    board: BoardView
    seconds: float
    finished: float


class LeaderboardService:
    """Boards by language and engine, each kept until votes have come.

    Args:
        settings: how many bootstrap draws.
        database: where the votes are.
        clock: seconds that never go back.
    """

    def __init__(
        self, settings: Settings, database: Database, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._draws = settings.bootstrap_draws
        self._database = database
        self._clock = clock
        self._log = VoteLog(database)
        self._own_logs: OrderedDict[str, VoteLog] = OrderedDict()
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._busy: set[_Key] = set()
        self._lock = threading.Lock()
        self._computing = threading.Lock()
        self._background = ThreadPoolExecutor(1, thread_name_prefix="leaderboard")

    def board(
        self, language: str | None = None, engine: str | None = None, owner: str | None = None
    ) -> BoardView:
        """The board over all votes, or over some. Blocks while it computes: call it in a thread.

        With few votes it is always of this moment. With many, the last board is given while a new
        one is computed, and says by ``newer_votes`` how far it is behind.

        Args:
            language: only votes on texts in it.
            engine: only votes in which one of this engine's conditions took part. Those it met are
                on the board as well, rated by these votes alone.
            owner: only votes on this person's takes.
        """
        key = (language, engine, owner)
        version = self._log_of(owner).version()
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or (kept.version != version and kept.version <= _AT_ONCE):
            with self._computing:  # whoever waited here finds the board of the one before
                with self._lock:
                    kept = self._kept.get(key)
                if kept is None or kept.version != version:
                    kept = self._compute(key)
        elif kept.version != version:
            self._refresh(key, kept)
        behind = max(0, version - kept.version)
        return kept.board.model_copy(update={"newer_votes": behind}) if behind else kept.board

    def estimate(self, language: str | None = None) -> dict[str, float]:
        """Ratings without intervals, in points, from the kept counts: milliseconds at any size."""
        from studio.statistics import point

        query = select(Tally.left, Tally.right, Tally.left_wins, Tally.right_wins, Tally.ties)
        if language is not None:
            query = query.where(Tally.language == language)
        with self._database.read() as session:
            rows = session.execute(query).all()
        names = sorted({name for row in rows for name in row[:2]})
        place = {name: index for index, name in enumerate(names)}
        wins = np.zeros((len(names), len(names)))
        ties = np.zeros_like(wins)
        for left, right, left_wins, right_wins, tied in rows:
            i, j = place[left], place[right]
            wins[i, j] += left_wins
            wins[j, i] += right_wins
            ties[i, j] += tied
            ties[j, i] += tied
        if not names:
            return {}
        return dict(zip(names, point(wins, ties).ratings.tolist(), strict=True))

    def close(self) -> None:
        """End the background thread."""
        self._background.shutdown(wait=True, cancel_futures=True)

    def _refresh(self, key: _Key, kept: _Kept) -> None:
        with self._lock:
            rested = self._clock() - kept.finished >= _REST * kept.seconds
            if key in self._busy or not rested:
                return
            self._busy.add(key)

        def work() -> None:
            try:
                with self._computing:
                    self._compute(key)
            finally:
                with self._lock:
                    self._busy.discard(key)

        self._background.submit(work)

    def _compute(self, key: _Key) -> _Kept:
        began = self._clock()
        version, view = self._view(*key)
        finished = self._clock()
        kept = _Kept(version, view, finished - began, finished)
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > _BOARDS:
                self._kept.popitem(last=False)
        return kept

    def _log_of(self, owner: str | None) -> VoteLog:
        if owner is None:
            return self._log
        with self._lock:
            if owner not in self._own_logs:
                self._own_logs[owner] = VoteLog(self._database, owner)
            self._own_logs.move_to_end(owner)
            while len(self._own_logs) > _LOGS:
                self._own_logs.popitem(last=False)
            return self._own_logs[owner]

    def _view(
        self, language: str | None, engine: str | None, owner: str | None
    ) -> tuple[int, BoardView]:
        from studio.statistics import board

        log = self._log_of(owner)
        version, votes = log.votes(language, engine)
        found = board(votes, draws=self._draws)
        return version, BoardView(
            votes=found.votes,
            newer_votes=0,
            raters=found.raters,
            texts=found.texts,
            ties=sum(record.ties for record in found.records),
            conditions=[
                Standing(
                    condition=s.condition,
                    engine=split(s.condition)[0],
                    title=title(split(s.condition)[0]),
                    preset=split(s.condition)[1],
                    model=split(s.condition)[2],
                    rating=s.rating,
                    low=s.low,
                    high=s.high,
                    naive_low=s.naive_low,
                    naive_high=s.naive_high,
                    rank=s.rank,
                    votes=s.votes,
                    component=s.component,
                )
                for s in found.standings
            ],
            pairs=[
                Record(
                    left=r.first, right=r.second, left_wins=r.wins, right_wins=r.losses, ties=r.ties
                )
                for r in found.records
            ],
            components=[
                Component(conditions=list(c.conditions), votes=c.votes, identified=c.identified)
                for c in found.components
            ],
            clustered_by=list(found.clustered_by),
            draws=found.draws,
            converged=found.converged,
            method=found.method,
            votes_sha256=found.votes_sha256,
            languages=log.languages(),
        )
