"""What MiniMax makes of an instruction: one emotion, and speed, pitch and volume."""

from studio.engines.contract import Asked, Interpretation
from studio.engines.instruction import Emotion, Reading, all_of, read, understood
from studio.engines.minimax.options import MiniMaxOptions, emotion_name, takes_emotion
from studio.locales import Note, note

_EMOTIONS = {
    Emotion.HAPPY: "happy",
    Emotion.SAD: "sad",
    Emotion.ANGRY: "angry",
    Emotion.FEARFUL: "fearful",
    Emotion.SURPRISED: "surprised",
    Emotion.CALM: "calm",
    Emotion.WHISPER: "whisper",
}
_SEMITONES = 5
"""For "higher" at its strongest; MiniMax goes to 12, where a voice is hardly the same one."""


def interpret(asked: Asked) -> Interpretation | None:
    """Settings that come as near to an instruction as MiniMax can, with their note."""
    reading = read(asked.instruction)
    model = str(asked.options.get("model", MiniMaxOptions().model))
    chosen = _emotion(reading, model)
    options: dict[str, str | float | int] = {}
    effects: list[Note] = []
    done: list[Note] = []
    missed: list[Note] = []
    if chosen is not None:
        emotion = _EMOTIONS[chosen]
        options["emotion"] = emotion
        effects.append(note("engine.minimax.emotion_set", emotion=emotion_name(emotion)))
    if reading.tempo:
        options["speed"] = round(2 ** (reading.tempo / 2), 2)
        percent = f"{100 * (float(options['speed']) - 1):+.0f}"
        effects.append(note("engine.instruction.speed_percent", percent=percent))
    if semitones := round(_SEMITONES * reading.pitch):
        options["pitch"] = semitones
        effects.append(note("engine.minimax.semitones", semitones=f"{semitones:+d}"))
    if reading.loudness:
        options["vol"] = round(2**reading.loudness, 2)
        percent = f"{100 * (float(options['vol']) - 1):+.0f}"
        effects.append(note("engine.instruction.volume_percent", percent=percent))
    if not options:
        return _beyond(reading, model)
    for feeling in reading.feelings:
        part = note(f"engine.instruction.{feeling.emotion.value}")
        (done if feeling.emotion is chosen else missed).append(part)
    done += [part for kind, part in reading.notes() if kind != "emotion"]
    carried = note("engine.instruction.carried_out", what=all_of(done), how=all_of(effects))
    return Interpretation(options, understood([carried], missed, reading.unread))


def _beyond(reading: Reading, model: str) -> Interpretation | None:
    """What was understood and has no setting; ``None`` where nothing was understood."""
    parts = [part for _, part in reading.notes()]
    if not parts:
        return None
    reason = note("engine.minimax.no_setting", model=model, what=all_of(parts))
    return Interpretation({}, reason, status="ignored")


def _emotion(reading: Reading, model: str) -> Emotion | None:
    """The strongest emotion that the model knows; there is room for one."""
    known = [
        feeling
        for feeling in reading.feelings
        if feeling.emotion in _EMOTIONS and takes_emotion(model, _EMOTIONS[feeling.emotion])
    ]
    strongest = max(known, key=lambda feeling: feeling.intensity, default=None)
    return strongest.emotion if strongest else None
