"""Plain functions run in a process of their own, for work that is hostile or heavy.

Decoding a stranger's file may crash or devour memory; torch must not enter the page's process. A
bench runs one call at a time; whatever kills it spoils that call only.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio import problems
from studio.logs import Trace, Words
from studio.problems import BadInput, Problem, Unavailable
from studio.runtime import wire
from studio.runtime.launcher import Launcher
from studio.runtime.process import Child, ChildSpec, Ended
from studio.runtime.turnstile import Turnstile
from studio.settings import Settings

log = logging.getLogger("studio.runtime")


@dataclass(frozen=True)
class Bench:
    """The limits of one workbench."""

    memory_bytes: int
    """Private memory its process may write to."""
    environment: Mapping[str, str]


BENCHES: Mapping[str, Bench] = {
    # decoding, check-ups: a 300 s clip at 192 kHz stereo is 0.5 GB of float32, copies included 1.5
    "media": Bench(2_500_000_000, {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}),
    # models that somebody waits for: the doctor, speaker embeddings, watermarks
    "speech": Bench(6_000_000_000, {}),
    # measuring takes: gives way to everything else (setting ``measure_niceness``)
    "measuring": Bench(
        6_000_000_000,
        dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    ),
}


class Workbench:
    """One named bench and its process, if it has one now.

    Args:
        name: of `BENCHES`.
        launcher: starts its process.
        niceness: how far that gives way to other processes: 0 (not at all) to 19.
    """

    def __init__(self, name: str, launcher: Launcher, niceness: int = 0) -> None:
        self._niceness = niceness
        self._bench = BENCHES[name]
        self._name = f"workbench-{name}"
        self._launcher = launcher
        self._turn = Turnstile()
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id, while there is a process."""
        child = self._child
        return child.pid if child is not None and child.alive else None

    def call(
        self,
        function: str,
        arguments: tuple,
        timeout: float,
        processor_seconds: float | None = None,
    ) -> Any:
        """Run ``package.module:function`` there; see :meth:`Runtime.call`."""
        limit = 4 * timeout if processor_seconds is None else processor_seconds
        plain = wire.encode(arguments)
        self._turn.enter()
        try:
            child = self._started()
            exchange = child.request(
                "call", function=function, arguments=plain, processor_seconds=limit
            )
            answer = self._answer(child, exchange, timeout)
        finally:
            self._turn.leave()
        if answer["did"] == "returned":
            return wire.decode(answer["result"])
        raise self._problem(answer, function)

    def end_if_idle(self, settings: Settings) -> bool:
        """End the process when nobody used it for so long; whether it was ended."""
        if self._child is None or not self._turn.try_enter_after(settings.engine_idle_seconds):
            return False
        try:
            self.close()
        finally:
            self._turn.leave()
        return True

    def close(self) -> None:
        """End the process."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _started(self) -> Child:
        if self._child is not None and self._child.alive:
            return self._child
        self.close()
        spec = ChildSpec(
            name=self._name,
            memory_bytes=self._bench.memory_bytes,
            environment=tuple(self._bench.environment.items()),
            niceness=self._niceness,
        )
        try:
            self._child = Child(self._launcher, spec)
        except Ended as ended:
            raise Unavailable("workbench_crashed", reason=str(ended)) from ended
        return self._child

    def _answer(self, child: Child, exchange: int, timeout: float) -> wire.Message:
        deadline = time.monotonic() + timeout
        try:
            while (left := deadline - time.monotonic()) > 0:
                message = child.receive(left)
                if message is not None and message["exchange"] == exchange:
                    return message
        except Ended as ended:
            words = Words(child.tail())
            log.warning("%s ended (%s); it last said: %s", self._name, str(ended), words)
            self.close()
            raise Unavailable("workbench_crashed", reason=str(ended)) from ended
        self.close()
        raise Unavailable("workbench_timeout", seconds=round(timeout, 1))

    def _problem(self, answer: wire.Message, function: str) -> Problem:
        if answer["did"] == "refused":
            kind = getattr(problems, answer["kind"], BadInput)
            return kind(answer["code"], **answer["params"])
        log.warning("%s failed: %s", function, Trace(answer["traceback"]))
        if answer["type"] == "MemoryError":
            self.close()  # whatever filled it
            return Unavailable("workbench_crashed", reason="MemoryError")
        return Unavailable("workbench_failed", reason=answer["type"])
