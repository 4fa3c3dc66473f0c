"""The child side of one pass of an engine: its pieces, looked at for their kind and sent."""

import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from studio.engines.contract import Chunk, EngineProblem, Remark, StopFlag, Usage
from studio.runtime import wire
from studio.runtime.wire import Message

_PIECE = 1 << 18
"""Samples in one message at most: 1 MiB, so that a bounded queue of messages is bounded memory."""
_END = object()


class Stop(StopFlag, Protocol):
    """A stop flag that can be set."""

    def set(self) -> None: ...


class NotAudio(Exception):
    """The engine yielded something that is no chunk; the text says what."""


class Utterance:
    """One request, or several that the model speaks together.

    Args:
        tell: sends a message to the studio.
        stops: one stop flag for each request.
    """

    def __init__(self, tell: Callable[[Message], None], stops: Sequence[Stop]) -> None:
        self._tell = tell
        self._stops = stops

    def speak(self, pieces: Iterator[tuple[int, Any]]) -> float:
        """Send everything; returns the seconds that the engine itself worked.

        Raises:
            NotAudio: a piece that belongs to no request.
        """
        iterator: Any = iter(pieces)
        seconds = 0.0
        try:
            while True:
                began = time.perf_counter()
                found = next(iterator, _END)
                seconds += time.perf_counter() - began
                if found is _END:
                    break
                number, piece = self._numbered(found)
                if isinstance(piece, Usage):  # is charged also when nobody listens any more
                    characters = max(0, int(piece.characters))
                    model = str(piece.model)
                    self._send("usage", number, characters=characters, model=model)
                if all(stop.is_set() for stop in self._stops):
                    break
                if not self._stops[number].is_set():
                    self._pass_on(number, piece)
        finally:
            if hasattr(iterator, "close"):
                iterator.close()
        return seconds

    def _numbered(self, found: Any) -> tuple[int, Any]:
        try:
            number, piece = found
        except (TypeError, ValueError) as problem:
            raise NotAudio(type(found).__name__) from problem
        if not isinstance(number, int | np.integer) or not 0 <= number < len(self._stops):
            raise NotAudio(f"item {number!r:.20}")
        return int(number), piece

    def _pass_on(self, number: int, piece: Any) -> None:
        if isinstance(piece, Usage):
            return
        if isinstance(piece, Remark):
            self._send("remark", number, note=wire.encode(piece.note.to_json()))
        elif isinstance(piece, EngineProblem):
            self._stops[number].set()
            answer = told(piece)
            self._send("ended", number, code=answer["code"], params=answer["params"])
        else:
            self._send_chunk(number, piece)

    def _send_chunk(self, number: int, chunk: Chunk) -> None:
        try:
            samples, rate = _audio(chunk)
        except NotAudio as garbage:
            self._stops[number].set()
            self._send("ended", number, garbage=str(garbage))
            return
        for piece in _pieces(samples):
            self._send("chunk", number, samples=piece, rate=rate)

    def _send(self, did: str, number: int, **fields: Any) -> None:
        self._tell({"did": did, "item": number, **fields})


def _audio(chunk: object) -> tuple[np.ndarray, Any]:
    """Samples and rate of what an engine yielded; the studio checks their values."""
    samples = getattr(chunk, "samples", None)
    if not isinstance(samples, np.ndarray):
        raise NotAudio(type(chunk if samples is None else samples).__name__)
    if samples.dtype != np.float32 or samples.ndim != 1:
        raise NotAudio(f"{samples.dtype} {samples.shape}")
    rate = getattr(chunk, "sample_rate", None)
    return samples, wire.encode(rate) if isinstance(rate, int | np.integer) else None


def _pieces(samples: np.ndarray) -> Iterator[bytes]:
    for start in range(0, max(samples.size, 1), _PIECE):
        yield samples[start : start + _PIECE].astype("<f4", copy=False).tobytes()


def told(problem: BaseException) -> Message:
    """An exception as an answer: refusals carry a code and parameters, all others their type."""
    code, params = getattr(problem, "code", None), getattr(problem, "params", None)
    if isinstance(code, str) and isinstance(params, Mapping):
        plain = {str(k): v if isinstance(v, int | float) else str(v) for k, v in params.items()}
        kind = type(problem).__name__
        return {"did": "refused", "kind": kind, "code": code, "params": wire.encode(plain)}
    return {
        "did": "failed",
        "type": type(problem).__name__,
        "message": wire.encode(str(problem)[:500]),
        "traceback": wire.encode("".join(traceback.format_exception(problem))[-8000:]),
    }
