"""WebSocket ``/v1/audio/speech/stream``: text comes as it is written, sentences go out spoken.

The messages are vLLM-Omni's. Sentences are ordered as soon as they have ended, some ahead of the
one that is being heard, so that engines do not wait for listeners.
"""

import json
import math
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from anyio import (
    CancelScope,
    Lock,
    create_memory_object_stream,
    create_task_group,
    move_on_after,
)
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from anyio.to_thread import run_sync
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.problems import first_fault, spoken
from studio.api.v1.errors import openai_error
from studio.audio.encode_stream import PCM_RATE
from studio.dialects.sentences_in import SentencesIn
from studio.dialects.speech import Ordered
from studio.dialects.speech_request import SessionConfig
from studio.dialects.speech_sound import encoded
from studio.locales import Note
from studio.problems import BadInput, Problem, TooLarge
from studio.wiring import Studio

router = APIRouter(prefix="/v1/audio", tags=["OpenAI speech"])

_CONFIG_SECONDS, _IDLE_SECONDS = 10.0, 60.0
_MESSAGE_BYTES = 128 * 1024
_WAITING_CHARACTERS = 50_000
_AHEAD = 2
"""Sentences ordered beyond the one that is being heard and the one being ordered."""
_POLICY, _TOO_BIG, _UNEXPECTED = 1008, 1009, 1011


@router.websocket("/speech/stream")
async def speak_as_written(
    socket: WebSocket, studio: StudioDep, owner: Owner, language: Language
) -> None:
    """Messages as in docs/api.md."""
    await socket.accept()
    await _Session(socket, studio, owner, language).run()


@dataclass(frozen=True)
class _Sentence:
    utterance: int
    number: int
    text: str
    config: SessionConfig

    @property
    def place(self) -> dict[str, int]:
        return {"utterance_index": self.utterance, "sentence_index": self.number}


@dataclass(frozen=True)
class _End:
    """Of an utterance; ``sentences`` is how many it had."""

    utterance: int
    sentences: int


