"""The studio's side of an actor: talked to as to a process on this machine."""

import contextlib
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from studio.engines.contract import StopFlag
from studio.logs import Words
from studio.problems import Problem, Unavailable
from studio.runtime.engine_process import Cancelled
from studio.runtime.process import Ended, Lost
from studio.runtime.ray.cluster import Cluster
from studio.runtime.ray.placing import Placement
from studio.runtime.ray.station import Station
from studio.runtime.wire import Message

_INBOX = 8
"""Messages on their way; then the engine waits. A chunk's message is 1 MiB at most."""
_GROUPS = {"control": 2, "life": 1}
_POLL = 0.05
_END_SECONDS = 1.0
log = logging.getLogger("studio.runtime")


class NotPlaced(Exception):
    """The cluster has no room for another actor yet, and somebody else can serve meanwhile."""


class Actor:
    """An engine's process on some node; a `studio.runtime.process.Conversation`.

    Args:
        cluster: where.
        engine: its name.
        placement: what it asks for.
        folders: for ``Station``.
        seconds: to be placed and started.
        cancel: ends the waiting.
        give_up: looked at while the cluster has no room: whether to stop waiting for some.

    Raises:
        Ended: the engine's process could not be started.
        Lost: the actor went before it was ready.
        Cancelled: ``cancel`` was set.
        NotPlaced: ``give_up`` said so.
        Unavailable: ``ray_no_room``, ``ray_environment_failed``, what ``Cluster.ray`` raises, or
            what stands in the way on the node.
    """

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        cluster: Cluster,
        engine: str,
        placement: Placement,
        folders: dict[str, str | None],
        seconds: float,
        cancel: StopFlag | None,
        give_up: Callable[[], bool],
    ) -> None:
        self._ray = ray = cluster.ray()
        self._cluster = cluster
        self._connection = cluster.connection
        self._engine = engine
        self._exchanges = itertools.count(1)
        self._inbox: queue.Queue[Message | Lost] = queue.Queue(_INBOX)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._tail = ""
        self._pid = 0
        self._actor: Any = None
        try:
            self._actor = self._asked_for(placement, folders)
            started = self._actor.start.remote(placement.device, seconds)
            self._life = self._actor.live.options(concurrency_group="life").remote()
            self._placed(started, seconds, cancel, give_up)
            self._ready(ray.get(started))
        except (Problem, Ended, Cancelled, NotPlaced):
            self.kill()
            raise
        except ray.exceptions.RuntimeEnvSetupError as problem:
            self.kill()
            log.warning("Ray cannot set up engine %s: %s", engine, Words(str(problem)))
            raise Unavailable("ray_environment_failed", engine=engine) from problem
        except Exception as problem:
            self.kill()
            log.warning("engine %s was lost as it started: %r", engine, problem)
            raise Lost(type(problem).__name__) from problem

    def _asked_for(self, placement: Placement, folders: dict[str, str | None]) -> Any:
        kind = self._ray.remote(concurrency_groups=_GROUPS)(Station)
        return kind.options(
            num_cpus=placement.cpus,
            num_gpus=placement.gpus,
            memory=placement.memory_bytes,
            resources=dict(placement.others),
            runtime_env=dict(placement.runtime_env),
            scheduling_strategy="SPREAD",  # so that a lost node takes as few as can be
            max_restarts=0,  # who asks begins anew, and knows what was heard already
            max_task_retries=0,
        ).remote(self._engine, folders, "pip" in placement.runtime_env)

    def _placed(
        self, started: Any, seconds: float, cancel: StopFlag | None, give_up: Callable[[], bool]
    ) -> None:
        deadline = time.monotonic() + seconds
        while not self._ray.wait([started], timeout=_POLL)[0]:
            if not self._connected:
                raise Lost("the cluster was left")
            if cancel is not None and cancel.is_set():
                raise Cancelled
            if give_up():
                raise NotPlaced
            if time.monotonic() > deadline:
                raise Unavailable("ray_no_room", engine=self._engine, seconds=round(seconds))

    def _ready(self, answer: Message) -> None:
        if answer["did"] == "refused":
            raise Unavailable(answer["code"], **answer["params"])
        if answer["did"] == "over":
            raise Ended(answer["reason"])
        self._pid = int(answer["pid"])

    @property
    def pid(self) -> int:
        """Process id of the engine on its own node, which says nothing here."""
        return self._pid

    @property
    def alive(self) -> bool:
        """Whether the actor lives, as far as is known here, and nobody ended it."""
        if self._closing.is_set() or not self._connected:
            return False
        try:
            return not self._ray.wait([self._life], timeout=0)[0]
        except Exception:  # noqa: BLE001 - the connection was closed
            return False

    @property
    def _connected(self) -> bool:
        """Whether the connection is still the one that the actor belongs to."""
        return self._cluster.connection == self._connection

    def request(self, do: str, **fields: Any) -> int:
        """Send a request without waiting; returns the number its answers will carry."""
        exchange = next(self._exchanges)
        threading.Thread(
            target=self._converse,
            args=(exchange, do, fields),
            name=f"from-{self._engine}",
            daemon=True,
        ).start()
        return exchange

    def _converse(self, exchange: int, do: str, fields: dict[str, Any]) -> None:
        try:
            answers = self._actor.ask.options(
                num_returns="streaming", _generator_backpressure_num_objects=_INBOX
            ).remote(exchange, do, fields)
            for reference in answers:
                self._arrived(self._ray.get(reference))
        except Exception as problem:  # noqa: BLE001 - whatever became of the actor, it is gone
            if not self._closing.is_set():
                log.warning("engine %s was lost: %s", self._engine, Words(str(problem)[:500]))
            self._arrived(Lost(type(problem).__name__))

    def _arrived(self, message: Message | Lost) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(queue.Full):
                self._inbox.put(message, timeout=0.1)
                return

    def cancel(self, exchange: int, item: int | None = None) -> None:
        """Set the stop flags of a request, or of one item of it."""
        with contextlib.suppress(Exception):  # it is gone, as receive() will tell
            if self._connected:
                self._actor.cancel.options(concurrency_group="control").remote(exchange, item)

    def receive(self, seconds: float) -> Message | None:
        """The next message, or None after so many seconds.

        Raises:
            Ended: the engine's process is gone; Lost: the actor or its node is.
        """
        try:
            message = self._inbox.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            if self._closing.is_set():
                raise Ended("ended") from None
            if not self._connected:
                raise Lost("the cluster was left") from None
            return None
        if isinstance(message, Lost):
            raise message
        if message["did"] == "over":
            self._tail = str(message["tail"])
            raise Ended(message["reason"])
        return message

    def kill(self) -> None:
        """End the engine's process and the actor."""
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
        with contextlib.suppress(Exception):  # gone already, or the connection is
            if not self._connected:
                return
            if self._pid:
                ended = self._actor.end.options(concurrency_group="control").remote()
                self._ray.wait([ended], timeout=_END_SECONDS)
            self._ray.kill(self._actor)

    def tail(self) -> str:
        """The end of what the engine printed, where it could still be told."""
        return self._tail
