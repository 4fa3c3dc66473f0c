"""ABX: whether the difference between two conditions is heard at all, pair by pair."""

from typing import Any

import numpy as np

from studio.statistics.abx import Discrimination, discrimination
from studio.statistics.holm import holm
from studio.studies.checks import passed
from studio.studies.dataset import Answered
from studio.studies.results.counted import Ints, Ratings
from studio.studies.results.figures import interval, number


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


def heard(answers: tuple[Answered, ...]) -> dict[tuple[int, int], Discrimination]:
    """How often X was found, for each pair."""
    found: dict[tuple[int, int], list[tuple[bool, str, int]]] = {}
    for one in answers:
        a, b = one.slot("a").condition, one.slot("b").condition
        right = passed(one.check, one.answer)
        if a is not None and b is not None and a != b and right is not None:
            found.setdefault((min(a, b), max(a, b)), []).append((right, one.rater, one.text))
    told = {}
    for pair in sorted(found):
        names = sorted({row[1] for row in found[pair]})
        judged = discrimination(
            np.array([row[0] for row in found[pair]], dtype=np.bool_),
            np.array([names.index(row[1]) for row in found[pair]], dtype=np.int64),
            np.array([row[2] for row in found[pair]], dtype=np.int64),
        )
        if judged is not None:
            told[pair] = judged
    return told


def table(found: dict[tuple[int, int], Discrimination]) -> list[dict[str, Any]]:
    """The pairs as rows of the result, with tests corrected by Holm."""
    corrected = holm([one.p for one in found.values()])
    return [
        {
            "first": pair[0],
            "second": pair[1],
            "trials": one.trials,
            "raters": one.estimate.raters,
            "correct": one.correct,
            **interval(one.estimate),
            "p": number(one.p),
            "p_holm": number(float(p)),
            "d_prime": number(one.d_prime),
            "d_prime_low": number(one.d_prime_low),
            "d_prime_high": number(one.d_prime_high),
        }
        for (pair, one), p in zip(found.items(), corrected, strict=True)
    ]
