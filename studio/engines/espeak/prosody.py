"""What eSpeak NG makes of an instruction: emotions as rate, pitch, range and volume.

The directions follow Murray and Arnott (1993), "Toward the simulation of emotion in synthetic
speech", table I; the sizes are set by ear, small enough that the words stay clear.
"""

from dataclasses import dataclass

from studio.engines.contract import Interpretation
from studio.engines.instruction import Emotion, all_of, read, understood
from studio.locales import Note, note

_RATE, _PITCH, _RANGE, _VOLUME = 175, 50, 50, 100
"""Normal settings (espeak's own defaults)."""


@dataclass(frozen=True)
class _Colour:
    """Changes at full intensity: rate and volume in percent, pitch and range in points of 100."""

    rate: float = 0.0
    pitch: float = 0.0
    range: float = 0.0
    volume: float = 0.0
    whisper: bool = False


_COLOURS = {
    Emotion.HAPPY: _Colour(rate=20, pitch=25, range=40, volume=10),
    Emotion.SAD: _Colour(rate=-25, pitch=-20, range=-35, volume=-20),
    Emotion.ANGRY: _Colour(rate=20, pitch=10, range=45, volume=25),
    Emotion.FEARFUL: _Colour(rate=30, pitch=35, range=20),
    Emotion.SURPRISED: _Colour(rate=10, pitch=30, range=50, volume=10),
    Emotion.CALM: _Colour(rate=-15, pitch=-10, range=-20, volume=-10),
    Emotion.SERIOUS: _Colour(rate=-10, pitch=-20, range=-25),
    Emotion.WHISPER: _Colour(rate=-10, whisper=True),
}


def interpret(instruction: str) -> Interpretation | None:
    """Settings that come as near to an instruction as this engine can, with their note."""
    reading = read(instruction)
    if not reading:
        return None
    rate, pitch, span, volume, whisper = 0.0, 0.0, 0.0, 0.0, False
    for feeling in reading.feelings:
        colour = _COLOURS[feeling.emotion]
        rate += colour.rate * feeling.intensity
        pitch += colour.pitch * feeling.intensity
        span += colour.range * feeling.intensity
        volume += colour.volume * feeling.intensity
        whisper = whisper or colour.whisper
    # What is asked for by name wins over what an emotion brings along.
    if reading.tempo:
        rate = 100 * (2 ** (reading.tempo / 2) - 1)
    if reading.pitch:
        pitch = 40 * reading.pitch
    if reading.loudness:
        volume = 50 * reading.loudness
    options: dict[str, int | bool] = {}
    effects: list[Note] = []

    def turn(name: str, normal: int, change: float, low: int, high: int) -> None:
        value = round(min(high, max(low, normal + change)))
        if value != normal:
            options[name] = value
            change_percent = f"{100 * (value - normal) / normal:+.0f}"
            effects.append(note(f"engine.instruction.{name}_percent", percent=change_percent))

    turn("rate", _RATE, _RATE * rate / 100, 100, 350)
    turn("pitch", _PITCH, pitch, 5, 95)
    turn("range", _RANGE, span, 5, 100)
    turn("volume", _VOLUME, volume, 40, 150)
    if whisper:
        options["whisper"] = True
        effects.append(note("engine.instruction.whispering_voice"))
    parts = [part for _, part in reading.notes()]
    if not options:
        return None  # contrary wishes that cancel out
    done = note("engine.instruction.carried_out", what=all_of(parts), how=all_of(effects))
    return Interpretation(options, understood([done], [], reading.unread))
