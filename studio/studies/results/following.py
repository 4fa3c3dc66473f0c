"""Whether what the plan's rules rest on follows from what is chained: right answers, repeats.

Both are kept beside an answer and not in its hash. They decide who is left out, so they must not be
free to choose.
"""

from collections.abc import Mapping
from typing import Any

from studio.studies.chain import digest
from studio.studies.dataset import Answered, Dataset
from studio.takes.key import text_sha256


def astray(data: Dataset) -> tuple[str, int] | None:
    """The first answer whose ``check`` or ``repeat`` does not follow, and which of them."""
    known = {one.trial: one for one in data.answers}
    through = {one.id for one in data.raters if one.finished}
    for one in data.answers:
        if not check_fits(one):
            return "check", one.sequence
        if not repeat_fits(one, known, through=one.rater in through):
            return "repeat", one.sequence
    return None


def words_fit(data: Dataset) -> bool:
    """Whether the texts are those whose hashes stand in the plan's document."""
    hashes = {one["position"]: one["sha256"] for one in data.plan_document["texts"]}
    return hashes == {position: text_sha256(words) for position, words in data.texts.items()}


def check_fits(one: Answered) -> bool:
    """Whether the right answer of a screen follows from what was heard on it."""
    if not one.check:
        return one.kind != "attention"
    if len(one.check) != 1:
        return False
    ((rule, wanted),) = one.check.items()
    roles = {slot.name: slot.role for slot in one.slots}
    x = next((slot for slot in one.slots if slot.name == "x"), None)
    if rule == "choice" and x is not None and x.role != "reference":  # ABX
        equal = one.slot(wanted) if wanted in roles else None
        return equal is not None and (equal.role, equal.source) == (x.role, x.source)
    if rule == "choice":
        other = {"a": "b", "b": "a"}.get(wanted, "")
        return roles.get(wanted) != "anchor" and roles.get(other) == "anchor"
    if rule in ("score_sign", "below_others"):
        spoilt = wanted if rule == "below_others" else "b" if wanted < 0 else "a"
        return roles.get(spoilt) == "anchor"
    role = "anchor" if rule == "score_at_most" else "reference"
    return any(slot.role == role for slot in one.slots if slot.name != "x")


def repeat_fits(one: Answered, known: Mapping[str, Answered], *, through: bool) -> bool:
    """Whether a repeat, and nothing else, repeats a screen of the same rater with the same sounds.

    Args:
        one: an answer.
        known: all answers by trial.
        through: whether its rater answered all screens; who did not may have left out the first.
    """
    if one.kind != "repeat":
        return one.repeat_of is None
    first = known.get(one.repeat_of or "")
    if first is None:
        return one.repeat_of is not None and not through
    return (
        first.kind == "main"
        and (first.rater, first.text) == (one.rater, one.text)
        and _heard(first) == _heard(one)
    )


def _heard(one: Answered) -> list[Any]:
    return sorted(digest({"role": slot.role, "source": slot.source}) for slot in one.slots)
