"""What hinders a draft from being opened, and what speaks against it: every reason at once."""

from collections.abc import Sequence

from studio.locales import Note, note
from studio.studies.owner.rows import Whole
from studio.studies.owner.views import ItemView, ReadyView, RenderingView
from studio.studies.plan import StudyPlan
from studio.studies.protocols import MUSHRA_MOST, MUSHRA_SECONDS, Protocol, protocol

FEWEST_CONDITIONS = 2
_FEW_TEXTS = 5
_ANYTIME = ("ab", "axy")
"""A confidence sequence compares two by votes."""


def readiness(
    all_: Whole, items: Sequence[ItemView], out: frozenset[int], *, held: bool
) -> ReadyView:
    """Everything that hinders opening a draft.

    Args:
        all_: the draft.
        items: every text with every condition.
        out: positions of texts that a bad take took out.
        held: whether its recordings are where they should be.
    """
    plan = StudyPlan.model_validate(all_.study.plan)
    kind = protocol(all_.study.protocol)
    left = [item for item in items if item.text not in out]
    texts = [one.position for one in all_.texts if one.position not in out]
    reasons = [
        *_lists(all_, texts, plan, kind),
        *_takes(left, plan),
        *_references(all_, texts, plan, kind),
        *_instruction(all_),
    ]
    if not held:
        reasons.append(note("study.reason.recording_lost"))
    if kind.name == "mushra":
        reasons += _mushra(all_, left, texts, plan)
    if plan.stopping.rule == "anytime" and kind.name not in _ANYTIME:
        reasons.append(note("study.reason.anytime_needs_pairs"))
    return ReadyView(reasons=tuple(reasons), warnings=tuple(_warnings(all_, left, texts, plan)))


def screens(kind: Protocol, conditions: int, texts: int) -> int:
    """How many different screens one rater can see: nobody hears the same one twice unmarked."""
    if kind.takes == 0:
        return texts
    return texts * (conditions if kind.takes == 1 else conditions * (conditions - 1) // 2)


def _lists(all_: Whole, texts: list[int], plan: StudyPlan, kind: Protocol) -> list[Note]:
    found = []
    conditions = len(all_.conditions)
    if conditions < FEWEST_CONDITIONS:
        found.append(note("study.reason.conditions_few", count=conditions, least=FEWEST_CONDITIONS))
    if not all_.texts:
        found.append(note("study.reason.texts_none"))
    elif not texts:
        found.append(note("study.reason.texts_all_out"))
    different = screens(kind, conditions, len(texts))
    if different and plan.trials > different:
        found.append(note("study.reason.screens_few", trials=plan.trials, different=different))
    return found


def _takes(left: list[ItemView], plan: StudyPlan) -> list[Note]:
    rendering = RenderingView.of(tuple(left))
    found = []
    if rendering.missing:
        found.append(note("study.reason.takes_missing", count=rendering.missing))
    if rendering.working:
        found.append(note("study.reason.takes_working", count=rendering.working))
    if rendering.failed:
        found.append(note("study.reason.takes_failed", count=rendering.failed))
    if plan.retries and rendering.measuring:
        found.append(note("study.reason.takes_measuring", count=rendering.measuring))
    unheard = sum(item.state == "done" and item.verdict != "good" for item in left)
    if unheard:
        found.append(note("study.reason.takes_unheard", count=unheard))
    return found


def _references(all_: Whole, texts: list[int], plan: StudyPlan, kind: Protocol) -> list[Note]:
    if kind.name == "mushra":
        said = {reference.text for reference in all_.references}
        lacking = sum(text not in said for text in texts)
        if plan.hidden_reference and lacking:
            return [note("study.reason.hidden_reference_missing", count=lacking)]
        return []
    if kind.reference != "recording":
        return []
    voices = {condition.voice_id for condition in all_.conditions}
    if kind.name == "axy" and len(voices) > 1:
        return [note("study.reason.voices_differ")]
    whose = {reference.voice_id for reference in all_.references}
    single = len(voices) == 1
    lacking = sum(not (voice in whose or (single and whose)) for voice in voices if all_.conditions)
    return [note("study.reason.references_missing", count=lacking)] if lacking else []


def _instruction(all_: Whole) -> list[Note]:
    if all_.study.question != "instruction" or not all_.conditions:
        return []
    said = {condition.instruction for condition in all_.conditions}
    if len(said) == 1 and "" not in said:
        return []
    return [note("study.reason.instructions_differ")]


def _mushra(all_: Whole, left: list[ItemView], texts: list[int], plan: StudyPlan) -> list[Note]:
    found = []
    stimuli = len(all_.conditions) + plan.hidden_reference + plan.low_anchor
    if stimuli > MUSHRA_MOST:
        found.append(note("study.reason.mushra_stimuli", count=stimuli, limit=MUSHRA_MOST))
    long = {item.text for item in left if item.take and (item.take.seconds or 0.0) > MUSHRA_SECONDS}
    long |= {
        reference.text
        for reference in all_.references
        if reference.text in texts and reference.seconds > MUSHRA_SECONDS
    }
    if long:
        found.append(note("study.reason.mushra_long", count=len(long), limit=round(MUSHRA_SECONDS)))
    return found


def _warnings(all_: Whole, left: list[ItemView], texts: list[int], plan: StudyPlan) -> list[Note]:
    found = []
    if texts and len(texts) < _FEW_TEXTS:
        found.append(note("study.warning.texts_few", count=len(texts)))
    faulty = sum(
        item.take is not None and item.take.report is not None and item.take.report.faults > 0
        for item in left
    )
    if faulty:
        found.append(note("study.warning.takes_faulty", count=faulty))
    if plan.repeats == 0 and plan.attention == 0:
        found.append(note("study.warning.no_checks"))
    if plan.retries and all_.conditions:
        found.append(note("study.warning.retries"))
    return [*found, *_unheeded(all_, left)]


def _unheeded(all_: Whole, left: list[ItemView]) -> list[Note]:
    """What a condition asks for and its engine ignores."""
    found = []
    for condition in all_.conditions:
        takes = [item.take for item in left if item.condition == condition.position and item.take]
        if any(take.aspects.instruction.status == "ignored" for take in takes):
            found.append(note("study.warning.instruction_ignored", label=condition.label))
        if any(take.aspects.reference.status == "approximated" for take in takes):
            found.append(note("study.warning.voice_approximated", label=condition.label))
    return found
