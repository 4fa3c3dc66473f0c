"""Answers from simulated listeners with known leanings, seeded, as a planned design would have them."""

import numpy as np

from studio.statistics.planning import SPREAD, Design


def _allotted(design: Design, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rater and text of every trial: texts as equally often as can be, in random order."""
    total = design.raters * design.trials
    rater = np.repeat(np.arange(design.raters), design.trials)
    rounds = -(-total // design.texts)
    text = np.concatenate([rng.permutation(design.texts) for _ in range(rounds)])[:total]
    return rater, text


def choices(design: Design, difference: float, seed: int) -> tuple[np.ndarray, ...]:
    """Answers to one pair of an AB study: value (1, 0.5, 0), rater, text.

    Raters' and texts' leanings are uniform, so that shares stay inside [0, 1]; near its ends ties
    give way, so that the mean stays what it is.
    """
    rng = np.random.default_rng(seed)
    rater, text = _allotted(design, rng)
    shown = rng.random(len(rater)) < 1 / design.pairs
    rater, text = rater[shown], text[shown]
    ties = 0.0 if design.protocol == "abx" else design.ties
    square = (1 - ties) / 4 - difference**2
    by_rater = rng.uniform(-1, 1, design.raters) * np.sqrt(3 * design.rater * square)
    by_text = rng.uniform(-1, 1, design.texts) * np.sqrt(3 * design.text * square)
    mean = np.clip(0.5 + difference + by_rater[rater] + by_text[text], 0, 1)
    ties = np.minimum(ties, 2 * np.minimum(mean, 1 - mean))
    won = mean - ties / 2
    drawn = rng.random(len(rater))
    value = np.where(drawn < won, 1.0, np.where(drawn < won + ties, 0.5, 0.0))
    return value, rater, text


def comparisons(design: Design, difference: float, seed: int) -> tuple[np.ndarray, ...]:
    """Answers to one pair of a CCR study: score, rater, text."""
    rng = np.random.default_rng(seed)
    rater, text = _allotted(design, rng)
    shown = rng.random(len(rater)) < 1 / design.pairs
    rater, text = rater[shown], text[shown]
    spread = design.spread or SPREAD["ccr"]
    by_rater = rng.normal(0, spread * np.sqrt(design.rater), design.raters)
    by_text = rng.normal(0, spread * np.sqrt(design.text), design.texts)
    own = spread * np.sqrt(1 - design.rater - design.text)
    value = difference + by_rater[rater] + by_text[text] + rng.normal(0, own, len(rater))
    return value, rater, text


def ratings(
    design: Design, difference: float, seed: int, *, severity: float = 0.7, difficulty: float = 0.5
) -> tuple[np.ndarray, ...]:
    """Answers of an ACR, SMOS or MUSHRA study: value, condition, rater, text.

    Condition 1 is `difference` above all others. severity, difficulty: standard deviations of what
    raters and texts give to every condition alike, in units of the spread.
    """
    rng = np.random.default_rng(seed)
    rater, text = _allotted(design, rng)
    k = design.conditions
    if design.protocol == "mushra":
        rater, text = np.repeat(rater, k), np.repeat(text, k)
        condition = np.tile(np.arange(k), len(rater) // k)
    else:
        condition = rng.integers(0, k, len(rater))
    spread = design.spread or SPREAD[design.protocol]
    leaning = [
        rng.normal(0, spread * np.sqrt(part), (size, k))
        for part, size in ((design.rater, design.raters), (design.text, design.texts))
    ]
    value = (
        difference * (condition == 1) + leaning[0][rater, condition] + leaning[1][text, condition]
    )
    value = value + spread * severity * rng.normal(size=design.raters)[rater]
    value = value + spread * difficulty * rng.normal(size=design.texts)[text]
    own = spread * np.sqrt(1 - design.rater - design.text)
    return value + rng.normal(0, own, len(value)), condition, rater, text
