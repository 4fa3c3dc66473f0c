"""What the audit of blindness looks at: every stimulus of a main screen as a row of numbers."""

from typing import Any

from studio.locales import Note, note
from studio.statistics.audit import NATURAL, Guess, audit
from studio.studies.dataset import Dataset
from studio.studies.results.figures import number


def table_of(data: Dataset) -> dict[str, Any] | None:
    """Served stimuli as columns of plain JSON; None where none was measured.

    Whoever was served counts, those whom a rule leaves out as well: what leaks does so for all.
    """
    served = [
        (trial, one.text, slot)
        for trial, one in enumerate(data.of_kind("main"))
        for slot in one.slots
        if slot.role == "item" and slot.name != "x" and slot.nuisance
    ]
    if not served:
        return None
    names = sorted(set.intersection(*(set(slot.nuisance) for _, _, slot in served)))
    natural = NATURAL - {"bandwidth_hz"} if data.plan.fair_bandwidth else NATURAL
    return {
        "features": {name: [float(slot.nuisance[name]) for _, _, slot in served] for name in names},
        "condition": [f"{slot.condition or 0:03d}" for _, _, slot in served],
        "trial": [trial for trial, _, _ in served],
        "text": [text for _, text, _ in served],
        "natural": sorted(natural),
    }


def examined(table: dict[str, Any]) -> dict[str, Any]:
    """Try to name conditions from a table of stimuli; seconds of work.

    Returns:
        The part ``audit`` of the result.
    """
    found = audit(
        table["features"],
        table["condition"],
        table["trial"],
        table["text"],
        natural=table["natural"],
    )
    return {
        "leaking": found.leaking,
        "preparation": _guess(found.preparation),
        "everything": _guess(found.everything),
        "stimuli": found.rows,
        "of": len(table["condition"]),
        "features": [
            {
                "name": one.name,
                "natural": one.natural,
                "p": number(one.p),
                "tells": one.tells,
                "medians": [
                    {"position": int(label), "value": number(value)}
                    for label, value in one.medians.items()
                ],
            }
            for one in found.features
        ],
        "method": found.method,
    }


def _guess(of: Guess | None) -> dict[str, Any] | None:
    if of is None:
        return None
    return {
        "accuracy": number(of.accuracy),
        "low": number(of.low),
        "high": number(of.high),
        "chance": number(of.chance),
        "p": number(of.p),
    }


def leak_note(audit: dict[str, Any] | None) -> Note | None:
    """The sentence for a leak."""
    if audit is None or not audit["leaking"]:
        return None
    return note("result.note.leak")
