"""The child side: serves one engine, or plain functions, to the studio over a channel.

Requests are dicts with ``do`` and ``exchange``; answers repeat ``exchange`` and say what they
``did``. Requests are worked on one after the other in the main thread; a ``cancel`` sets the stop
flag of its exchange from the thread that receives. See ``host.py`` for the other side.
"""

import importlib
import os
import queue
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from studio.engines.contract import Chunk, Engine, Enrolment, ReferenceClip, Request, Usage
from studio.engines.registry import engine_class
from studio.runtime import child, wire
from studio.runtime.wire import Message

_PIECE = 1 << 18
"""Samples in one message at most: 1 MiB, so that a bounded queue of messages is bounded memory."""


class NotAudio(Exception):
    """The engine yielded something that is no chunk; the text says what."""


def serve(channel: Any) -> None:
    """Answer requests until the studio goes away."""
    Worker(channel).run()


class Worker:
    """One child's state: the engine it serves, if any.

    Args:
        channel: execnet's channel to the studio.
    """

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._stops: dict[int, threading.Event] = {}
        self._engine: Engine | None = None

    def run(self) -> None:
        """Work through the requests; never returns before the studio goes away."""
        self._channel.setcallback(self._arrived, endmarker=None)
        while True:
            request = self._requests.get()
            self._answer(request)
            self._stops.pop(request["exchange"], None)

    def _arrived(self, request: Message | None) -> None:
        """Runs in the receiving thread, also while an engine is at work."""
        if request is None:  # the studio closed the connection
            os._exit(0)
        exchange = request["exchange"]
        if request["do"] == "cancel":
            if exchange in self._stops:
                self._stops[exchange].set()
            return
        self._stops[exchange] = threading.Event()
        self._requests.put(request)

    def _answer(self, request: Message) -> None:
        exchange = request["exchange"]
        try:
            handler = getattr(self, f"_do_{request['do']}")
            answer = handler(request)
        except NotAudio as garbage:
            answer = {"did": "garbage", "reason": str(garbage)}
        except BaseException as problem:  # noqa: BLE001 - engines may raise anything, SystemExit too
            answer = _told(problem)
        self._channel.send({**answer, "exchange": exchange})

    def _do_load(self, request: Message) -> Message:
        began = time.perf_counter()
        engine = engine_class(request["engine"])()
        weights = request["weights"]
        engine.load(Path(weights) if weights is not None else None, request["device"])
        self._engine = engine
        return {"did": "loaded", "seconds": time.perf_counter() - began}

    def _do_synthesize(self, request: Message) -> Message:
        stop = self._stops[request["exchange"]]
        iterator = self._loaded().synthesize(_request(request["request"]), stop)
        seconds = 0.0
        try:
            while True:
                began = time.perf_counter()
                chunk = next(iterator, None)
                seconds += time.perf_counter() - began
                if chunk is None or stop.is_set():
                    break
                if not isinstance(chunk, Usage):
                    self._send_chunk(request["exchange"], chunk)
        finally:
            if hasattr(iterator, "close"):
                iterator.close()
        return {"did": "done", "seconds": seconds}

    def _send_chunk(self, exchange: int, chunk: Chunk) -> None:
        samples, rate = _audio(chunk)
        for piece in _pieces(samples):
            self._channel.send(
                {"did": "chunk", "exchange": exchange, "samples": piece, "rate": rate}
            )

    def _do_enroll(self, request: Message) -> Message:
        enrolment = self._loaded().enroll(ReferenceClip(**wire.decode(request["clip"])))
        plain = {"arrays": dict(enrolment.arrays), "values": dict(enrolment.values)}
        return {"did": "enrolled", "enrolment": wire.encode(plain)}

    def _do_unload(self, _request: Message) -> Message:
        if self._engine is not None:
            self._engine.unload()
            self._engine = None
        return {"did": "unloaded"}

    def _do_call(self, request: Message) -> Message:
        child.allow_processor(request["processor_seconds"])
        module, _, name = request["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        result = function(*wire.decode(request["arguments"]))
        return {"did": "returned", "result": wire.encode(result)}

    def _loaded(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("no engine is loaded")
        return self._engine


def _request(plain: Message) -> Request:
    fields = wire.decode(plain)
    if fields["enrolment"] is not None:
        fields["enrolment"] = Enrolment(**fields["enrolment"])
    return Request(**fields)


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


def _told(problem: BaseException) -> Message:
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
