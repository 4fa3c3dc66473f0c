"""What differs between ElevenLabs' models: languages, length, and whether they take tags."""

from dataclasses import dataclass

_V2 = (
    *("en", "ja", "zh", "de", "hi", "fr", "ko", "pt", "it", "es", "id", "nl", "tr", "fil", "pl"),
    *("sv", "bg", "ro", "ar", "cs", "el", "fi", "hr", "ms", "sk", "da", "ta", "uk", "ru"),
)
_FLASH = (*_V2, "hu", "no", "vi")
_V3 = (
    *_FLASH,
    *("af", "hy", "as", "az", "be", "bn", "bs", "ca", "ceb", "ny", "et", "gl", "ka", "gu", "ha"),
    *("he", "is", "ga", "jv", "kn", "kk", "ky", "lv", "ln", "lt", "lb", "mk", "ml", "mr", "ne"),
    *("ps", "fa", "pa", "sr", "sd", "sl", "so", "sw", "te", "th", "ur", "cy"),
)
"""ISO 639 codes as ElevenLabs lists them; the three lists grow from each other."""


@dataclass(frozen=True)
class Model:
    """One model.

    credits: charged for a character at the list price; the service tells its charge in credits.
    stability: the only values it accepts; empty: any from 0 to 1.
    """

    characters: int
    languages: tuple[str, ...]
    credits: float = 1.0
    tags: bool = False
    language_code: bool = True
    speed: bool = True
    speaker_boost: bool = True
    stability: tuple[float, ...] = ()


MODELS = {
    "eleven_v3": Model(5_000, _V3, tags=True, speaker_boost=False, stability=(0.0, 0.5, 1.0)),
    # Listed for more languages than v3; which ones is not said, so that v3's stand here.
    "eleven_v4": Model(10_000, _V3, tags=True, speed=False, speaker_boost=False),
    "eleven_multilingual_v2": Model(10_000, _V2, language_code=False),
    "eleven_flash_v2_5": Model(40_000, _FLASH, credits=0.5),
}
LANGUAGES = _V3
"""Of any model."""
