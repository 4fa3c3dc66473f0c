"""How reliable raters are: mirrored repeats, pairs of the same take, checks, one-sided choices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studio.studies.checks import passed
from studio.studies.dataset import Answered, Dataset

SCORE_SLACK = 1
"""Two answers on a scale of categories count as alike when they are neighbours or equal."""
SLIDER_SLACK = 10.0
"""Two MUSHRA screens count as alike when their scores differ by so much on average, or less."""
_MIRRORED = {"a": "b", "b": "a", "tie": "tie"}


@dataclass
class Reliability:
    """One rater's checks.

    Attributes:
        asked, passed: attention checks.
        repeats, alike: mirrored repeats whose first answer is there, and how many were alike.
        contradicted: how many said the opposite; a tie beside a choice does not.
        first, decisive: how often place A was chosen, of how many answers to main screens that
            were no tie (nothing where a protocol has no places).
        seconds: of each main answer.
    """

    asked: int = 0
    passed: int = 0
    repeats: int = 0
    alike: int = 0
    contradicted: int = 0
    first: int = 0
    decisive: int = 0
    seconds: list[float] = field(default_factory=list)


def reliability(data: Dataset) -> dict[str, Reliability]:
    """Every rater who answered anything, by id."""
    found: dict[str, Reliability] = defaultdict(Reliability)
    for one in data.answers:
        rater = found[one.rater]
        if one.kind == "attention":
            right = passed(one.check, one.answer)
            rater.asked += right is not None
            rater.passed += bool(right)
        elif one.kind == "main":
            rater.seconds.append(one.seconds)
            side = first_chosen(one)
            rater.decisive += side is not None
            rater.first += bool(side)
    for first, second in repeats(data.answers):
        rater = found[second.rater]
        rater.repeats += 1
        rater.alike += alike(first, second)
        rater.contradicted += contradicts(first, second)
    return dict(found)


def repeats(answers: Iterable[Answered]) -> list[tuple[Answered, Answered]]:
    """Each mirrored repeat with the screen it mirrors, where both are answered."""
    kept = list(answers)
    by_trial = {one.trial: one for one in kept if one.kind == "main"}
    return [
        (by_trial[one.repeat_of], one)
        for one in kept
        if one.kind == "repeat" and one.repeat_of in by_trial
    ]


def alike(first: Answered, second: Answered) -> bool:
    """Whether a mirrored repeat was answered as before."""
    before, again = first.answer, second.answer
    if "choice" in before:
        return bool(again["choice"] == _MIRRORED[before["choice"]])
    if "score" in before:
        mirrored = before["score"] if len(_stimuli(first)) == 1 else -before["score"]
        return bool(abs(again["score"] - mirrored) <= SCORE_SLACK)
    scores = {_key(second, name): value for name, value in again["scores"].items()}
    gaps = [
        abs(value - scores[_key(first, name)])
        for name, value in before["scores"].items()
        if _key(first, name) in scores
    ]
    return bool(gaps) and sum(gaps) / len(gaps) <= SLIDER_SLACK


def contradicts(first: Answered, second: Answered) -> bool:
    """Whether a mirrored repeat says the opposite; for scores, whether it is not alike.

    Where two takes are close, honest listeners waver between a tie and a choice.
    """
    if "choice" in first.answer and "tie" in (first.answer["choice"], second.answer["choice"]):
        return False
    return not alike(first, second)


def first_chosen(one: Answered) -> bool | None:
    """Whether place A was chosen; ``None`` for a tie, or where there are no two places."""
    answer: Mapping[str, object] = one.answer
    if answer.get("choice") in ("a", "b"):
        return answer["choice"] == "a"
    score = answer.get("score")
    if isinstance(score, int | float) and score != 0 and len(_stimuli(one)) > 1:
        return score < 0  # a CCR score says how B compares with A
    return None


def _stimuli(one: Answered) -> list[str]:
    return [slot.name for slot in one.slots if slot.name != "x"]


def _key(one: Answered, name: str) -> str:
    slot = one.slot(name)
    return f"{slot.role} {slot.source}"
