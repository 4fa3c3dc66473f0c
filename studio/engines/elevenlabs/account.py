"""What an ElevenLabs account is asked through the client: speech, a clone, its voices."""

import asyncio
import re
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from studio.engines.contract import EngineProblem, Preset, Request, Usage
from studio.engines.elevenlabs.failures import FORMAT_REFUSED, words_of
from studio.engines.elevenlabs.models import MODELS
from studio.engines.elevenlabs.options import ElevenLabsOptions, spoken
from studio.engines.elevenlabs.voices import LABEL, MADE_HERE, listed
from studio.engines.services.service import Service
from studio.engines.services.waits import Waits

if TYPE_CHECKING:
    from elevenlabs.client import AsyncElevenLabs

PCM, MP3 = "pcm_24000", "mp3_44100_128"
RATE = 24000
_PIECE = 4096
_PAGES = 10
"""Of a hundred voices each."""
_ONCE: Any = {"max_retries": 0}
"""The client would wait by itself, deaf to the stop flag; waiting is done here."""

Result = TypeVar("Result")


class Account:
    """One account behind one key.

    Args:
        client: the official client, over the service's own connections.
        service: words for what goes wrong.
    """

    def __init__(self, client: "AsyncElevenLabs", service: Service) -> None:
        self._client = client
        self._service = service
        self.form = PCM
        """The audio format; another one once the plan turns out not to include it."""

    async def speech(self, request: Request, voice: str) -> AsyncGenerator[bytes | Usage, None]:
        """Pieces of audio in :attr:`form`, and first of all the usage.

        Raises:
            EngineProblem: what the service said instead.
        """
        from elevenlabs.core.api_error import ApiError

        options = ElevenLabsOptions.model_validate(dict(request.options))
        fields = _fields(request, options)
        waits = Waits()
        while True:
            try:
                async with self._client.text_to_speech.with_raw_response.stream(
                    voice,
                    output_format=self.form,
                    request_options={"max_retries": 0, "chunk_size": _PIECE},
                    **fields,
                ) as answer:
                    for usage in _usage(answer.headers, options.model):
                        yield usage
                    async for piece in answer.data:
                        yield piece
            except ApiError as error:
                if self._plan_refuses(error):
                    self.form = MP3
                    wait: float = 0.0
                else:
                    wait = self._granted(waits, error)
            else:
                return
            await asyncio.sleep(wait)

    async def clone(self, file: bytes, language: str) -> str:
        """Make a voice of a WAV file; returns its id."""
        labels = {LABEL: MADE_HERE}
        if language:
            labels["language"] = language
        made: Any = await self._patiently(
            lambda: self._client.voices.ivc.create(
                name=f"studio-{uuid.uuid4().hex[:12]}",
                files=[("reference.wav", file, "audio/wav")],
                labels=labels,
                request_options=_ONCE,
            )
        )
        id_ = getattr(made, "voice_id", None)
        if not isinstance(id_, str) or not id_:
            raise self._garbled()
        if getattr(made, "requires_verification", False):
            raise EngineProblem("elevenlabs_verification", engine=self._service.identity.title)
        return id_

    async def voices(self) -> list[Preset]:
        """The account's voices, but for those cloned by a studio."""
        found: list[Preset] = []
        token: str | None = None
        for _ in range(_PAGES):
            page: Any = await self._patiently(self._page(token))
            voices = getattr(page, "voices", None)
            if not isinstance(voices, list):
                raise self._garbled()
            found += [preset for preset in map(listed, voices) if preset is not None]
            token = getattr(page, "next_page_token", None)
            if not getattr(page, "has_more", False) or not token:
                break
        return found

    def _page(self, token: str | None) -> Callable[[], Awaitable[Any]]:
        return lambda: self._client.voices.search(
            page_size=100, next_page_token=token, request_options=_ONCE
        )

    async def _patiently(self, ask: Callable[[], Awaitable[Result]]) -> Result:
        from elevenlabs.core.api_error import ApiError

        waits = Waits()
        while True:
            try:
                return await ask()
            except ApiError as error:
                wait = self._granted(waits, error)
            except EngineProblem:
                raise
            except (ValueError, TypeError, AttributeError, LookupError):
                raise self._garbled() from None  # an answer of another shape
            await asyncio.sleep(wait)

    def _plan_refuses(self, error: Any) -> bool:
        return self.form == PCM and words_of(error.body) in FORMAT_REFUSED

    def _granted(self, waits: Waits, error: Any) -> float:
        """Seconds to wait; raises where waiting does not help."""
        wait = waits.obeyed(error.status_code, error.headers)
        if wait is not None:
            return wait
        status = error.status_code or 0
        if 200 <= status < 300:  # noqa: PLR2004 - a good answer that does not decode
            raise self._garbled() from None
        raise self._service.refusal(status, error.headers or {}, error.body) from None

    def _garbled(self) -> EngineProblem:
        who = self._service.identity
        return who.problem("service_garbled", host=who.host)


def _fields(request: Request, options: ElevenLabsOptions) -> dict[str, Any]:
    from elevenlabs.types.voice_settings import VoiceSettings

    model = MODELS[options.model]
    settings: dict[str, Any] = {
        "stability": options.stability,
        "similarity_boost": options.similarity_boost,
        "style": options.style,
    }
    if model.speed:
        settings["speed"] = options.speed
    if model.speaker_boost:
        settings["use_speaker_boost"] = options.use_speaker_boost
    fields: dict[str, Any] = {
        "text": spoken(request.text, options),
        "model_id": options.model,
        "voice_settings": VoiceSettings(**settings),
    }
    language = request.language.partition("-")[0].lower()
    if model.language_code and language in model.languages:
        fields["language_code"] = language
    if request.seed:
        fields["seed"] = request.seed % (1 << 32)
    return fields


def _usage(headers: Mapping[str, str], model: str) -> list[Usage]:
    """The charge, told in credits, as characters at the model's list price."""
    cost = {name.lower(): value for name, value in headers.items()}.get("character-cost", "")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", cost):
        return []
    return [Usage(round(float(cost) / MODELS[model].credits), model)]
