"""Time to refit the leaderboard over a million votes.

Goals: 1,000,000 votes on 50 conditions with 1000 draws clustered by rater and text in under 5 s on
two cores; the point estimate from kept counts in under 50 ms. The votes are drawn from Davidson's
model with rater and text effects, seeded: 1000 raters and 200 texts, and once more with
20,000 raters and 2000 texts, where hardly any rater hears a text twice.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from studio.statistics import DRAWS, Votes, board, point

VOTES = 1_000_000
CONDITIONS = 50
BOARD_GOAL_SECONDS = 5.0
POINT_GOAL_SECONDS = 0.050


def run() -> dict[str, dict[str, object]]:
    """Seconds of each refit, the median of three."""
    dense, sparse = _votes(raters=1000, texts=200), _votes(raters=20_000, texts=2000)
    wins, ties = _counts(dense)
    whole, whole_cpu = _median_seconds(lambda: board(dense))
    wide, wide_cpu = _median_seconds(lambda: board(sparse))
    alone, _ = _median_seconds(lambda: point(wins, ties))
    return {
        "refit, 1000 raters on 200 texts": _figure(whole, BOARD_GOAL_SECONDS),
        "refit, 1000 raters on 200 texts, CPU time": {"value": whole_cpu, "unit": "s"},
        "refit, 20,000 raters on 2000 texts": _figure(wide, BOARD_GOAL_SECONDS),
        "refit, 20,000 raters on 2000 texts, CPU time": {"value": wide_cpu, "unit": "s"},
        "point estimate from kept counts": _figure(alone, POINT_GOAL_SECONDS),
    }


def _figure(seconds: float, goal: float) -> dict[str, object]:
    how = f"{VOTES:,} votes, {CONDITIONS} conditions, {DRAWS} draws by rater and text; median of 3"
    return {
        "value": seconds,
        "unit": "s",
        "goal": f"< {goal}",
        "met": seconds < goal,
        "how": how,
    }


def _median_seconds(work: Callable[[], object]) -> tuple[float, float]:
    """By the wall clock and of CPU time, which a busy machine inflates less."""
    wall, cpu = [], []
    for _ in range(3):
        began, spent = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - spent)
    return statistics.median(wall), statistics.median(cpu)


def _votes(raters: int, texts: int, seed: int = 2) -> Votes:
    """Votes from Davidson's model, log strengths, rater and text effects all normal."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(0, 0.5, CONDITIONS)
    by_rater = rng.normal(0, 0.3, (raters, CONDITIONS))
    by_text = rng.normal(0, 0.3, (texts, CONDITIONS))
    left = rng.integers(0, CONDITIONS, VOTES, dtype=np.int32)
    right = (left + rng.integers(1, CONDITIONS, VOTES, dtype=np.int32)) % CONDITIONS
    rater = rng.integers(0, raters, VOTES, dtype=np.int32)
    item = rng.integers(0, texts, VOTES, dtype=np.int32)
    worth = [
        np.exp((strength[side] + by_rater[rater, side] + by_text[item, side]) / 2)
        for side in (left, right)
    ]
    up, down = worth[0] / worth[1], worth[1] / worth[0]
    draw = rng.random(VOTES) * (up + down + 0.7)
    outcome = np.where(draw < up, 1, np.where(draw < up + down, -1, 0)).astype(np.int8)
    names = tuple(f"condition {index:02d}" for index in range(CONDITIONS))
    return Votes(left, right, outcome, rater, item, names)


def _counts(votes: Votes) -> tuple[np.ndarray, np.ndarray]:
    wins, ties = np.zeros((CONDITIONS, CONDITIONS)), np.zeros((CONDITIONS, CONDITIONS))
    for outcome, table, ends in (
        (1, wins, (votes.left, votes.right)),
        (-1, wins, (votes.right, votes.left)),
        (0, ties, (votes.left, votes.right)),
        (0, ties, (votes.right, votes.left)),
    ):
        at = votes.outcome == outcome
        np.add.at(table, (ends[0][at], ends[1][at]), 1)
    return wins, ties
