"""One take from a compatible server: a request, and its audio as bytes or out of events."""

import base64
import binascii
import contextlib
import re
from collections.abc import AsyncGenerator
from typing import Any

import httpx

from studio.engines.contract import EngineProblem, Request, Usage
from studio.engines.openai.languages import LANGUAGES
from studio.engines.openai.options import OpenAiOptions
from studio.engines.openai.wav_pieces import WavPieces
from studio.engines.services.events import Event, EventTooLarge, events
from studio.engines.services.refusals import message_of
from studio.engines.services.service import Service

_LARGEST_EVENT = 16 * 1024 * 1024
_UNSTREAMED = (400, 422)
_RATE = re.compile(r"rate=(\d{4,6})")


def body(request: Request, model: str, voice: str) -> dict[str, Any]:
    """What is sent for a take.

    Args:
        request: the take.
        model: empty: the server's only one.
        voice: empty: the server's own default.
    """
    options = OpenAiOptions.model_validate(dict(request.options))
    sent: dict[str, Any] = {"input": request.text, "response_format": options.response_format}
    if model:
        sent["model"] = model
    if voice:
        sent["voice"] = voice
    if request.instruction:
        sent["instructions"] = request.instruction
    if options.speed != 1.0:
        sent["speed"] = options.speed
    streamed = options.response_format in ("wav", "pcm") and options.speed == 1.0
    if options.stream == "sse" or (options.stream == "audio" and streamed):
        sent["stream_format"] = options.stream  # servers stream these alone, and at normal speed
    code = request.language.partition("-")[0].lower()
    language = {"name": LANGUAGES.get(code, ""), "code": code}.get(options.language)
    if language:
        sent["language"] = language
    return sent


class Speech:
    """One take under way.

    Args:
        service: the server.
        sent: the request's body.
        pcm_rate: Hz of bytes without a header.

    Attributes:
        raw_rate: Hz of the bytes that come, where they come without a header; known with the
            first of them.
    """

    def __init__(self, service: Service, sent: dict[str, Any], pcm_rate: int) -> None:
        self._service = service
        self._sent = sent
        self._pcm_rate = pcm_rate
        self.raw_rate: int | None = None

    async def parts(self) -> AsyncGenerator[bytes | Usage, None]:
        """Bytes of audio in order, after the number of characters that were accepted.

        The API tells no usage in characters; what it charges for by the character is the text.

        Raises:
            EngineProblem: what the server said instead.
        """
        try:
            async for part in self._asked(self._sent):
                yield part
        except _StreamRefused:
            plain = {key: value for key, value in self._sent.items() if key != "stream_format"}
            async for part in self._asked(plain):
                yield part

    async def _asked(self, sent: dict[str, Any]) -> AsyncGenerator[bytes | Usage, None]:
        async with contextlib.AsyncExitStack() as stack:
            asking = self._service.request("POST", "/audio/speech", json=sent)
            try:
                response = await stack.enter_async_context(asking)
            except EngineProblem as problem:
                raise _blamed(problem, sent) from None
            yield Usage(len(sent["input"]), str(sent.get("model", "")))
            kind = response.headers.get("content-type", "").lower()
            if kind.startswith("text/event-stream"):
                async for piece in self._events(response):
                    yield piece
                return
            self._refuse_text(kind)
            self.raw_rate = _raw_rate(kind, str(sent["response_format"]), self._pcm_rate)
            async for piece in response.aiter_bytes():
                yield piece

    def _refuse_text(self, kind: str) -> None:
        if kind.startswith(("application/json", "text/")):
            who = self._service.identity
            raise who.problem("service_not_audio", host=who.host)

    async def _events(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        who = self._service.identity
        pieces = WavPieces()
        over = False
        try:
            async for event in events(response.aiter_bytes(), _LARGEST_EVENT):
                over = event.data == "[DONE]"
                if over:
                    break
                audio, over = self._event(event)
                samples = pieces.samples(audio)
                # In events audio stands without a header, or with one that is taken off here.
                self.raw_rate = pieces.rate or self._pcm_rate
                if samples:
                    yield samples
                if over:
                    break
        except EventTooLarge:
            raise who.problem("service_too_much", host=who.host) from None
        except ValueError:
            raise who.problem("service_garbled", host=who.host) from None
        if not over:
            raise who.problem("service_cut_off", host=who.host)

    def _event(self, event: Event) -> tuple[bytes, bool]:
        """Audio of an event, and whether it is the last one."""
        who = self._service.identity
        told = self._service.decoded(event.data)
        if not isinstance(told, dict):
            raise who.problem("service_garbled", host=who.host)
        kind = str(told.get("type") or event.name)
        if kind.endswith("error") or told.get("error"):
            words = who.quoted(message_of(told)) or "–"
            raise who.problem("service_refused", status=200, words=words)
        audio = told.get("audio") or told.get("delta") or ""
        if not isinstance(audio, str):
            raise who.problem("service_garbled", host=who.host)
        try:
            return base64.b64decode(audio, validate=True), kind.endswith(".done")
        except binascii.Error:
            code = "service_cut_off" if len(audio) % 4 else "service_garbled"
            raise who.problem(code, host=who.host) from None


class _StreamRefused(Exception):
    """The server knows no such field, or does not stream this model."""


def _blamed(problem: EngineProblem, sent: dict[str, Any]) -> Exception:
    """Whether a refusal is about streaming alone: then it is asked for without."""
    words = str(problem.params.get("words", "")).lower()
    about = "stream" in words and problem.params.get("status") in _UNSTREAMED
    return _StreamRefused() if about and sent.get("stream_format") == "audio" else problem


def _raw_rate(kind: str, form: str, pcm_rate: int) -> int | None:
    """The rate of bytes without a header, where such were asked for or are announced."""
    if kind.startswith(("audio/pcm", "audio/l16", "audio/x-raw")):
        told = _RATE.search(kind)
        return int(told[1]) if told else pcm_rate
    return pcm_rate if form == "pcm" else None
