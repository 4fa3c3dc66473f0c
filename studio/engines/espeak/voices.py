"""eSpeak NG's languages and variants, read from the names of the files that come with it."""

import importlib.util
import re
from pathlib import Path

from studio.engines.contract import Preset

DEFAULT = "default"
VARIANTS = ("m1", "m2", "m3", "m4", "f1", "f2", "f3", "f4")
"""The general ones; the other hundred are caricatures."""

_CODE = re.compile(r"[a-z]{2,3}")
_NOT_ISO_639 = frozenset({"py", "xex", "qdb"})
"""Constructed languages under codes of the library's own."""
_OTHER_NAMES = {"cmn": "zh"}
"""Where the studio's code differs from the library's."""


def data_folder() -> Path | None:
    """The library's data, found without importing anything; ``None`` where it is not installed."""
    spec = importlib.util.find_spec("espeakng_loader")
    if spec is None or not spec.origin:
        return None
    folder = Path(spec.origin).parent / "espeak-ng-data"
    return folder if folder.is_dir() else None


def languages() -> tuple[str, ...]:
    """Codes of the languages that have a voice, English first."""
    folder = data_folder()
    if folder is None:
        return ()
    names = {path.name.partition("-")[0] for path in (folder / "lang").rglob("*") if path.is_file()}
    codes = {
        _OTHER_NAMES.get(name, name)
        for name in names
        if _CODE.fullmatch(name) and name not in _NOT_ISO_639
    }
    return tuple(sorted(codes, key=lambda code: (code != "en", code)))


def presets() -> list[Preset]:
    """The voices: every one of them speaks every language."""
    named = [Preset(DEFAULT, "Default", gender="male")]
    for variant in VARIANTS:
        gender = "female" if variant.startswith("f") else "male"
        named.append(Preset(variant, f"{gender.capitalize()} {variant[1:]}", gender=gender))
    return named


def voice_name(language: str, preset: str, *, whisper: bool) -> str:
    """The library's name of a voice: ``ko+f3``.

    Args:
        language: ISO 639 code, with or without a region.
        preset: an id of :func:`presets`.
        whisper: the whispering variant of the preset's gender in its place.
    """
    base, _, region = language.lower().partition("-")
    if base == "en":
        name = f"en-{region or 'us'}"
    elif base == "zh":
        name = "yue" if region == "hk" else "cmn"
    else:
        name = f"{base}-{region}" if (base, region) in _REGIONS else base
    if whisper:
        return f"{name}+{'whisperf' if preset.startswith('f') else 'whisper'}"
    return name if preset == DEFAULT else f"{name}+{preset}"


_REGIONS = frozenset({("pt", "br"), ("es", "419"), ("fr", "be"), ("fr", "ch")})
