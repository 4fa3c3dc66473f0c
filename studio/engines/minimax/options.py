"""MiniMax's own settings, and which of them its models take."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.engines.contract import Asked
from studio.locales import LanguageName, Note, note

Model = Literal[
    "speech-2.8-hd",
    "speech-2.8-turbo",
    "speech-2.6-hd",
    "speech-2.6-turbo",
    "speech-02-hd",
    "speech-02-turbo",
]
Emotion = Literal[
    "auto",
    "happy",
    "sad",
    "angry",
    "fearful",
    "disgusted",
    "surprised",
    "calm",
    "fluent",
    "whisper",
]

LANGUAGES = {
    "zh": "Chinese",
    "yue": "Chinese,Yue",
    "en": "English",
    "ar": "Arabic",
    "ru": "Russian",
    "es": "Spanish",
    "fr": "French",
    "pt": "Portuguese",
    "de": "German",
    "tr": "Turkish",
    "nl": "Dutch",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "id": "Indonesian",
    "ja": "Japanese",
    "it": "Italian",
    "ko": "Korean",
    "th": "Thai",
    "pl": "Polish",
    "ro": "Romanian",
    "el": "Greek",
    "cs": "Czech",
    "fi": "Finnish",
    "hi": "Hindi",
    "bg": "Bulgarian",
    "da": "Danish",
    "he": "Hebrew",
    "ms": "Malay",
    "fa": "Persian",
    "sk": "Slovak",
    "sv": "Swedish",
    "hr": "Croatian",
    "fil": "Filipino",
    "hu": "Hungarian",
    "no": "Norwegian",
    "sl": "Slovenian",
    "ca": "Catalan",
    "nn": "Nynorsk",
    "ta": "Tamil",
    "af": "Afrikaans",
}
"""ISO 639 codes and MiniMax's names for ``language_boost``."""
_OLDER = 24
"""The first so many of them are those of the speech-02 models."""


class MiniMaxOptions(BaseModel):
    """MiniMax's own settings."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[Model, Field(title="Model")] = "speech-2.8-hd"
    emotion: Annotated[Emotion, Field(title="Emotion")] = "auto"
    speed: Annotated[float, Field(ge=0.5, le=2.0, title="Speed")] = 1.0
    pitch: Annotated[int, Field(ge=-12, le=12, title="Pitch (semitones)")] = 0
    vol: Annotated[float, Field(ge=0.1, le=10.0, title="Volume")] = 1.0
    language_boost: Annotated[Literal["language", "auto", "off"], Field(title="Language")] = (
        "language"
    )


def emotion_name(emotion: str) -> Note:
    """What the settings on the page call an emotion."""
    return Note(f"ui.option.minimax.emotion.{emotion}")


def takes_emotion(model: str, emotion: str) -> bool:
    """Whether a model knows an emotion: whispering and fluency are not for all of them."""
    if emotion == "whisper":
        return model.startswith("speech-2.6")
    return emotion != "fluent" or not model.startswith("speech-02")


def refusal(asked: Asked) -> Note | None:
    """Why a model cannot do what is asked of it."""
    options = MiniMaxOptions.model_validate(dict(asked.options))
    if not takes_emotion(options.model, options.emotion):
        emotion = emotion_name(options.emotion)
        return note("engine.minimax.no_such_emotion", model=options.model, emotion=emotion)
    newer = list(LANGUAGES)[_OLDER:]
    if options.model.startswith("speech-02") and asked.language in newer:
        return note(
            "engine.minimax.no_such_language",
            model=options.model,
            language=LanguageName(asked.language),
        )
    return None
