"""MiniMax's voices: a few of the published ones, and what an account's list says."""

from collections.abc import Iterator
from typing import Any

from studio.engines.contract import Preset

MADE_HERE = "studio-"
"""Beginning of the ids of voices cloned by a studio. They belong to the people who cloned them, so
that no roster shows them to others."""

_LANGUAGES = {
    "Arabic": "ar",
    "Cantonese": "yue",
    "Chinese": "zh",
    "Dutch": "nl",
    "English": "en",
    "French": "fr",
    "German": "de",
    "Indonesian": "id",
    "Italian": "it",
    "Japanese": "ja",
    "Korean": "ko",
    "Polish": "pl",
    "Portuguese": "pt",
    "Romanian": "ro",
    "Russian": "ru",
    "Spanish": "es",
    "Thai": "th",
    "Turkish": "tr",
    "Ukrainian": "uk",
    "Vietnamese": "vi",
    "czech": "cs",
    "finnish": "fi",
    "greek": "el",
    "hindi": "hi",
}
"""The word that a system voice's id begins with, as MiniMax writes it."""

# Ids and names as in MiniMax's list of system voices. A gender stands here where the name says it.
_PUBLISHED = (
    ("Korean_CalmLady", "Calm Lady", "ko", "female"),
    ("Korean_CalmGentleman", "Calm Gentleman", "ko", "male"),
    ("Korean_SweetGirl", "Sweet Girl", "ko", "female"),
    ("Korean_IntellectualMan", "Intellectual Man", "ko", "male"),
    ("Korean_GentleWoman", "Gentle Woman", "ko", "female"),
    ("Korean_ColdYoungMan", "Cold Young Man", "ko", "male"),
    ("English_Upbeat_Woman", "Upbeat Woman", "en", "female"),
    ("English_magnetic_voiced_man", "Magnetic-voiced Male", "en", "male"),
    ("English_CalmWoman", "Calm Woman", "en", "female"),
    ("English_Trustworth_Man", "Trustworthy Man", "en", "male"),
    ("Japanese_KindLady", "Kind Lady", "ja", "female"),
    ("Japanese_DominantMan", "Dominant Man", "ja", "male"),
    ("female-chengshu", "成熟女性", "zh", "female"),
    ("Chinese (Mandarin)_Gentleman", "温润男声", "zh", "male"),
    ("Cantonese_GentleLady", "温柔女声", "yue", "female"),
    ("Cantonese_PlayfulMan", "活泼男声", "yue", "male"),
    ("Spanish_SereneWoman", "Serene Woman", "es", "female"),
    ("Spanish_ThoughtfulMan", "Thoughtful Man", "es", "male"),
    ("Portuguese_ConfidentWoman", "Confident Woman", "pt", "female"),
    ("Portuguese_ThoughtfulMan", "Thoughtful Man", "pt", "male"),
    ("French_MovieLeadFemale", "Movie Lead Female", "fr", "female"),
    ("French_MaleNarrator", "Male Narrator", "fr", "male"),
    ("German_SweetLady", "Sweet Lady", "de", "female"),
    ("German_FriendlyMan", "Friendly Man", "de", "male"),
    ("Indonesian_CalmWoman", "Calm Woman", "id", "female"),
    ("Russian_AmbitiousWoman", "Ambitious Woman", "ru", "female"),
    ("Russian_ReliableMan", "Reliable Man", "ru", "male"),
    ("Italian_Narrator", "Narrator", "it", ""),
)
_ANY_LANGUAGE = ("English_expressive_narrator", "Expressive Narrator (any language)")
"""Voices speak other languages too; one without a language stands for those that have none of
their own above."""


def published() -> list[Preset]:
    """System voices that need no question to the service, Korean and English first."""
    known = [Preset(id_, title, (tag,), gender) for id_, title, tag, gender in _PUBLISHED]
    return [*known, Preset(*_ANY_LANGUAGE)]


def listed(answer: Any) -> Iterator[Preset]:
    """The voices of an account: system voices, then those cloned and designed there.

    Args:
        answer: the decoded body of ``get_voice``; what has no id is left out.
    """
    genders = {preset.id: preset.gender for preset in published()}
    for group in ("system_voice", "voice_cloning", "voice_generation"):
        for voice in (answer.get(group) if isinstance(answer, dict) else None) or ():
            id_ = voice.get("voice_id") if isinstance(voice, dict) else None
            if not isinstance(id_, str) or not id_.strip() or id_.startswith(MADE_HERE):
                continue
            title = str(voice.get("voice_name") or id_)
            languages = _languages(id_) if group == "system_voice" else ()
            yield Preset(id_, title[:80], languages, genders.get(id_, ""))


def _languages(id_: str) -> tuple[str, ...]:
    if id_ == _ANY_LANGUAGE[0]:
        return ()
    word = id_.replace(" ", "_").partition("_")[0]
    return (_LANGUAGES[word],) if word in _LANGUAGES else ()
