"""ABX: whether the difference between two conditions is heard at all, pair by pair."""

from typing import Any

import numpy as np

from studio.statistics.clustered import Estimate, share
from studio.statistics.holm import holm
from studio.studies.checks import passed
from studio.studies.dataset import Answered
from studio.studies.results.counted import Floats, Ints, Ratings
from studio.studies.results.figures import interval, number
from studio.studies.results.pairs import p_value


def rows(answers: tuple[Answered, ...]) -> Ratings:
    """Right (1) and wrong (0) as values of both conditions of a pair."""
    found = []
    for screen, one in enumerate(answers):
        right = passed(one.check, one.answer)
        if right is None:
            continue
        found += [
            (slot.condition, float(right), one.rater, one.text, screen)
            for slot in one.slots
            if slot.name != "x" and slot.condition is not None
        ]
    names = sorted({row[2] for row in found})

    def column(place: int) -> Ints:
        return np.array([row[place] for row in found], dtype=np.int64)

    return Ratings(
        position=column(0),
        value=np.array([row[1] for row in found], dtype=np.float64),
        rater=np.array([names.index(row[2]) for row in found], dtype=np.int64),
        text=column(3),
        screen=column(4),
        raters=tuple(names),
    )


def heard(answers: tuple[Answered, ...]) -> list[tuple[tuple[int, int], Estimate, int]]:
    """Each pair with the share of right answers, and how many were right."""
    rows: dict[tuple[int, int], list[tuple[float, str, int]]] = {}
    for one in answers:
        a, b = one.slot("a").condition, one.slot("b").condition
        if a is None or b is None or a == b:
            continue
        right = passed(one.check, one.answer)
        if right is not None:
            rows.setdefault((min(a, b), max(a, b)), []).append((float(right), one.rater, one.text))
    found = []
    for pair in sorted(rows):
        value: Floats = np.array([row[0] for row in rows[pair]])
        names = sorted({row[1] for row in rows[pair]})
        rater: Ints = np.array([names.index(row[1]) for row in rows[pair]], dtype=np.int64)
        text: Ints = np.array([row[2] for row in rows[pair]], dtype=np.int64)
        found.append((pair, share(value, rater, text), int(value.sum())))
    return found


def table(answers: tuple[Answered, ...]) -> list[dict[str, Any]]:
    """The pairs as rows of the result."""
    found = heard(answers)
    corrected = holm([p_value(one, 0.5) for _, one, _ in found])
    return [
        {
            "first": pair[0],
            "second": pair[1],
            "trials": one.answers,
            "raters": one.raters,
            "correct": right,
            **interval(one),
            "p": number(p_value(one, 0.5)),
            "p_holm": number(float(p)),
            "d_prime": number(_d_prime(one.value, one.answers)),
        }
        for (pair, one, right), p in zip(found, corrected, strict=True)
    ]


def _d_prime(share_right: float, trials: int) -> float:
    """Sensitivity from the share right, for a listener who weighs A, B and X by themselves.

    The independent-observation strategy (Macmillan and Creelman 2005, Detection Theory, table
    A5.3): p = Phi(d/sqrt 2) Phi(d/2) + Phi(-d/sqrt 2) Phi(-d/2). A share of 1 is taken as half an
    answer less, one below chance as none.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    wanted = min(share_right, 1 - 0.5 / trials)
    if wanted <= 0.5:  # noqa: PLR2004 (chance)
        return 0.0

    def gap(d: float) -> float:
        return float(ndtr(d / 2**0.5) * ndtr(d / 2) + ndtr(-d / 2**0.5) * ndtr(-d / 2) - wanted)

    return float(brentq(gap, 0.0, 20.0))
