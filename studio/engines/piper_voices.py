"""Piper's presets: the pairs of ``*.onnx`` and ``*.onnx.json`` in a weights folder."""

import json
from dataclasses import dataclass
from pathlib import Path

from studio.engines.contract import Preset


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
    return PiperVoiceFiles(
        id=model.name.removesuffix(".onnx"),
        model=model,
        config=config,
        language=base.lower(),
        region=f"{base.lower()}-{country.upper()}" if country else base.lower(),
        speakers=int(facts["num_speakers"]),
        quality=str(facts["audio"].get("quality", "")),
    )


def preset_of(voice: PiperVoiceFiles) -> Preset:
    """A voice as the studio lists it. Piper's files do not say a speaker's gender."""
    parts = voice.id.split("-")
    name = parts[1] if len(parts) > 1 else voice.id
    title = " · ".join(
        p for p in (name.replace("_", " ").title(), voice.region, voice.quality) if p
    )
    return Preset(voice.id, title, (voice.language,))
