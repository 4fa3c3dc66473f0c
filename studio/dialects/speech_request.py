"""What a client of OpenAI's speech API sends, with the few fields that vLLM-Omni adds to it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.engines.openai.languages import LANGUAGES

Format = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
_CODES = {name.lower(): code for code, name in LANGUAGES.items()}
_UNSAID = ("", "auto")
_SEED_LIMIT = 2**31


class VoiceById(BaseModel):
    """A voice named by its id alone."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(max_length=200)]


class _Manner(BaseModel):
    """How something is to be said, by whom. What is not named here is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, Field(max_length=200)] = "tts-1"
    """An engine, ``engine/model``, or one of OpenAI's names for the studio's default."""
    voice: Annotated[str, Field(max_length=200)] | VoiceById | None = None
    """A preset of the engine, or a cloned voice by name or id; by default the engine's best for
    the language."""
    instructions: str | None = None
    """How to say it."""
    speed: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """1 is the engine's own; engines that cannot change it refuse anything else."""
    language: Annotated[str, Field(max_length=35)] | None = None
    """ISO 639 code or English name; by default what the text's script and the voice suggest."""
    seed: Annotated[int | None, Field(ge=0, lt=_SEED_LIMIT)] = None
    insist: bool = False
    """Render although the studio advises against it; the take says so."""
    options: Annotated[dict[str, Any], Field(max_length=64)] = {}
    """Values of the engine's own settings, as the studio's API has them."""

    @property
    def voice_name(self) -> str:
        """The voice's name or id; empty: none was named."""
        name = self.voice.id if isinstance(self.voice, VoiceById) else self.voice
        return (name or "").strip()

    @property
    def language_code(self) -> str:
        """The language as it was named, a name as its code; empty: none was named."""
        named = (self.language or "").strip()
        return "" if named.lower() in _UNSAID else _CODES.get(named.lower(), named)


class SpeechRequest(_Manner):
    """``POST /v1/audio/speech``."""

    input: str
    """The text."""
    response_format: Format = "mp3"
    """``pcm`` is 16-bit mono at 24 kHz."""
    stream_format: Literal["audio", "sse"] | None = None
    """``sse``: events ``speech.audio.delta`` with audio in Base64."""
    stream: bool | None = None
    """vLLM-Omni's way to ask for events."""

    @property
    def events(self) -> bool:
        """Whether the audio is to come in server-sent events."""
        return (self.stream_format or ("sse" if self.stream else "audio")) == "sse"


class SessionConfig(_Manner):
    """``session.config`` of the WebSocket: the same for every text that follows."""

    response_format: Format = "wav"
    stream_audio: bool = False
    """Several binary frames a sentence, as it is being made; else one."""
    split_granularity: Literal["sentence", "none"] = "sentence"
    """``none``: a text is spoken when ``input.done`` comes, as one."""

    def request(self, text: str) -> SpeechRequest:
        """The request for one sentence."""
        shared = self.model_dump(include=set(_Manner.model_fields))
        return SpeechRequest(input=text, response_format=self.response_format, **shared)
