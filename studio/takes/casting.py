"""Who will speak: a preset, the preset closest to a clip, the clip's voice, or a designed one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.engines.contract import Preset
from studio.locales import Note, note
from studio.problems import BadInput
from studio.takes.facts import EngineFacts
from studio.takes.order import EngineOrder
from studio.takes.speakers import Match, VoiceFacts
from studio.takes.views import Aspect, Speaker

DESCRIPTION = "voice_description"
"""The option by which an engine designs a voice."""


@dataclass(frozen=True)
class Cast:
    """Who will speak, and what that means for the reference clip."""

    speaker: Speaker
    preset: Preset | None
    """Where it is settled."""
    reference: Aspect
    refused: Note | None = None
    """Why the engine cannot take on the clip's voice; a person may want another voice instead."""
    warnings: tuple[Note, ...] = ()


def cast(  # noqa: PLR0913, PLR0917 (the facts that decide)
    language: str,
    chosen: Preset | None,
    options: Mapping[str, Any],
    facts: EngineFacts,
    voice: VoiceFacts | None,
    closest: Sequence[Match] | None,
) -> Cast:
    """Settle who speaks, as far as it can be settled before rendering.

    Args:
        language: of the text.
        chosen: the preset that the order names.
        options: all of the engine's.
        facts: about the engine.
        voice: the reference clip's voice, where one was ordered.
        closest: the engine's presets by likeness to the clip, where that is known already.
    """
    card = facts.card
    if card.voice_design and str(options.get(DESCRIPTION) or "").strip():
        return _designed(chosen, voice)
    fitting = [p for p in facts.presets if p.speaks(language)] or list(facts.presets)
    native = [p for p in fitting if p.native == language]
    default = chosen or next(iter(native or fitting), None)
    if voice is None:
        return Cast(
            "preset", default, Aspect(status="not_asked", note=note("take.reference.not_asked"))
        )
    if chosen is not None:
        reason = note("take.reference.preset_chosen", preset=chosen.title)
        return Cast("preset", chosen, Aspect(status="ignored", note=reason))
    if card.cloning.kind != "none":
        cloned = note("take.reference.cloned", voice=voice.name)
        return Cast("clone", None, Aspect(status="honoured", note=cloned))
    if card.cloning.closest_preset:
        return _closest(language, facts, closest)
    why_not = card.cloning.why_not
    if why_not is None:
        reason = note("take.reference.cannot_clone", engine=card.title)
    else:
        reason = note("take.reference.cannot_clone_because", engine=card.title, reason=why_not)
    return Cast("preset", default, Aspect(status="ignored", note=reason), refused=why_not)


def _designed(chosen: Preset | None, voice: VoiceFacts | None) -> Cast:
    if voice is None:
        aspect = Aspect(status="not_asked", note=note("take.reference.designed_alone"))
    else:
        aspect = Aspect(status="ignored", note=note("take.reference.designed", voice=voice.name))
    unused = (note("take.warning.preset_unused", preset=chosen.title),) if chosen else ()
    return Cast("designed", None, aspect, warnings=unused)


def _closest(language: str, facts: EngineFacts, closest: Sequence[Match] | None) -> Cast:
    match = best_match(closest or (), facts.presets, language)
    if match is None:
        later = note("take.reference.closest_later", engine=facts.card.title)
        return Cast("closest", None, Aspect(status="approximated", note=later))
    return Cast("closest", match[0], closest_aspect(*match))


def chosen_preset(wanted: EngineOrder, facts: EngineFacts) -> Preset | None:
    """The preset that an order names.

    Raises:
        BadInput: ``unknown_preset``.
    """
    if not wanted.voice:
        return None
    for preset in facts.presets:
        if preset.id == wanted.voice:
            return preset
    if facts.trouble is not None:  # its presets cannot be known; the refusal says why
        return None
    raise BadInput("unknown_preset", engine=facts.card.title, preset=wanted.voice[:80])


def best_match(
    matches: Sequence[Match], presets: Sequence[Preset], language: str
) -> tuple[Preset, float] | None:
    """The preset most like the clip among those that speak the language, else among all."""
    by_id = {preset.id: preset for preset in presets}
    ranked = [(by_id[m.preset], m.similarity) for m in matches if m.preset in by_id]
    fitting = [pair for pair in ranked if pair[0].speaks(language)] or ranked
    return max(fitting, key=lambda pair: pair[1], default=None)


def closest_aspect(preset: Preset, similarity: float) -> Aspect:
    """An engine that cannot clone spoke with its preset that is most like the clip."""
    reason = note("take.reference.closest", preset=preset.title, similarity=round(similarity, 4))
    return Aspect(status="approximated", note=reason)
