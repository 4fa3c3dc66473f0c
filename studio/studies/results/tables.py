"""A study's trials, ratings, stimuli and plan as flat rows; of a rater only the random id."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from studio.studies.chain import canonical
from studio.studies.checks import passed
from studio.studies.dataset import Answered, Dataset, Slot
from studio.studies.results.counted import item

Row = dict[str, Any]
EXPORTS = ("trials", "ratings", "stimuli", "plan")
_WINNERS = {"a": "left", "b": "right", "tie": "tie"}


def export(data: Dataset, name: str, without: Collection[str]) -> list[Row]:
    """One of `EXPORTS`.

    Args:
        data: the study.
        name: which.
        without: raters whom the plan's rules leave out; their rows say ``counted`` false.

    Raises:
        KeyError: there is no such table.
    """
    tables = {"trials": _trials, "ratings": _ratings, "stimuli": _stimuli}
    if name == "plan":
        return list(_plan(data))
    return list(tables[name](data, frozenset(without)))


def _trials(data: Dataset, without: frozenset[str]) -> Iterator[Row]:
    """One row an answered screen, of every kind."""
    for one in data.answers:
        yield {
            **_screen(one, without),
            "number": one.number,
            "repeat_of": one.repeat_of,
            "slots": " ".join(slot.name for slot in one.slots),
            "heard": " | ".join(_called(data, slot) for slot in one.slots),
            "answer": canonical(one.answer).decode(),
            "right": passed(one.check, one.answer),
            "answered_at": one.answered_at,
            "seconds": round(one.seconds, 1),
            "sha256": one.sha256,
        }


def _ratings(data: Dataset, without: frozenset[str]) -> Iterator[Row]:
    """One row a counted answer, or for scores one row a stimulus that was rated."""
    for one in data.of_kind("main"):
        common = _screen(one, without)
        del common["kind"]
        common["unusable"] = bool(one.answer.get("unusable"))
        if data.protocol.takes == 2:  # noqa: PLR2004 (A and B)
            yield {**common, **_pair(data, one)}
        elif "scores" in one.answer:
            for name, value in one.answer["scores"].items():
                yield {**common, **_rated(data, one.slot(name)), "score": value}
        else:
            heard = next(slot for slot in one.slots if slot.name != "x")
            yield {**common, **_rated(data, heard), "score": one.answer["score"]}


def _pair(data: Dataset, one: Answered) -> Row:
    left, right = one.slot("a"), one.slot("b")
    row: Row = {"left": _called(data, left), "right": _called(data, right)}
    if "score" in one.answer:
        # A CCR score says how B compares with A.
        score = one.answer["score"]
        row["winner"] = "tie" if score == 0 else "right" if score > 0 else "left"
        return {**row, "score": score}
    if data.protocol.reference == "equal":
        x = one.slot("x").condition
        truth = "left" if x == left.condition else "right"
        return {
            **row,
            "x": truth,
            "said": _WINNERS[one.answer["choice"]],
            "right_answer": passed(one.check, one.answer),
        }
    return {**row, "winner": _WINNERS[one.answer["choice"]]}


def _rated(data: Dataset, slot: Slot) -> Row:
    return {"slot": slot.name, "role": _role(slot), "condition": _called(data, slot)}


def _stimuli(data: Dataset, without: frozenset[str]) -> Iterator[Row]:
    """One row a stimulus of an answered screen, with what was measured on it."""
    names = sorted({name for one in data.answers for slot in one.slots for name in slot.nuisance})
    for one in data.answers:
        for slot in one.slots:
            yield {
                **_screen(one, without),
                "slot": slot.name,
                "role": _role(slot),
                "condition": _called(data, slot),
                "take": _take(data, slot),
                **{name: slot.nuisance.get(name) for name in names},
            }


def _plan(data: Dataset) -> Iterator[Row]:
    """The plan and the answer key as names and values."""
    documents: dict[str, Any] = {
        "title": data.title,
        **data.plan_document,
        "key": data.key_document,
        "words": {item(text): words for text, words in data.texts.items()},
        "state": data.state,
        "closed_because": data.closed_because,
        "seal": data.seal,
    }
    for name, value in _flat(documents):
        yield {"name": name, "value": "" if value is None else str(value)}


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{name}.{place}")
    else:
        yield name, value


def _screen(one: Answered, without: frozenset[str]) -> Row:
    return {
        "sequence": one.sequence,
        "trial": one.trial,
        "rater": one.rater,
        "item": item(one.text),
        "kind": one.kind,
        "counted": one.kind == "main" and one.rater not in without,
    }


def _called(data: Dataset, slot: Slot) -> str:
    """A condition's label; what a slot was instead, in brackets."""
    if slot.condition is None:
        return f"({slot.role})"
    return data.labels[slot.condition]


def _role(slot: Slot) -> str:
    return "condition" if slot.role == "item" else slot.role


def _take(data: Dataset, slot: Slot) -> str | None:
    return data.takes.get((slot.source[0], slot.source[1])) if slot.role == "item" else None
