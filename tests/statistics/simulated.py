"""Votes from a known process, seeded: Davidson's model with rater and text effects."""

import numpy as np

from studio.statistics import Votes


def votes(
    seed: int,
    number: int,
    strengths: np.ndarray,
    *,
    nu: float = 0.7,
    raters: int = 20,
    texts: int = 15,
    rater_effect: float = 0.0,
    text_effect: float = 0.0,
) -> Votes:
    """Votes on uniform pairs. Effects are standard deviations of log strength, a condition each."""
    rng = np.random.default_rng(seed)
    k = len(strengths)
    left = rng.integers(0, k, number)
    right = (left + rng.integers(1, k, number)) % k
    rater, text = rng.integers(0, raters, number), rng.integers(0, texts, number)
    by_rater = rng.normal(0, rater_effect, (raters, k))
    by_text = rng.normal(0, text_effect, (texts, k))
    worth = [
        np.exp(strengths[side] + by_rater[rater, side] + by_text[text, side])
        for side in (left, right)
    ]
    total = worth[0] + worth[1] + nu * np.sqrt(worth[0] * worth[1])
    drawn = rng.random(number) * total
    outcome = np.where(drawn < worth[0], 1, np.where(drawn < worth[0] + worth[1], -1, 0))
    return Votes(left, right, outcome, rater, text, tuple(f"condition {i}" for i in range(k)))


def counts(given: Votes) -> tuple[np.ndarray, np.ndarray]:
    """Wins and ties, (k, k) each, counted one vote at a time."""
    k = len(given.conditions)
    wins, ties = np.zeros((k, k)), np.zeros((k, k))
    for left, right, outcome in zip(given.left, given.right, given.outcome, strict=True):
        if outcome == 0:
            ties[left, right] += 1
            ties[right, left] += 1
        else:
            won, lost = (left, right) if outcome == 1 else (right, left)
            wins[won, lost] += 1
    return wins, ties
