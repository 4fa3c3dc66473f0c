"""Piper's presets: the pairs of ``*.onnx`` and ``*.onnx.json`` in a weights folder, by speaker."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.engines.contract import Preset

FEW = 20
"""Speakers of one voice that are listed one by one; of more, the option picks one."""
SPEAKER = "#"
"""Between a voice and its speaker in a preset's id."""


@dataclass(frozen=True)
class PiperVoiceFiles:
    """One voice on disk and what its configuration says."""

    id: str
    model: Path
    config: Path
    language: str
    """ISO 639 code."""
    region: str
    """BCP 47 tag such as ``en-US``; the language alone where the configuration names no region."""
    speakers: int
    quality: str
    phonemes: str = "espeak"
    """How its text becomes sounds."""
    names: Mapping[str, int] = field(default_factory=dict)
    """Numbers of its speakers by name; empty for a single one."""


def voices(weights: Path) -> list[PiperVoiceFiles]:
    """The voices of a folder and of the folders below it, by name; unreadable ones are left out."""
    found = []
    for model in sorted(weights.rglob("*.onnx")):
        config = model.with_name(model.name + ".json")
        if not config.is_file():
            continue
        try:
            facts = json.loads(config.read_text(encoding="utf-8"))
            found.append(_voice(model, config, facts))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # a broken file is no voice; the others are still of use
    return found


def _voice(model: Path, config: Path, facts: dict) -> PiperVoiceFiles:
    # Older configurations (that of "joe") name no language: the espeak voice does, and so does the
    # file name, ``en_US-joe-medium``.
    code = facts.get("language", {}).get("code") or model.name.partition("-")[0]
    base, _, country = code.replace("-", "_").partition("_")
    if not 2 <= len(base) <= 3:  # noqa: PLR2004 - lengths of ISO 639 codes
        base, country = facts["espeak"]["voice"].partition("-")[0], ""
    speakers = int(facts["num_speakers"])
    return PiperVoiceFiles(
        id=model.name.removesuffix(".onnx"),
        model=model,
        config=config,
        language=base.lower(),
        region=f"{base.lower()}-{country.upper()}" if country else base.lower(),
        speakers=speakers,
        quality=str(facts["audio"].get("quality", "")),
        phonemes=str(facts.get("phoneme_type", "espeak")),
        names=_names(facts, speakers) if speakers > 1 else {},
    )


def _names(facts: dict, speakers: int) -> dict[str, int]:
    """Every speaker by name, or by number where the configuration names none, in order."""
    named = {int(number): str(name) for name, number in facts.get("speaker_id_map", {}).items()}
    return {named.get(number, str(number)): number for number in range(speakers)}


def presets_of(voice: PiperVoiceFiles) -> list[Preset]:
    """A voice as the studio lists it, a speaker at a time where they are few.

    Piper's files do not say a speaker's gender.
    """
    if not 1 < voice.speakers <= FEW:
        return [_preset(voice, "")]
    return [_preset(voice, name) for name in voice.names]


def _preset(voice: PiperVoiceFiles, speaker: str) -> Preset:
    parts = voice.id.split("-")
    name = (parts[1] if len(parts) > 1 else voice.id).replace("_", " ").title()
    title = " · ".join(p for p in (name, speaker, voice.region, voice.quality) if p)
    identity = f"{voice.id}{SPEAKER}{speaker}" if speaker else voice.id
    return Preset(identity, title, (voice.language,))
