"""A take as the bytes of one format, while it is being made, and the events that carry them."""

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from anyio.to_thread import run_sync

from studio.audio.encode_stream import StreamEncoder
from studio.dialects.speech import failure
from studio.problems import Conflict
from studio.takes.service import TakeService

_PIECE_BYTES = 1 << 17
"""Encoded at once: some seconds of sound, so that a finished take goes out piece by piece, too."""
_COMMENT = "Synthetic speech (Voice Studio); engine: {engine}; take: {take}"


async def encoded(takes: TakeService, owner: str, take_id: str, name: str) -> AsyncGenerator[bytes]:
    """The take from its beginning in a format; ends with the take.

    Encoding runs in threads: other requests are answered meanwhile.

    Raises:
        Problem: the take failed or was cancelled, before its first sound or after. What came
            before is the beginning of a take that has no end.
        AudioError: ``cannot_encode``.
    """
    encoder: StreamEncoder | None = None
    try:
        async with aclosing(_heard(takes, owner, take_id)) as pieces:
            async for rate, pcm in pieces:
                if encoder is None:
                    view = await run_sync(takes.take, owner, take_id)
                    comment = _COMMENT.format(engine=view.engine, take=view.id)
                    encoder = await run_sync(StreamEncoder, name, rate, {"comment": comment})
                for start in range(0, len(pcm), _PIECE_BYTES):
                    data = await run_sync(encoder.feed, pcm[start : start + _PIECE_BYTES])
                    if data:
                        yield data
        view = await run_sync(takes.take, owner, take_id)
        if view.state != "done" or encoder is None:
            raise failure(view)
        if data := await run_sync(encoder.end):
            yield data
    finally:
        if encoder is not None:
            encoder.close()


async def _heard(takes: TakeService, owner: str, take_id: str) -> AsyncGenerator[tuple[int, bytes]]:
    """The take's stream; nothing of one that failed, whose row tells why."""
    try:
        async with aclosing(takes.stream(owner, take_id)) as pieces:
            async for piece in pieces:
                yield piece
    except Conflict:
        return


def delta_event(data: bytes) -> bytes:
    """``speech.audio.delta``."""
    audio = base64.b64encode(data).decode()
    return event({"type": "speech.audio.delta", "audio": audio})


def done_event(characters: int) -> bytes:
    """``speech.audio.done``. Engines here count no tokens; what they count is characters."""
    usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    return event({"type": "speech.audio.done", "usage": {**usage, "input_characters": characters}})


def event(data: dict) -> bytes:
    """One server-sent event, named as its ``type``."""
    return f"event: {data['type']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
