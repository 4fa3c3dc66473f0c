"""Whether a study that may stop at any time has enough: a rule over its confidence sequences."""

from collections.abc import Mapping
from typing import Any, Literal

from numpy.typing import NDArray

from studio.statistics.confidence_sequence import verdict as of_pair
from studio.studies.plan import StudyPlan
from studio.studies.protocols import Protocol

Pair = tuple[int, int]


def enough(
    shares: Mapping[Pair, NDArray[Any]], plan: StudyPlan, protocol: Protocol
) -> Literal["enough", "futile"] | None:
    """Judge the pairs of a study together.

    ``enough``: one condition is preferred to every other, or every pair is decided. ``futile``: all
    pairs are alike, nearer to one half than the smallest difference that matters. The plan's level
    is shared among the pairs (Bonferroni), so that it holds for the study as a whole.

    Args:
        shares: of each pair of conditions, for each rater who is through, the mean of their answers
            in [0, 1]: 1 where the first was preferred; ABX: 1 where X was found.
        plan: level, and the difference that matters.
        protocol: of the study.
    """
    if not shares:
        return None
    level = 1 - plan.stopping.level / len(shares)
    span = protocol.high - protocol.low if protocol.answer == "score" else 1
    difference = min(plan.difference / span, 0.5)
    found = {pair: of_pair(values, difference, level) for pair, values in shares.items()}
    if all(one == "alike" for one in found.values()):
        return "futile"
    if "open" not in found.values():
        return "enough"
    if protocol.reference == "equal":  # whether a difference is heard has no winner
        return None
    conditions = {one for pair in shares for one in pair}
    beaten = {pair[1] if one == "first" else pair[0] for pair, one in found.items() if one in _WON}
    for best in conditions - beaten:
        wins = sum(
            (pair[0] == best and one == "first") or (pair[1] == best and one == "second")
            for pair, one in found.items()
        )
        if wins == len(conditions) - 1:
            return "enough"
    return None


_WON = ("first", "second")
