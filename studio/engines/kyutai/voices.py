"""Kyutai's voices: embeddings that the vendor computed of recordings under free licences.

The vendor's collection holds more (Expresso, EARS), whose recordings may not be used commercially;
those are left out, so that what the card says of takes holds for every voice.
"""

from dataclasses import dataclass
from pathlib import Path

from studio.engines.contract import Preset

_SUFFIX = ".1e68beda@240.safetensors"
"""Names the model for which an embedding was computed."""


@dataclass(frozen=True)
class Voice:
    """One speaker."""

    preset: Preset
    path: str
    """In the vendor's collection, without the model's suffix."""
    licence: str

    @property
    def source(self) -> str:
        """The file in the collection."""
        return self.path + _SUFFIX

    @property
    def file(self) -> str:
        """The file below the engine's folder of weights."""
        return f"voices/{self.preset.id}.safetensors"


def _vctk(speaker: int, gender: str) -> Voice:
    preset = Preset(f"vctk-p{speaker}", f"VCTK {speaker}", ("en", "fr"), gender, native="en")
    return Voice(preset, f"vctk/p{speaker}_023.wav", "CC-BY-4.0")


def _cml(recording: str, gender: str) -> Voice:
    speaker = recording.partition("_")[0]
    preset = Preset(f"cml-fr-{speaker}", f"CML-TTS {speaker}", ("fr", "en"), gender, native="fr")
    return Voice(preset, f"cml-tts/fr/{recording}.wav", "CC-BY-4.0")


VOICES = (
    _vctk(228, "female"),
    _vctk(226, "male"),
    _vctk(231, "female"),
    _vctk(255, "male"),
    _vctk(277, "female"),
    _vctk(292, "male"),
    Voice(
        Preset("donated-robert", "Robert", ("en", "fr"), native="en"),
        "voice-donations/robert.wav",
        "CC0-1.0",
    ),
    _cml("12977_10625_000037-0001", "female"),
    _cml("1406_1028_000009-0003", "male"),
    _cml("2154_2576_000020-0003", "female"),
    _cml("4724_3731_000031-0001", "male"),
)


def presets(weights: Path) -> list[Preset]:
    """The voices whose embeddings lie in a folder of weights."""
    return [voice.preset for voice in VOICES if (weights / voice.file).is_file()]
