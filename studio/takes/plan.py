"""What an engine will honour, approximate, ignore or refuse of an order: facts in, plan out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from studio.engines.card import Card, Instructing
from studio.engines.contract import Asked, Interpretation, Preset
from studio.locales import LanguageName, Note, note
from studio.problems import BadInput
from studio.takes.estimate import render_seconds
from studio.takes.option_fault import option_fault
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.speakers import Match, VoiceFacts
from studio.takes.views import Aspect, Aspects, TakePlan


@dataclass(frozen=True)
class EngineFacts:
    """What planning must know of an engine."""

    card: Card
    options: type[BaseModel]
    presets: Sequence[Preset]
    interpret: Callable[[Asked], Interpretation | None]
    trouble: Note | None = None
    """Why it cannot serve now (weights or libraries missing)."""
    recent_rtf: Sequence[float] = field(default=())


@dataclass(frozen=True)
class Refusal:
    """Why an engine will not render an order."""

    reason: Note
    insistable: bool = False
    by_input: bool = True


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
    chosen = _chosen_preset(wanted, facts)
    options = checked_options(wanted, facts)
    speaker, preset, reference = _speaker(order, chosen, facts, voice, closest)
    asked = Asked(
        text=order.text,
        language=order.language,
        speaker="clone" if speaker == "clone" else "preset",
        preset=preset.id if preset else "",
        instruction=order.instruction,
        options=options,
        transcript=bool(voice and voice.transcript.strip()),
    )
    instruction, instruction_aspect, overlay = _instruction(asked, facts)
    if overlay:
        laid = wanted.model_copy(update={"options": {**options, **overlay}})
        options = checked_options(laid, facts)
    language, refusal, warnings = _language(order, wanted, facts, chosen)
    refusal = (
        _trouble(facts, speaker) or _limits(order, facts) or _clip(card, voice, speaker) or refusal
    )
    return TakePlan(
        engine=card.name,
        title=card.title,
        preset=preset.id if preset else "",
        preset_title=preset.title if preset else "",
        speaker=speaker,
        text=order.text,
        language=order.language,
        instruction=instruction,
        options=options,
        seed=wanted.seed or 0,
        voice=voice.id if voice and speaker != "preset" else None,
        aspects=Aspects(reference=reference, instruction=instruction_aspect, language=language),
        warnings=warnings,
        refusal=refusal.reason if refusal else None,
        insistable=refusal.insistable if refusal else False,
        by_input=refusal.by_input if refusal else False,
        estimate_seconds=render_seconds(order.text, facts.recent_rtf),
    )


def checked_options(wanted: EngineOrder, facts: EngineFacts) -> dict[str, Any]:
    """All options of the engine, defaults filled in, as JSON can hold them.

    Raises:
        BadInput: ``unknown_option``, ``bad_option``.
    """
    known = facts.options.model_fields
    for name in wanted.options:
        if name not in known:
            raise BadInput(
                "unknown_option",
                engine=facts.card.title,
                option=name[:40],
                known=", ".join(known) or "–",
            )
    try:
        return facts.options.model_validate(wanted.options).model_dump(mode="json")
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        option = ".".join(str(part) for part in first["loc"])[:80]
        raise BadInput(
            "bad_option",
            engine=facts.card.title,
            option=option,
            detail=option_fault(first),  # type: ignore[arg-type]
        ) from None


def _chosen_preset(wanted: EngineOrder, facts: EngineFacts) -> Preset | None:
    if not wanted.voice:
        return None
    for preset in facts.presets:
        if preset.id == wanted.voice:
            return preset
    if facts.trouble is not None:  # its presets cannot be known; the refusal says why
        return None
    raise BadInput("unknown_preset", engine=facts.card.title, preset=wanted.voice[:80])


def speaks(preset: Preset, language: str) -> bool:
    """Whether a preset is meant for a language (``en-us`` is for ``en``)."""
    return not preset.languages or language in {
        tag.lower().replace("_", "-").split("-")[0] for tag in preset.languages
    }


def best_match(
    matches: Sequence[Match], presets: Sequence[Preset], language: str
) -> tuple[Preset, float] | None:
    """The preset most like the clip among those that speak the language, else among all."""
    by_id = {preset.id: preset for preset in presets}
    ranked = [(by_id[m.preset], m.similarity) for m in matches if m.preset in by_id]
    fitting = [pair for pair in ranked if speaks(pair[0], language)] or ranked
    return max(fitting, key=lambda pair: pair[1], default=None)


def closest_aspect(preset: Preset, similarity: float) -> Aspect:
    """An engine that cannot clone spoke with its preset that is most like the clip."""
    reason = note("take.reference.closest", preset=preset.title, similarity=round(similarity, 4))
    return Aspect(status="approximated", note=reason)


def _speaker(
    order: ComparisonOrder,
    chosen: Preset | None,
    facts: EngineFacts,
    voice: VoiceFacts | None,
    closest: Sequence[Match] | None,
) -> tuple[str, Preset | None, Aspect]:
    """Who will speak, the preset where it is settled, what that means for the reference clip."""
    card = facts.card
    fitting = [p for p in facts.presets if speaks(p, order.language)] or list(facts.presets)
    default = chosen or (fitting[0] if fitting else None)
    if voice is None:
        return "preset", default, Aspect(status="not_asked", note=note("take.reference.not_asked"))
    if chosen is not None:
        reason = note("take.reference.preset_chosen", preset=chosen.title)
        return "preset", chosen, Aspect(status="ignored", note=reason)
    if card.cloning.kind != "none":
        cloned = note("take.reference.cloned", voice=voice.name)
        return "clone", None, Aspect(status="honoured", note=cloned)
    if not card.cloning.closest_preset:
        reason = note("take.reference.cannot_clone", engine=card.title)
        return "preset", default, Aspect(status="ignored", note=reason)
    match = best_match(closest or (), facts.presets, order.language)
    if match is None:
        later = note("take.reference.closest_later", engine=card.title)
        return "closest", None, Aspect(status="approximated", note=later)
    return "closest", match[0], closest_aspect(*match)


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


def _language(
    order: ComparisonOrder, wanted: EngineOrder, facts: EngineFacts, chosen: Preset | None
) -> tuple[Aspect, Refusal | None, tuple[Note, ...]]:
    card, language = facts.card, order.language
    clones = card.cloning.kind != "none" and order.voice is not None and chosen is None
    candidates = [chosen] if chosen else list(facts.presets)
    name = LanguageName(language)
    reason: Note | None = None
    if language in card.language_faults:
        reason = card.language_faults[language].reason
    elif language not in card.languages:
        reason = note("take.language.not_spoken", engine=card.title, language=name)
    elif not clones and candidates and not any(speaks(preset, language) for preset in candidates):
        reason = (
            note("take.language.preset_other", preset=chosen.title, language=name)
            if chosen
            else note("take.language.no_preset", engine=card.title, language=name)
        )
    if reason is None:
        return Aspect(status="honoured", note=note("take.language.spoken")), None, ()
    aspect = Aspect(status="ignored", note=note("take.language.unsupported", reason=reason))
    if wanted.insist and (candidates or clones):
        return aspect, None, (note("take.warning.unsupported_language", language=name),)
    refusal = Refusal(
        note("error.language_unsupported", reason=reason), insistable=bool(candidates or clones)
    )
    return aspect, refusal, ()


def _trouble(facts: EngineFacts, speaker: str) -> Refusal | None:
    card = facts.card
    if facts.trouble is not None:
        return Refusal(facts.trouble, by_input=False)
    if facts.presets or speaker == "clone":
        return None
    if card.cloning.kind != "none":
        return Refusal(note("error.engine_needs_reference", engine=card.title))
    return Refusal(note("error.engine_without_presets", engine=card.title), by_input=False)


def _limits(order: ComparisonOrder, facts: EngineFacts) -> Refusal | None:
    card = facts.card
    limits = (card.max_characters, card.max_characters_by_language.get(order.language))
    limit = min((limit for limit in limits if limit is not None), default=None)
    if limit is None or len(order.text) <= limit:
        return None
    return Refusal(
        note(
            "error.text_too_long_for_engine",
            engine=card.title,
            characters=len(order.text),
            limit=limit,
        )
    )


def _clip(card: Card, voice: VoiceFacts | None, speaker: str) -> Refusal | None:
    if speaker != "clone" or voice is None:
        return None
    seconds = voice.check.speech_seconds
    if seconds < card.cloning.min_seconds:
        return Refusal(
            note(
                "error.clip_too_short_for_engine",
                engine=card.title,
                seconds=round(seconds, 1),
                minimum=card.cloning.min_seconds,
            )
        )
    if card.cloning.transcript == "required" and not voice.transcript.strip():
        return Refusal(note("error.transcript_required", engine=card.title, voice=voice.name))
    return None
