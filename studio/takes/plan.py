"""What an engine will honour, approximate, ignore or refuse of an order: facts in, plan out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from studio.engines.card import Card, Instructing
from studio.engines.contract import Asked
from studio.engines.instruction import all_of
from studio.locales import FALLBACK, LanguageName, Note, catalogue, note
from studio.problems import BadInput
from studio.takes.casting import cast, chosen_preset
from studio.takes.estimate import render_seconds
from studio.takes.facts import EngineFacts, Refusal
from studio.takes.option_fault import option_fault
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.parts import divided
from studio.takes.prices import estimate
from studio.takes.refusals import cannot_clone, language_aspect, language_fault, refusal_of
from studio.takes.retries import plan_retries
from studio.takes.speakers import Match, VoiceFacts
from studio.takes.views import Aspect, Aspects, TakePlan


def plan_take(
    order: ComparisonOrder,
    wanted: EngineOrder,
    facts: EngineFacts,
    voice: VoiceFacts | None,
    closest: Sequence[Match] | None = None,
) -> TakePlan:
    """Plan one engine's take.

    Args:
        order: as :meth:`ComparisonOrder.cleaned` leaves it.
        wanted: this engine's part of the order.
        facts: about the engine.
        voice: the reference clip's voice, where one was ordered.
        closest: the engine's presets by likeness to the clip, where that is known already.

    Raises:
        BadInput: a preset or option the engine does not have; that spoils the whole order.
    """
    card = facts.card
    chosen = chosen_preset(wanted, facts)
    options = checked_options(wanted.options, facts)
    who = cast(order.language, chosen, options, facts, voice, closest)
    preset = who.preset
    asked = Asked(
        text=order.spoken,
        language=order.language,
        speaker="preset" if who.speaker == "closest" else who.speaker,
        preset=preset.id if preset else "",
        instruction=order.instruction,
        options=options,
        transcript=bool(who.speaker == "clone" and voice and voice.transcript.strip()),
        sets=facts.sets,
    )
    instruction, instruction_aspect, overlay = _instruction(asked, facts)
    own = [name for name in overlay if name in wanted.options and overlay[name] != options[name]]
    if own:
        overlay = {name: value for name, value in overlay.items() if name not in own}
        instruction_aspect = _outvoted(instruction_aspect, facts, own, left=bool(overlay))
    if overlay:
        options = checked_options({**options, **overlay}, facts)
        asked = replace(asked, options=options)
    settled = card.sets_serve == "each" and (preset or who.speaker != "closest")
    checkpoints = facts.checkpoints(asked) if settled else ()
    fault = language_fault(order.language, facts, chosen, who)
    refusal = refusal_of(facts, asked, checkpoints, voice)
    warnings = who.warnings
    if refusal is None and not wanted.insist:
        refusal = cannot_clone(who, card) or _unsupported(fault)
    elif fault is not None and refusal is None:
        language = LanguageName(order.language)
        warnings += (note("take.warning.unsupported_language", language=language),)
    parts = divided(order.spoken, order.language, card, who.speaker)
    cost = estimate(facts.price, order.spoken, options)
    return TakePlan(
        engine=card.name,
        title=card.title,
        preset=preset.id if preset else "",
        preset_title=preset.title if preset else "",
        speaker=who.speaker,
        text=order.spoken,
        language=order.language,
        instruction=instruction,
        options=options,
        seed=wanted.seed or 0,
        voice=voice.id if voice and who.speaker in ("clone", "closest") else None,
        aspects=Aspects(
            reference=who.reference,
            instruction=instruction_aspect,
            language=language_aspect(fault, certain=card.languages_certain),
        ),
        warnings=warnings,
        refusal=refusal.reason if refusal else None,
        insistable=refusal.insistable if refusal else False,
        by_input=refusal.by_input if refusal else False,
        estimate_seconds=render_seconds(order.spoken, facts.recent_rtf),
        cost=cost,
        retries=plan_retries(order, wanted, facts, cost),
        attribution=card.licence.attribution,
        checkpoints=tuple(checkpoints),
        parts=len(parts),
        part_texts=tuple(part.text for part in parts) if len(parts) > 1 else (),
        model=_model(card, options, checkpoints),
    )


def _model(card: Card, options: dict[str, Any], checkpoints: Sequence[str]) -> str:
    """Which of an engine's models will speak, by the names of its weight sets where it has some."""
    if not card.model_option:
        return ""
    return checkpoints[0] if checkpoints else str(options[card.model_option])


def checked_options(given: dict[str, Any], facts: EngineFacts) -> dict[str, Any]:
    """All options of the engine, defaults filled in, as JSON can hold them.

    Raises:
        BadInput: ``unknown_option``, ``bad_option``.
    """
    known = facts.options.model_fields
    for name in given:
        if name not in known:
            raise BadInput(
                "unknown_option",
                engine=facts.card.title,
                option=name[:40],
                known=", ".join(known) or "–",
            )
    try:
        return facts.options.model_validate(given).model_dump(mode="json")
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        option = ".".join(str(part) for part in first["loc"])[:80]
        raise BadInput(
            "bad_option",
            engine=facts.card.title,
            option=option,
            detail=option_fault(first),  # type: ignore[arg-type]
        ) from None


def _instruction(asked: Asked, facts: EngineFacts) -> tuple[str, Aspect, dict[str, Any]]:
    """What the engine gets of the instruction, what became of it, options that carry it out."""
    card = facts.card
    if not asked.instruction:
        return "", Aspect(status="not_asked", note=note("take.instruction.not_asked")), {}
    if card.instruction is not Instructing.NONE:
        reading = facts.interpret(asked)
        if reading is not None:
            aspect = Aspect(status=reading.status, note=reading.note)
            return asked.instruction if reading.passes else "", aspect, dict(reading.options)
    if card.instruction is Instructing.NATIVE:
        aspect = Aspect(status="honoured", note=note("take.instruction.native"))
        return asked.instruction, aspect, {}
    if card.instruction is Instructing.EXPERIMENTAL:
        aspect = Aspect(status="approximated", note=note("take.instruction.experimental"))
        return asked.instruction, aspect, {}
    if card.instruction is Instructing.MAPPED:
        reason = note("take.instruction.not_understood", engine=card.title)
    else:
        reason = note("take.instruction.cannot", engine=card.title)
    return "", Aspect(status="ignored", note=reason), {}


def _outvoted(aspect: Aspect, facts: EngineFacts, settings: list[str], *, left: bool) -> Aspect:
    """An instruction that would turn settings which the person set: theirs stand."""
    labels = [_label(facts, name) for name in settings]
    return Aspect(
        status=aspect.status if left else "ignored",
        note=note("take.instruction.outvoted", reading=aspect.note, settings=all_of(labels)),
    )


def _label(facts: EngineFacts, option: str) -> Note:
    """An option as the page calls it; a plugin's by its own title."""
    code = f"ui.option.{facts.card.name.partition('-')[0]}.{option}"
    if code in catalogue(FALLBACK):
        return Note(code)
    return Note(facts.options.model_fields[option].title or option)


def _unsupported(fault: Note | None) -> Refusal | None:
    """A language spoken wrongly."""
    if fault is None:
        return None
    return Refusal(note("error.language_unsupported", reason=fault), insistable=True)
