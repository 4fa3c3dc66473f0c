"""Settings of a request to a compatible server."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.engines.contract import Asked
from studio.locales import Note, note

_WORD = r"^[^\x00-\x1f\x7f]*$"


class OpenAiOptions(BaseModel):
    """Settings of a request to a compatible server."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, Field(max_length=200, pattern=_WORD, title="Model")] = ""
    voice: Annotated[str, Field(max_length=200, pattern=_WORD, title="Voice")] = ""
    speed: Annotated[float, Field(ge=0.25, le=4.0, title="Speed")] = 1.0
    response_format: Annotated[
        Literal["wav", "pcm", "mp3", "flac", "opus"], Field(title="Audio format")
    ] = "wav"
    stream: Annotated[Literal["audio", "sse", "off"], Field(title="Streaming")] = "audio"
    sample_rate: Annotated[int, Field(ge=8000, le=48000, title="Sample rate of PCM (Hz)")] = 24000
    language: Annotated[Literal["off", "name", "code"], Field(title="Send the language")] = "off"


def refusal(asked: Asked) -> Note | None:
    """Why the settings contradict each other."""
    options = OpenAiOptions.model_validate(dict(asked.options))
    if options.stream == "sse" and options.response_format not in ("wav", "pcm"):
        # Pieces of other formats cannot be told from whole recordings.
        return note("engine.openai.sse_format", format=options.response_format)
    return None
