"""What answer a screen has where one is known to be right: attention checks, and ABX."""

from collections.abc import Mapping
from typing import Any


def passed(check: Mapping[str, Any] | None, answer: Mapping[str, Any]) -> bool | None:
    """Whether an answer is the right one; ``None`` where no answer is.

    Args:
        check: as drawn with the screen (``preparation["check"]``). One of ``{"choice": "a"}``,
            ``{"score_sign": -1}`` (CCR: on which side of nought), ``{"score_at_most": 2}``,
            ``{"score_at_least": 4}``, ``{"below_others": "3"}`` (MUSHRA: this stimulus below the
            mean of the others).
        answer: in its canonical form (`studio.studies.protocols.answer`).
    """
    if not check:
        return None
    ((rule, wanted),) = check.items()
    if rule == "choice":
        return bool(answer["choice"] == wanted)
    if rule == "score_sign":
        return bool(answer["score"] * wanted > 0)
    if rule == "score_at_most":
        return bool(answer["score"] <= wanted)
    if rule == "score_at_least":
        return bool(answer["score"] >= wanted)
    scores = dict(answer["scores"])
    spoilt = scores.pop(wanted)
    return bool(not scores or spoilt < sum(scores.values()) / len(scores))