class _Session:
    """One connection."""

    def __init__(self, socket: WebSocket, studio: Studio, owner: str, language: str) -> None:
        self._socket = socket
        self._studio = studio
        self._owner = owner
        self._language = language
        self._sending = Lock()
        self._config: SessionConfig | None = None
        self._sentences = SentencesIn()
        self._utterance = self._number = 0
        self._begun = False
        """Text came since the last ``input.done``."""
        self._written = ""
        """Of an utterance that is spoken as one."""
        self._waiting = 0
        """Characters of sentences that were not spoken yet."""
        self._open: set[str] = set()
        """Takes that somebody still wants to hear."""

    async def run(self) -> None:
        """Until the client closes, goes away or falls silent; then nothing of it goes on."""
        to_order, ordering = create_memory_object_stream[_Sentence | _End](math.inf)
        to_play, playing = create_memory_object_stream[tuple[_Sentence, Ordered | Problem] | _End](
            _AHEAD
        )
        try:
            async with create_task_group() as group:
                group.start_soon(self._order, ordering, to_play)
                group.start_soon(self._play, playing)
                await self._read(to_order)
                group.cancel_scope.cancel()
        except* (WebSocketDisconnect, RuntimeError):  # Starlette: sending to who has gone
            pass
        finally:
            for stream in (to_order, ordering, to_play, playing):
                stream.close()
            with CancelScope(shield=True):
                for take in list(self._open):
                    await run_sync(self._studio.speech.abandon, self._owner, take)

    # what comes

    async def _read(self, out: MemoryObjectSendStream[_Sentence | _End]) -> None:
        while True:
            message = await self._received()
            if message is None:
                return
            try:
                if not await self._heed(message, out):
                    return
            except Problem as problem:
                await self._tell(problem)
                if self._config is None or isinstance(problem, TooLarge):
                    await self._close(_TOO_BIG if isinstance(problem, TooLarge) else _POLICY)
                    return

    async def _received(self) -> str | None:
        """The next message; ``None`` when there will be none."""
        limit = _CONFIG_SECONDS if self._config is None else _IDLE_SECONDS
        while True:
            with move_on_after(limit):
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    return None
                return message.get("text") or ""
            if not self._waiting:  # a client may well listen for longer in silence
                await self._tell(BadInput("socket_idle", seconds=limit))
                await self._close(_POLICY)
                return None

    async def _heed(self, raw: str, out: MemoryObjectSendStream[_Sentence | _End]) -> bool:
        """Do what a message says; ``False`` for the last one."""
        message = _object(raw)
        kind = message.pop("type", None)
        if kind == "session.close":
            await self._close(1000)
            return False
        if kind == "session.config":
            await self._configure(message)
        elif self._config is None:
            raise BadInput("socket_config_first")
        elif kind == "input.text":
            text = message.get("text")
            if not isinstance(text, str):
                raise BadInput("socket_text_missing")
            if self._waiting + len(self._written) + len(text) > _WAITING_CHARACTERS:
                raise TooLarge("socket_too_far_ahead", limit=_WAITING_CHARACTERS)
            self._begun = self._begun or bool(text)
            if self._config.split_granularity == "sentence":
                self._give_out(self._sentences.feed(text), out)
            else:
                self._written += text
        elif kind == "input.done":
            self._done(out)
        else:
            raise BadInput("socket_unknown_type", type=str(kind)[:40])
        return True

    async def _configure(self, message: dict[str, Any]) -> None:
        if self._begun:
            raise BadInput("socket_config_midway")
        try:
            config = SessionConfig.model_validate(message)
        except ValidationError as problem:
            fault = first_fault(problem.errors(include_url=False)[0])
            code = fault.code.removeprefix("error.")
            raise BadInput(code, **fault.params) from None  # type: ignore[arg-type]
        await run_sync(self._studio.speech.check, self._owner, config)
        self._config = config

    def _give_out(self, texts: list[str], out: MemoryObjectSendStream[_Sentence | _End]) -> None:
        assert self._config is not None  # noqa: S101 (nothing is heeded before)
        for text in texts:
            out.send_nowait(_Sentence(self._utterance, self._number, text, self._config))
            self._number += 1
            self._waiting += len(text)

    def _done(self, out: MemoryObjectSendStream[_Sentence | _End]) -> None:
        assert self._config is not None  # noqa: S101 (nothing is heeded before)
        if self._config.split_granularity == "sentence":
            self._give_out(self._sentences.flush(), out)
        elif self._written.strip():
            self._give_out([self._written], out)
        out.send_nowait(_End(self._utterance, self._number))
        self._utterance, self._number = self._utterance + 1, 0
        self._written, self._begun = "", False

    # what goes

    async def _order(
        self,
        units: MemoryObjectReceiveStream[_Sentence | _End],
        out: MemoryObjectSendStream[tuple[_Sentence, Ordered | Problem] | _End],
    ) -> None:
        async for unit in units:
            if isinstance(unit, _End):
                await out.send(unit)
            else:
                await out.send((unit, await self._ordered(unit)))

    async def _ordered(self, unit: _Sentence) -> Ordered | Problem:
        request = unit.config.request(unit.text)
        try:
            with CancelScope(shield=True):  # a take that is ordered must be known, to be stopped
                ordered = await run_sync(self._studio.speech.order, self._owner, request)
                self._open.add(ordered.take.id)
        except Problem as problem:
            return problem
        return ordered

    async def _play(
        self, units: MemoryObjectReceiveStream[tuple[_Sentence, Ordered | Problem] | _End]
    ) -> None:
        async for unit in units:
            if isinstance(unit, _End):
                done = {"utterance_index": unit.utterance, "total_sentences": unit.sentences}
                await self._send({"type": "session.done", **done})
            else:
                await self._speak(*unit)

    async def _speak(self, sentence: _Sentence, ordered: Ordered | Problem) -> None:
        """One sentence: its start, its sound, its end, and what went wrong with it."""
        sent = 0
        failed = ordered if isinstance(ordered, Problem) else None
        await self._send(_start(sentence, ordered))
        if isinstance(ordered, Ordered):
            take, whole = ordered.take.id, bytearray()
            sound = encoded(self._studio.takes, self._owner, take, sentence.config.response_format)
            try:
                async with aclosing(sound):
                    async for data in sound:
                        if sentence.config.stream_audio:
                            await self._send_bytes(data)
                            sent += len(data)
                        else:
                            whole += data
                if whole:
                    await self._send_bytes(bytes(whole))
                    sent = len(whole)
            except Problem as problem:
                failed = problem
            self._open.discard(take)
        if failed is not None:
            discard = {"partial_audio": True, "action": "discard"} if sent else {}
            await self._tell(failed, **sentence.place, **discard)
        self._waiting -= len(sentence.text)
        end = {"total_bytes": sent, "error": failed is not None}
        await self._send({"type": "audio.done", **sentence.place, **end})

    async def _tell(self, problem: Problem, **more: Any) -> None:
        said = spoken(self._language, Note(f"error.{problem.code}", problem.params))
        _, error = openai_error(said, problem.status)
        await self._send({"type": "error", "message": error["message"], "error": error, **more})

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._sending:
            await self._socket.send_text(json.dumps(message, ensure_ascii=False))

    async def _send_bytes(self, data: bytes) -> None:
        async with self._sending:
            await self._socket.send_bytes(data)

    async def _close(self, code: int) -> None:
        async with self._sending:
            await self._socket.close(code)


def _start(sentence: _Sentence, ordered: Ordered | Problem) -> dict[str, Any]:
    form = sentence.config.response_format
    start = {"type": "audio.start", **sentence.place, "sentence_text": sentence.text}
    start["format"] = form
    if form == "pcm":
        start |= {"sample_rate": PCM_RATE, "channels": 1}
    if isinstance(ordered, Ordered):
        aspects = ordered.take.aspects
        start["take"] = ordered.take.id
        start["aspects"] = {
            name: getattr(aspects, name).status for name in type(aspects).model_fields
        }
    return start


def _object(raw: str) -> dict[str, Any]:
    if len(raw.encode("utf-8", "surrogatepass")) > _MESSAGE_BYTES:
        raise TooLarge("socket_message_too_large", limit_kilobytes=_MESSAGE_BYTES // 1024)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput("socket_not_json")
    return found
