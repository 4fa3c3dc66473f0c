"""The preset speakers of the CustomVoice checkpoints, with what the vendor says of each."""

import json
from pathlib import Path

from studio.engines.contract import Preset
from studio.engines.qwen3.languages import NAMES

_VENDOR = {
    "vivian": ("Vivian", "zh", "female"),
    "serena": ("Serena", "zh", "female"),
    "uncle_fu": ("Uncle Fu", "zh", "male"),
    "dylan": ("Dylan (Beijing)", "zh", "male"),
    "eric": ("Eric (Sichuan)", "zh", "male"),
    "ryan": ("Ryan", "en", "male"),
    "aiden": ("Aiden", "en", "male"),
    "ono_anna": ("Ono Anna", "ja", "female"),
    "sohee": ("Sohee", "ko", "female"),
}
"""Title, native language and gender by the vendor's table of speakers. Dylan and Eric speak the
dialects of their cities when the text is Chinese."""


def presets(folder: Path) -> list[Preset]:
    """The speakers of a checkpoint, in the vendor's order; none for Base and VoiceDesign.

    Every speaker has all ten languages and sounds best in the native one. Speakers that the
    vendor's table does not know (of a fine-tuned checkpoint) come last, under their own names.

    Args:
        folder: of the checkpoint. Only its ``config.json`` is read.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        found = list(config["talker_config"]["spk_id"] or {})
        if config["tts_model_type"] != "custom_voice":
            return []
    except (OSError, ValueError, KeyError, TypeError):
        return []  # loading it says what is wrong
    known = [name for name in _VENDOR if name in found]
    return [_preset(name) for name in [*known, *(n for n in found if n not in _VENDOR)]]


def _preset(name: str) -> Preset:
    title, native, gender = _VENDOR.get(name, (name, "", ""))
    return Preset(id=name, title=title, languages=tuple(NAMES), gender=gender, native=native)
