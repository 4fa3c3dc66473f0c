"""ElevenLabs' own settings, and which of them its models take."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.engines.contract import Asked
from studio.engines.elevenlabs.models import MODELS
from studio.locales import LanguageName, Note, note


class ElevenLabsOptions(BaseModel):
    """ElevenLabs' own settings."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[
        Literal["eleven_v3", "eleven_v4", "eleven_multilingual_v2", "eleven_flash_v2_5"],
        Field(title="Model"),
    ] = "eleven_v3"
    tags: Annotated[
        str,
        Field(max_length=120, pattern=r"^(\[[A-Za-z' -]{1,40}\] ?)*$", title="Audio tags"),
    ] = ""
    stability: Annotated[float, Field(ge=0.0, le=1.0, title="Stability")] = 0.5
    similarity_boost: Annotated[float, Field(ge=0.0, le=1.0, title="Similarity")] = 0.75
    style: Annotated[float, Field(ge=0.0, le=1.0, title="Style exaggeration")] = 0.0
    speed: Annotated[float, Field(ge=0.7, le=1.2, title="Speed")] = 1.0
    use_speaker_boost: Annotated[bool, Field(title="Speaker boost")] = True


def refusal(asked: Asked) -> Note | None:
    """Why the chosen model cannot do what is asked of it."""
    options = ElevenLabsOptions.model_validate(dict(asked.options))
    model = MODELS[options.model]
    length = len(spoken(asked.text, options))
    if length > model.characters:
        return note(
            "engine.elevenlabs.too_long",
            model=options.model,
            characters=length,
            limit=model.characters,
        )
    if asked.language in MODELS["eleven_v3"].languages and asked.language not in model.languages:
        return note(
            "engine.elevenlabs.no_such_language",
            model=options.model,
            language=LanguageName(asked.language),
        )
    if options.tags and not model.tags:
        return note("engine.elevenlabs.no_tags", model=options.model)
    if model.stability and options.stability not in model.stability:
        return note("engine.elevenlabs.stability_steps", model=options.model)
    if options.speed != 1.0 and not model.speed:
        return note("engine.elevenlabs.no_speed", model=options.model)
    return None


def spoken(text: str, options: ElevenLabsOptions) -> str:
    """The text as it is sent: tags stand before it."""
    return f"{options.tags.strip()} {text}" if options.tags.strip() else text
