"""One take from MiniMax: a request, and its audio out of server-sent events."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx

from studio.engines.contract import EngineProblem, Request, Usage
from studio.engines.minimax.failures import refusal
from studio.engines.minimax.options import LANGUAGES, MiniMaxOptions
from studio.engines.services.events import EventTooLarge, events
from studio.engines.services.service import Service

RATE = 32000
"""Hz; the rate the models speak at."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of one event or answer: eight minutes as hexadecimal digits, repeated whole at the end."""
_LAST = 2
"""``status`` of the last event."""


def body(request: Request, voice: str) -> dict[str, Any]:
    """What is sent for a take."""
    options = MiniMaxOptions.model_validate(dict(request.options))
    setting: dict[str, Any] = {
        "voice_id": voice,
        "speed": options.speed,
        "vol": options.vol,
        "pitch": options.pitch,
    }
    if options.emotion != "auto":
        setting["emotion"] = options.emotion
    sent: dict[str, Any] = {
        "model": options.model,
        "text": request.text,
        "stream": True,
        "stream_options": {"exclude_aggregated_audio": True},
        "output_format": "hex",
        "voice_setting": setting,
        "audio_setting": {"sample_rate": RATE, "format": "pcm", "channel": 1},
    }
    boost = {
        "language": LANGUAGES.get(request.language.partition("-")[0].lower(), "auto"),
        "auto": "auto",
    }.get(options.language_boost)
    if boost is not None:
        sent["language_boost"] = boost
    return sent


async def speech(service: Service, sent: dict[str, Any]) -> AsyncGenerator[bytes | Usage, None]:
    """Pieces of PCM in order, and the usage as soon as it is told.

    Raises:
        EngineProblem: an error number, digits cut short, an end before the end.
    """
    take = _Take(service, str(sent["model"]))
    async with service.request("POST", "/v1/t2a_v2", json=sent) as response:
        if "text/event-stream" not in response.headers.get("content-type", ""):
            # An error of the request comes so, with HTTP 200.
            whole = service.decoded(await service.body(response, _LARGEST))
            for piece in take.event(whole):
                yield piece
        else:
            async for data in _data(service, response):
                if data == "[DONE]":
                    break
                for piece in take.event(service.decoded(data)):
                    yield piece
                if take.over:
                    break
    if not take.over:
        raise service.identity.problem("service_cut_off", host=service.identity.host)


async def _data(service: Service, response: httpx.Response) -> AsyncGenerator[str, None]:
    try:
        async for event in events(response.aiter_bytes(), _LARGEST):
            yield event.data
    except EventTooLarge:
        raise service.identity.problem("service_too_much", host=service.identity.host) from None


class _Take:
    """What came of a take so far."""

    def __init__(self, service: Service, model: str) -> None:
        self._who = service.identity
        self._model = model
        self._first = ""
        self._digits = 0
        self._told = False
        self.over = False

    def event(self, event: Any) -> list[bytes | Usage]:
        """The new parts of an event."""
        if not isinstance(event, dict):
            raise self._garbled()
        problem = refusal(event, self._who)
        if problem is not None:
            raise problem
        data = event.get("data") or {}
        extra = event.get("extra_info") or {}
        if not isinstance(data, dict) or not isinstance(extra, dict):
            raise self._garbled()
        parts: list[bytes | Usage] = [*self._audio(data), *self._usage(extra)]
        self.over = data.get("status") == _LAST
        return parts

    def _audio(self, data: dict[str, Any]) -> list[bytes]:
        digits = data.get("audio") or ""
        if not isinstance(digits, str):
            raise self._garbled()
        if not digits or (data.get("status") == _LAST and self._repeats(digits)):
            return []
        self._first = self._first or digits
        self._digits += len(digits)
        try:
            return [bytes.fromhex(digits)]
        except ValueError:
            code = "service_cut_off" if len(digits) % 2 else "service_garbled"
            raise self._who.problem(code, host=self._who.host) from None

    def _repeats(self, digits: str) -> bool:
        """Whether the last event's audio is the whole take once more."""
        return 0 < self._digits <= len(digits) and digits.startswith(self._first)

    def _usage(self, extra: dict[str, Any]) -> list[Usage]:
        if extra.get("audio_sample_rate", RATE) != RATE:
            raise self._garbled()  # it would have been played too fast or too slow
        characters = extra.get("usage_characters")
        if self._told or not isinstance(characters, int) or characters < 0:
            return []
        self._told = True
        return [Usage(characters, self._model)]

    def _garbled(self) -> EngineProblem:
        return self._who.problem("service_garbled", host=self._who.host)
