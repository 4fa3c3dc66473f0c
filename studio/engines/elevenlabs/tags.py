"""What ElevenLabs makes of an instruction: audio tags before the text, and speed."""

from studio.engines.contract import Asked, Interpretation
from studio.engines.elevenlabs.models import MODELS
from studio.engines.elevenlabs.options import ElevenLabsOptions
from studio.engines.instruction import Emotion, Feeling, Reading, all_of, read, understood
from studio.locales import Note, note

_TAGS = {
    Emotion.HAPPY: "[happy]",
    Emotion.SAD: "[sad]",
    Emotion.ANGRY: "[angry]",
    Emotion.FEARFUL: "[nervously]",
    Emotion.SURPRISED: "[amazed]",
    Emotion.CALM: "[calm]",
    Emotion.SERIOUS: "[serious]",
    Emotion.WHISPER: "[whispers]",
}
_EXCITED = 0.75
"""Happiness from this strength on is excitement."""
_SLOWEST, _FASTEST = 0.7, 1.2


def interpret(asked: Asked) -> Interpretation:
    """Settings that carry out an instruction, or the reason why there are none."""
    name = str(asked.options.get("model", ElevenLabsOptions().model))
    model = MODELS[name]
    reading = read(asked.instruction)
    options: dict[str, str | float] = {}
    effects: list[Note] = []
    done: list[Note] = []
    missed: list[Note] = []
    tags = _tags(reading) if model.tags else []
    if tags:
        options["tags"] = " ".join(tags)
        effects.append(note("engine.elevenlabs.tags_set", tags=" ".join(tags)))
    if reading.tempo and model.speed:
        options["speed"] = round(min(_FASTEST, max(_SLOWEST, 2 ** (reading.tempo / 2))), 2)
        percent = f"{100 * (float(options['speed']) - 1):+.0f}"
        effects.append(note("engine.instruction.speed_percent", percent=percent))
    for kind, part in reading.notes():
        tagged = model.tags and kind in ("emotion", "loudness")
        (done if tagged or (kind == "tempo" and model.speed) else missed).append(part)
    if done:
        carried = note("engine.instruction.carried_out", what=all_of(done), how=all_of(effects))
        return Interpretation(options, understood([carried], missed, reading.unread))
    reason = "engine.elevenlabs.not_understood" if model.tags else "engine.elevenlabs.takes_no_tags"
    return Interpretation({}, note(reason, model=name), status="ignored")


def _tags(reading: Reading) -> list[str]:
    tags = [_tag(feeling) for feeling in reading.feelings]
    if reading.loudness:
        tags.append("[loudly]" if reading.loudness > 0 else "[softly]")
    return tags


def _tag(feeling: Feeling) -> str:
    if feeling.emotion is Emotion.HAPPY and feeling.intensity >= _EXCITED:
        return "[excited]"
    return _TAGS[feeling.emotion]
