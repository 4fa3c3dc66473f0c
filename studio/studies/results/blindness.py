"""What the audit of blindness looks at: every stimulus of a main screen as a row of numbers."""

from typing import Any

from studio.locales import Note, note
from studio.studies.dataset import Dataset
from studio.studies.results.figures import number


def audited(data: Dataset) -> dict[str, Any] | None:
    """Try to name conditions from what was measured on served stimuli; seconds of work.

    Whoever was served counts, those whom a rule leaves out as well: what leaks does so for all.

    Returns:
        The part ``audit`` of the result; None where stimuli were not measured.
    """
    from studio.statistics.audit import NATURAL, Guess, audit

    served = [
        (number_, one.text, slot)
        for number_, one in enumerate(data.of_kind("main"))
        for slot in one.slots
        if slot.role == "item" and slot.name != "x" and slot.nuisance
    ]
    if not served:
        return None
    names = sorted(set.intersection(*(set(slot.nuisance) for _, _, slot in served)))
    columns = {name: [float(slot.nuisance[name]) for _, _, slot in served] for name in names}
    labels = [data.labels[slot.condition or 0] for _, _, slot in served]
    natural = NATURAL - {"bandwidth_hz"} if data.plan.fair_bandwidth else NATURAL
    found = audit(
        columns,
        labels,
        [trial for trial, _, _ in served],
        [text for _, text, _ in served],
        natural=natural,
    )

    def guess(of: Guess | None) -> dict[str, Any] | None:
        if of is None:
            return None
        return {
            "accuracy": number(of.accuracy),
            "low": number(of.low),
            "high": number(of.high),
            "chance": number(of.chance),
            "p": number(of.p),
        }

    place = {label: position for position, label in data.labels.items()}
    return {
        "leaking": found.leaking,
        "preparation": guess(found.preparation),
        "everything": guess(found.everything),
        "stimuli": found.rows,
        "of": len(served),
        "features": [
            {
                "name": one.name,
                "natural": one.natural,
                "p": number(one.p),
                "tells": one.tells,
                "medians": [
                    {"position": place[label], "value": number(value)}
                    for label, value in one.medians.items()
                ],
            }
            for one in found.features
        ],
        "method": found.method,
    }


def leak_note(audit: dict[str, Any] | None) -> Note | None:
    """The sentence for a leak."""
    if audit is None or not audit["leaking"]:
        return None
    names = [one["name"] for one in audit["features"] if one["tells"] and not one["natural"]]
    return note("result.note.leak", features=", ".join(names) or "–")
