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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from studio.engines.contract import Engine, Enrolment, ReferenceClip, Request
from studio.engines.registry import engine_class
from studio.runtime import child, wire
from studio.runtime.rosters import plain_preset
from studio.runtime.utterance import NotAudio, Stop, Utterance, told
from studio.runtime.wire import Message


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
        self._stops: dict[int, list[Stop]] = {}
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
            item = request["item"]
            for number, stop in enumerate(self._stops.get(exchange, ())):
                if item in (None, number):
                    stop.set()
            return
        self._stops[exchange] = [threading.Event() for _ in request.get("requests", [None])]
        self._requests.put(request)

    def _answer(self, request: Message) -> None:
        exchange = request["exchange"]
        try:
            handler = getattr(self, f"_do_{request['do']}")
            answer = handler(request)
        except NotAudio as garbage:
            answer = {"did": "garbage", "reason": str(garbage)}
        except BaseException as problem:  # noqa: BLE001 - engines may raise anything, SystemExit too
            answer = told(problem)
        self._channel.send({**answer, "exchange": exchange})

    def _do_load(self, request: Message) -> Message:
        began = time.perf_counter()
        engine = self._engine or engine_class(request["engine"])()
        weights = request["weights"]
        engine.loading = request.get("set", "")
        engine.load(Path(weights) if weights is not None else None, request["device"])
        self._engine = engine
        remarks = wire.encode([remark.to_json() for remark in engine.remarks])
        return {"did": "loaded", "seconds": time.perf_counter() - began, "remarks": remarks}

    def _do_roster(self, request: Message) -> Message:
        """In a thread of its own: a service that stalls must not keep a render waiting."""
        engine = self._loaded()
        heard: queue.SimpleQueue[Message] = queue.SimpleQueue()

        def ask() -> None:
            try:
                voices = [plain_preset(preset) for preset in engine.roster()]
                heard.put({"did": "rostered", "voices": wire.encode(voices)})
            except BaseException as problem:  # noqa: BLE001 - as above
                heard.put(told(problem))

        threading.Thread(target=ask, name="roster", daemon=True).start()
        try:
            return heard.get(timeout=request["seconds"])
        except queue.Empty:
            return told(TimeoutError(f"no answer within {request['seconds']:.0f} s"))

    def _do_synthesize(self, request: Message) -> Message:
        stops = self._stops[request["exchange"]]
        pieces = self._loaded().synthesize(_request(request["request"]), stops[0])
        return self._speak(request, _numbered(pieces), stops)

    def _do_synthesize_batch(self, request: Message) -> Message:
        stops = self._stops[request["exchange"]]
        requests = [_request(plain) for plain in request["requests"]]
        return self._speak(request, self._loaded().synthesize_batch(requests, stops), stops)

    def _speak(self, request: Message, pieces: Iterator[Any], stops: Sequence[Stop]) -> Message:
        def tell(message: Message) -> None:
            self._channel.send({**message, "exchange": request["exchange"]})

        return {"did": "done", "seconds": Utterance(tell, stops).speak(pieces)}

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


def _numbered(pieces: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    """The pieces of one request as those of a batch of one."""
    try:
        for piece in pieces:
            yield 0, piece
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
