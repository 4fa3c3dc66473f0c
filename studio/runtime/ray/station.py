"""The actor: keeps one engine's process on its node and passes messages between it and the studio.

Knows nothing of Ray; ``actor.py`` makes an actor of it. Its settings are the node's own variables
``STUDIO_DATA_DIR`` and ``STUDIO_MODELS_DIR``, else the studio's folders, which a shared disk or the
same image has at the same place.
"""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.engines.registry import engine_class
from studio.problems import Problem, Unavailable
from studio.runtime import wire
from studio.runtime.engine_process import UNDER_WAY
from studio.runtime.environments import Environments
from studio.runtime.launcher import Launcher
from studio.runtime.process import Child, ChildSpec, Ended
from studio.runtime.readiness import interpreter
from studio.runtime.weights import WeightStore
from studio.runtime.wire import Message
from studio.settings import Settings

_POLL = 0.5


class Station:
    """One engine's process, on whatever machine this is.

    Args:
        engine: its name.
        folders: the studio's ``data_dir`` and ``models_dir``, for a node that names none itself.
        own_python: the interpreter of this very process has what the engine needs, whatever the
            card says: Ray has installed it.
    """

    def __init__(self, engine: str, folders: Mapping[str, str | None], own_python: bool) -> None:
        self._engine = engine
        self._settings = _on_this_node(folders)
        self._own_python = own_python
        self._launcher = Launcher()
        self._child: Child | None = None
        self._lock = threading.Lock()
        self._under_way: dict[int, int] = {}
        """The child's own numbers of exchanges, by the studio's."""
        self._cancelled: dict[int, list[int | None]] = {}
        """What was cancelled before it was begun."""

    def start(self, device: str, seconds: float) -> Message:
        """Start the engine's process; tells its id, or how it ended or what stands in the way."""
        try:
            python = self._interpreter(device)
            card = engine_class(self._engine).card
        except Problem as problem:
            return _refusal(problem)
        spec = ChildSpec(
            self._engine,
            python,
            environment=(("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),),
            variables=tuple(variable.name for variable in card.variables),
            start_seconds=seconds,
        )
        try:
            self._child = Child(self._launcher, spec)
        except Ended as ended:
            return {"did": "over", "reason": str(ended), "tail": ""}
        return {"did": "started", "pid": self._child.pid}

    def _interpreter(self, device: str) -> str:
        if self._own_python:
            return sys.executable
        card = engine_class(self._engine).card
        return interpreter(card, device, Environments(self._settings))

    def ask(self, exchange: int, do: str, fields: Mapping[str, Any]) -> Iterator[Message]:
        """Pass a request on, and its answers back, to the last; ``over``: the process ended."""
        child = self._child
        if child is None:
            raise RuntimeError("no process was started")
        request = dict(fields)
        if do == "load":
            try:
                request["weights"] = self._weights(request["set"], request["revision"])
            except Problem as problem:
                yield {**_refusal(problem), "exchange": exchange}
                return
        number = self._begun(child, exchange, do, request)
        try:
            yield from self._answers(child, exchange, number)
        except Ended as ended:
            yield {
                "did": "over",
                "reason": str(ended),
                "tail": wire.encode(child.tail()),
                "exchange": exchange,
            }
        finally:
            with self._lock:
                self._under_way.pop(exchange, None)

    def _begun(self, child: Child, exchange: int, do: str, request: dict[str, Any]) -> int:
        with self._lock:
            number = self._under_way[exchange] = child.request(do, **request)
            for item in self._cancelled.pop(exchange, []):
                child.cancel(number, item)
        return number

    def _answers(self, child: Child, exchange: int, number: int) -> Iterator[Message]:
        while True:
            message = child.receive(_POLL)
            if message is None or message["exchange"] != number:
                continue
            yield {**message, "exchange": exchange}
            if message["did"] not in UNDER_WAY:
                return

    def cancel(self, exchange: int, item: int | None) -> None:
        """Set the stop flags of a request, or of one item of it, under way or still to come."""
        with self._lock:
            number = self._under_way.get(exchange)
            if number is None:
                self._cancelled.setdefault(exchange, []).append(item)
            elif self._child is not None:
                self._child.cancel(number, item)

    def end(self) -> None:
        """End the engine's process, and all that it started."""
        if self._child is not None:
            self._child.kill()

    def last_words(self) -> str:
        """The end of what the engine's process printed."""
        return self._child.tail() if self._child is not None else ""

    def live(self) -> None:
        """Never returns: who waits for it learns of the actor's end."""
        threading.Event().wait()

    def _weights(self, set_name: str, revision: str) -> str | None:
        """The folder of a weight set as this node has it.

        Raises:
            Unavailable: ``worker_weights_missing``, or ``worker_weights_differ``: another model
                would speak under the name of the one that was asked for.
        """
        card = engine_class(self._engine).card
        if not card.weights:
            return None
        try:
            found = WeightStore(self._settings).require(card, set_name or None)
        except Unavailable as problem:
            raise Unavailable("worker_weights_missing", engine=self._engine) from problem
        if found.revision != revision:
            raise Unavailable("worker_weights_differ", engine=self._engine)
        return None if found.folder is None else str(found.folder.absolute())


def _on_this_node(folders: Mapping[str, str | None]) -> Settings:
    node: dict[str, Any] = {}
    for name, folder in folders.items():
        chosen = os.environ.get(f"STUDIO_{name.upper()}") or folder
        if chosen:
            node[name] = Path(chosen)
    return Settings(**node)


def _refusal(problem: Problem) -> Message:
    params = wire.encode(dict(problem.params))
    kind = type(problem).__name__
    return {"did": "refused", "kind": kind, "code": problem.code, "params": params}
