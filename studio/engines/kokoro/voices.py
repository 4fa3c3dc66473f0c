"""Kokoro's presets, from the names in a voices file (``af_heart``: American, female, Heart)."""

import zipfile
from pathlib import Path

from studio.engines.contract import Preset

VOICE_FILES = ("voices-v1.0.bin", "voices_ja.npz")
"""Both are zip archives of style arrays, float32 of shape (510, 1, 256)."""

DEFAULT = "af_heart"
_REGIONS = {
    "a": ("en-US", ("en",)),
    "b": ("en-GB", ("en",)),
    "e": ("es", ("es",)),
    "f": ("fr", ("fr",)),
    "h": ("hi", ("hi",)),
    "i": ("it", ("it",)),
    "p": ("pt-BR", ("pt",)),
    # Their own language needs a G2P that is not here; the timbre speaks every language of the card.
    "j": ("ja", ()),
    "z": ("zh", ()),
}
_GENDERS = {"f": "female", "m": "male"}


def voices_file(weights: Path) -> Path:
    """The voices file of a folder, the larger set first.

    Raises:
        FileNotFoundError: there is none.
    """
    for name in VOICE_FILES:
        if (weights / name).is_file():
            return weights / name
    raise FileNotFoundError(f"{weights} holds none of {', '.join(VOICE_FILES)}")


def presets(weights: Path) -> list[Preset]:
    """The presets of a folder: English first, Japanese and Chinese timbres last."""
    with zipfile.ZipFile(voices_file(weights)) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
    order = "abefhipjz"
    names.sort(key=lambda n: (n != DEFAULT, order.find(n[0]) % len(order), n))
    return [_preset(name) for name in names]


def _preset(name: str) -> Preset:
    prefix, _, rest = name.partition("_")
    region, languages = _REGIONS.get(prefix[:1], ("", ()))
    title = " · ".join(part for part in (rest.replace("_", " ").title() or name, region) if part)
    return Preset(name, title, languages, _GENDERS.get(prefix[1:2], ""))


def espeak_language(language: str, preset: str) -> str:
    """The phonemiser's name of a language as a preset would speak it.

    ``language`` is an ISO 639 code, with or without a region.
    """
    base, _, region = language.lower().partition("-")
    if base == "en":
        british = region == "gb" or (not region and preset.startswith("b"))
        return "en-gb" if british else "en-us"
    return {"fr": "fr-fr", "pt": "pt-br", "zh": "cmn"}.get(base, base)
