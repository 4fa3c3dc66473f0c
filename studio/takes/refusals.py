"""Why an engine will not render an order: the facts that stand against it, the gravest first."""

from collections.abc import Sequence
from dataclasses import replace

from studio.engines.card import Card
from studio.engines.contract import Asked, Preset
from studio.locales import LanguageName, Note, note
from studio.takes.casting import Cast
from studio.takes.facts import EngineFacts, Refusal
from studio.takes.parts import divided, limit
from studio.takes.speakers import VoiceFacts
from studio.takes.views import Aspect


def refusal_of(
    facts: EngineFacts, asked: Asked, checkpoints: Sequence[str], voice: VoiceFacts | None
) -> Refusal | None:
    """What cannot be overruled.

    Args:
        facts: about the engine.
        asked: the request with its final options.
        checkpoints: weight sets that it needs.
        voice: the reference clip's voice, where one was ordered.
    """
    missing = [name for name in checkpoints if name not in facts.sets]
    trouble = Refusal(facts.trouble, by_input=False) if facts.trouble else None
    return (
        _licence(facts)
        or (None if facts.lacks_weights and missing else trouble)
        or _length(facts.card, asked)
        or (_clip(facts.card, voice) if voice and asked.speaker == "clone" else None)
        or _engine(facts, asked, by_input=not missing)
        or _checkpoint(facts, missing)
        or _voiceless(facts, asked)
    )


def cannot_clone(cast: Cast, card: Card) -> Refusal | None:
    """An engine whose card says why it cannot clone does not speak with another voice unasked."""
    if cast.refused is None:
        return None
    reason = note("error.cannot_take_on_voice", engine=card.title, reason=cast.refused)
    return Refusal(reason, insistable=True)


def language_fault(
    language: str, facts: EngineFacts, chosen: Preset | None, cast: Cast
) -> Note | None:
    """Why the engine would speak this language wrongly."""
    card, name = facts.card, LanguageName(language)
    if language in card.language_faults:
        return card.language_faults[language].reason
    if language not in card.languages:
        return note("take.language.not_spoken", engine=card.title, language=name)
    if cast.speaker in ("clone", "designed"):
        return None
    candidates = [chosen] if chosen else list(facts.presets)
    if not candidates or any(preset.speaks(language) for preset in candidates):
        return None
    if chosen:
        return note("take.language.preset_other", preset=chosen.title, language=name)
    return note("take.language.no_preset", engine=card.title, language=name)


def language_aspect(reason: Note | None, *, certain: bool = True) -> Aspect:
    """What becomes of the language.

    Args:
        reason: what speaks against it.
        certain: the card knows that the engine speaks it.
    """
    if reason is None and not certain:
        return Aspect(status="approximated", note=note("take.language.not_known"))
    if reason is None:
        return Aspect(status="honoured", note=note("take.language.spoken"))
    return Aspect(status="ignored", note=note("take.language.unsupported", reason=reason))


def _licence(facts: EngineFacts) -> Refusal | None:
    if facts.accepted:
        return None
    return Refusal(note("error.licence_not_accepted", engine=facts.card.title), by_input=False)


def _voiceless(facts: EngineFacts, asked: Asked) -> Refusal | None:
    card = facts.card
    if facts.presets or asked.speaker != "preset":
        return None
    if card.cloning.kind != "none":
        return Refusal(note("error.engine_needs_reference", engine=card.title))
    return Refusal(note("error.engine_without_presets", engine=card.title), by_input=False)


def _length(card: Card, asked: Asked) -> Refusal | None:
    most = limit(card, asked.language)
    parts = divided(asked.text, asked.language, card, asked.speaker)
    if most is None or all(len(part.text) <= most for part in parts):
        return None
    return Refusal(
        note(
            "error.text_too_long_for_engine",
            engine=card.title,
            characters=len(asked.text),
            limit=most,
        )
    )


def _clip(card: Card, voice: VoiceFacts) -> Refusal | None:
    cloning, check = card.cloning, voice.check
    if check.speech_seconds < cloning.min_seconds:
        return Refusal(
            note(
                "error.clip_too_short_for_engine",
                engine=card.title,
                seconds=round(check.speech_seconds, 1),
                minimum=cloning.min_seconds,
            )
        )
    # A local engine takes what it needs of a long clip; a service turns the whole of it down.
    seconds = check.seconds if voice.reference_seconds is None else voice.reference_seconds
    if cloning.kind == "remote" and 0 < cloning.max_seconds < seconds:
        return Refusal(
            note(
                "error.clip_too_long_for_engine",
                engine=card.title,
                seconds=round(seconds, 1),
                maximum=cloning.max_seconds,
            )
        )
    if cloning.transcript == "required" and not voice.transcript.strip():
        return Refusal(note("error.transcript_required", engine=card.title, voice=voice.name))
    return None


def _checkpoint(facts: EngineFacts, missing: Sequence[str]) -> Refusal | None:
    if not missing:
        return None
    card = facts.card
    reason = note("error.checkpoint_missing", engine=card.title, set=missing[0], name=card.name)
    return Refusal(reason, by_input=False)


def _engine(facts: EngineFacts, asked: Asked, *, by_input: bool) -> Refusal | None:
    """The engine's own word; it may also be about a weight set that it lacks."""
    for part in divided(asked.text, asked.language, facts.card, asked.speaker):
        reason = facts.refuse(replace(asked, text=part.text))
        if reason is not None:
            return Refusal(reason, by_input=by_input)
    return None
