"""The leaderboard as the page gets it, from 1,000,000 votes that lie in SQLite.

The goals of the statistics (refit < 5 s, point estimate < 50 ms) are held by ``leaderboard``, on
arrays. Here the service reads the votes out of the database first, as after a start; later boards
read only what is new. 50 conditions, 1000 raters, 200 texts, 1000 clustered draws.
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks._figures import Figures, figure
from studio.listening.leaderboard import LeaderboardService
from studio.settings import Settings
from studio.store.database import Database

VOTES = 1_000_000
_MOMENT = "2026-01-01 00:00:00.000000"


def run() -> Figures:
    """Fill a database, then ask the service as the page does."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database = Database(settings)
        database.start()
        fill(Path(folder) / "studio.sqlite3", VOTES)
        service = LeaderboardService(settings, database)
        first = _seconds(lambda: service.board("en"))
        again = statistics.median(_seconds(lambda: service.board("en")) for _ in range(5))
        service.estimate("en")  # imports
        estimate = statistics.median(_seconds(lambda: service.estimate("en")) for _ in range(5))
        service.close()
        database.close()
    return {
        "first board after a start, votes read from SQLite": figure(first, "s"),
        "the same board again": figure(again * 1000, "ms"),
        "point estimate from the kept counts in SQLite": figure(estimate * 1000, "ms", most=50),
    }


def fill(
    path: Path, votes: int, conditions: int = 50, raters: int = 1000, texts: int = 200
) -> None:
    """Write votes and their tallies straight into the file; seeded."""
    rng = np.random.default_rng(7)
    strength = rng.normal(0, 1, conditions)
    left = rng.integers(0, conditions, votes)
    right = (left + rng.integers(1, conditions, votes)) % conditions
    wins = rng.random(votes) < 1 / (1 + np.exp(strength[right] - strength[left]))
    choice = np.where(rng.random(votes) < 0.15, "tie", np.where(wins, "a", "b"))
    who, what = rng.integers(0, raters, votes), rng.integers(0, texts, votes)
    rows = (
        (f"t{n}", c, f"e{a:02}/p", f"e{b:02}/p", f"r{r}", "en", f"{t:064x}", _MOMENT)
        for n, (c, a, b, r, t) in enumerate(
            zip(
                choice.tolist(),
                left.tolist(),
                right.tolist(),
                who.tolist(),
                what.tolist(),
                strict=True,
            )
        )
    )
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.executemany(
            "INSERT INTO votes (trial, choice, condition_a, condition_b, rater, language,"
            " text_sha256, voted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        database.execute(
            "INSERT INTO tallies (language, left, right, left_wins, right_wins, ties)"
            " SELECT language, min(condition_a, condition_b), max(condition_a, condition_b),"
            " sum(choice != 'tie' AND (choice = 'a') = (condition_a < condition_b)),"
            " sum(choice != 'tie' AND (choice = 'a') != (condition_a < condition_b)),"
            " sum(choice = 'tie') FROM votes GROUP BY 1, 2, 3"
        )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
