"""What runs on a borrowed card: one request to an engine, its answers one by one.

``spaces.GPU`` forks a process that has a card for the length of a call and may be used again by the
next one; an engine that it loaded is still there then, so a load is asked for with every request
and done where it is lacking. Without the package, or off a ZeroGPU Space, all of it happens in this
process.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from studio.runtime import wire
from studio.runtime.engine_process import UNDER_WAY
from studio.runtime.wire import Message
from studio.runtime.worker import Worker
from studio.runtime.zerogpu.stop_file import StopFile

_CARD_SECONDS = 60
"""How long a card is asked for at least: a load of 4.5 GB and a short text."""
_SECONDS_A_CHARACTER = 0.2
"""Of an engine that is slower than it speaks: about 15 characters are a second of speech."""
_MOST_SECONDS = 120
"""A longer call is refused to visitors without an account of their own."""
_workers: dict[str, "_Borrowed"] = {}
"""Engines of this process, by name; a forked process has its own."""


class _Channel:
    """Takes the place of a pipe to the studio."""

    def __init__(self) -> None:
        self.sent: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def send(self, message: Message) -> None:
        self.sent.put(message)


class _Borrowed(Worker):
    """An engine's worker that answers one request at a time, in the thread that asks."""

    def __init__(self) -> None:
        self.channel = _Channel()
        super().__init__(self.channel)
        self.loaded: list[Message] = []

    def serve(self, request: Message, stops: Sequence[StopFile]) -> None:
        """Answer into the channel, to the last word."""
        self._stops[request["exchange"]] = list(stops)
        self._answer(request)
        self._stops.pop(request["exchange"], None)


def seconds_needed(_loads: Sequence[Message], request: Message, _stops: Sequence[str]) -> int:
    """How long a card is asked for."""
    return min(_MOST_SECONDS, _CARD_SECONDS + round(_characters(request) * _SECONDS_A_CHARACTER))


def _characters(request: Message) -> int:
    plain = request.get("requests") or [request.get("request")]
    return sum(len(wire.decode(one)["text"]) for one in plain if one is not None)


def serve(loads: Sequence[Message], request: Message, stops: Sequence[str]) -> Iterator[Message]:
    """Answers to a request, to the last; loads before it what is lacking here.

    Args:
        loads: requests that load the engine's weight sets.
        request: what is wanted.
        stops: files whose being there stops an item each.
    """
    name = request["engine"]
    worker = _workers.setdefault(name, _Borrowed())
    for load in loads:
        if load in worker.loaded:
            continue
        worker.serve(load, ())
        answer = worker.channel.sent.get()
        if answer["did"] != "loaded":
            _workers.pop(name, None)
            yield {**answer, "exchange": request["exchange"]}
            return
        worker.loaded.append(load)
    flags = [StopFile(path) for path in stops]
    threading.Thread(target=worker.serve, args=(request, flags), daemon=True).start()
    while True:
        answer = worker.channel.sent.get()
        yield answer
        if answer["did"] not in UNDER_WAY:
            if answer["did"] not in ("done", "refused", "enrolled", "rostered"):
                _workers.pop(name, None)  # its inner state is unknown
            return


def _lent(function: Callable[..., Iterator[Message]]) -> Callable[..., Iterator[Message]]:
    """The function on a borrowed card, where there are any to borrow."""
    try:
        import spaces
    except ImportError:
        return function
    decorated: Callable[..., Iterator[Message]] = spaces.GPU(function, duration=seconds_needed)
    return decorated


on_a_card: Callable[..., Iterator[Message]] = _lent(serve)


def announce() -> None:
    """Tell the Space that a function waits for cards: what Gradio's ``launch`` does elsewhere."""
    try:
        from spaces import zero
    except ImportError:
        return
    startup: Any = getattr(zero, "startup", None)
    if startup is not None:
        startup()
