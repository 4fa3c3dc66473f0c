"""The parent side of one engine: its process, one render at a time, and what may go wrong with it.

A process is kept after a render that went well, that was refused by the engine (``EngineProblem``)
or that stopped in time when cancelled. After anything else (an unexpected exception, garbage,
silence, a late stop) its inner state is unknown: it is ended, the next render starts a fresh one.
"""

import dataclasses
import logging
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.engines.contract import Chunk, Enrolment, ReferenceClip, Request
from studio.locales import Note
from studio.problems import BadInput, Problem, Unavailable
from studio.runtime import wire
from studio.runtime.chunks import ChunkCheck, Garbage
from studio.runtime.launcher import Launcher
from studio.runtime.process import Child, ChildSpec, Ended
from studio.runtime.report import RenderReport
from studio.runtime.turnstile import Turnstile
from studio.runtime.wire import Message
from studio.settings import Settings

_POLL = 0.05
"""How often (s) a cancel is looked for while an engine is silent."""
log = logging.getLogger("studio.runtime")


class _Cancelled(Exception):
    pass


class EngineHost:
    """One engine and its process, if it has one now.

    Args:
        name: the engine's.
        launcher: starts the process.
        settings: time limits.
        weights: finds the folder of weights when the engine is about to be loaded.
        python: interpreter of the engine's environment; ours by default.
        device: ``cpu`` or ``cuda:N``.
    """

    def __init__(  # noqa: PLR0913
        self,
        name: str,
        launcher: Launcher,
        settings: Settings,
        weights: Callable[[], Path | None],
        *,
        python: str | None = None,
        device: str = "cpu",
    ) -> None:
        self._name = name
        self._launcher = launcher
        self._settings = settings
        self._weights = weights
        self._device = device
        self._spec = ChildSpec(name=name) if python is None else ChildSpec(name=name, python=python)
        self._turn = Turnstile()
        self._child: Child | None = None
        self._closed = False
        self.failure: Note | None = None
        """Why the last load failed; None once one went well."""

    @property
    def pid(self) -> int | None:
        """Process id of the loaded engine."""
        child = self._child
        return child.pid if child is not None and child.alive else None

    def render(
        self, request: Request, on_chunk: Callable[[Chunk], None], cancel: threading.Event
    ) -> RenderReport:
        """Speak; see :meth:`Runtime.render`."""
        if not self._turn.enter(cancel):
            return RenderReport(cancelled=True)
        try:
            child, load_seconds = self._loaded(cancel)
            return self._synthesize(child, load_seconds, request, on_chunk, cancel)
        except _Cancelled:
            return RenderReport(cancelled=True)
        finally:
            self._turn.leave()

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """Compile a reference clip; see :meth:`Runtime.enroll`."""
        self._turn.enter()
        try:
            child, _ = self._loaded(None)
            exchange = child.request("enroll", clip=wire.encode(_plain(clip)))
            answer = self._hear(child, exchange, self._settings.engine_silence_seconds, None)
            if answer["did"] != "enrolled":
                raise self._problem(child, answer)
            return Enrolment(**wire.decode(answer["enrolment"]))
        finally:
            self._turn.leave()

    def warm(self) -> None:
        """Load now; nothing happens when it is loaded."""
        self._turn.enter()
        try:
            self._loaded(None)
        finally:
            self._turn.leave()

    def end_if_idle(self, seconds: float) -> bool:
        """End the process when nobody used it for so long; whether it was ended."""
        if self._child is None or not self._turn.try_enter_after(seconds):
            return False
        try:
            self._drop()
        finally:
            self._turn.leave()
        return True

    def close(self) -> None:
        """End the process, whatever it is doing; renders under way raise ``engine_crashed``."""
        self._closed = True
        self._drop()

    # loading

    def _loaded(self, cancel: threading.Event | None) -> tuple[Child, float]:
        """The process with the engine in it, and the seconds it took to get there."""
        if self._child is not None and self._child.alive:
            return self._child, 0.0
        self._drop()
        began = time.monotonic()
        try:
            child = self._load(self._weights(), cancel)
        except Problem as problem:
            self.failure = Note(f"error.{problem.code}", dict(problem.params))
            raise
        self.failure = None
        seconds = time.monotonic() - began
        log.info("engine %s loaded in %.2f s", self._name, seconds)
        return child, seconds

    def _load(self, weights: Path | None, cancel: threading.Event | None) -> Child:
        limit = self._settings.engine_load_seconds
        if self._closed:
            raise Unavailable("engine_crashed", engine=self._name, reason="ended")
        try:
            child = self._child = Child(
                self._launcher, dataclasses.replace(self._spec, start_seconds=limit)
            )
        except Ended as ended:
            raise self._crashed(str(ended), None) from ended
        if self._closed:  # meanwhile
            self._drop()
        exchange = child.request(
            "load",
            engine=self._name,
            weights=None if weights is None else str(weights.absolute()),
            device=self._device,
        )
        try:
            answer = self._hear(child, exchange, limit, cancel)
        except _Cancelled:
            self._drop()  # a load cannot be interrupted otherwise
            raise
        if answer["did"] != "loaded":
            problem = self._problem(child, answer)
            self._drop()
            # whatever stands in the way of loading, it is not what the person sent
            code = "engine_not_loaded" if answer["did"] == "failed" else problem.code
            raise Unavailable(code, **problem.params)
        return child

    # speaking

    def _synthesize(
        self,
        child: Child,
        load_seconds: float,
        request: Request,
        on_chunk: Callable[[Chunk], None],
        cancel: threading.Event,
    ) -> RenderReport:
        check = ChunkCheck(request.text)
        silence = self._settings.engine_silence_seconds
        ttfa: float | None = None
        plain = wire.encode(_plain(request))
        began = time.monotonic()
        exchange = child.request("synthesize", request=plain)
        deadline = began + silence
        try:
            while True:
                answer = self._hear(child, exchange, deadline - time.monotonic(), cancel)
                if answer["did"] != "chunk":
                    break
                chunk = check.accept(answer["samples"], answer["rate"])
                if chunk is None:
                    continue  # no samples are no progress: the deadline stays
                if ttfa is None:
                    ttfa = time.monotonic() - began
                self._hand_over(child, exchange, chunk, on_chunk)
                deadline = time.monotonic() + silence
        except _Cancelled:
            self._stop(child, exchange)
            return RenderReport(load_seconds, time.monotonic() - began, ttfa, cancelled=True)
        except Garbage as garbage:
            raise self._garbage(child, str(garbage)) from garbage
        if answer["did"] != "done":
            raise self._problem(child, answer)
        if ttfa is None:
            raise Unavailable("engine_gave_nothing", engine=self._name)
        return RenderReport(
            load_seconds, float(answer["seconds"]), ttfa, clipped_samples=check.clipped
        )

    def _hand_over(
        self, child: Child, exchange: int, chunk: Chunk, on_chunk: Callable[[Chunk], None]
    ) -> None:
        try:
            on_chunk(chunk)
        except BaseException:  # the caller's own failure: nobody wants the rest
            self._stop(child, exchange)
            raise

    def _hear(
        self, child: Child, exchange: int, seconds: float, cancel: threading.Event | None
    ) -> Message:
        """The next answer to a request within so many seconds."""
        deadline = time.monotonic() + seconds
        while True:
            if cancel is not None and cancel.is_set():
                raise _Cancelled
            left = deadline - time.monotonic()
            if left <= 0:
                log.warning("engine %s is silent; it last said: %s", self._name, child.tail())
                self._drop()
                raise Unavailable("engine_hung", engine=self._name)
            try:
                message = child.receive(min(left, _POLL))
            except Ended as ended:
                self._drop()
                raise self._crashed(str(ended), child) from ended
            if message is not None and message["exchange"] == exchange:
                return message

    def _stop(self, child: Child, exchange: int) -> None:
        """Have a render stopped: by the engine if it does in time, else with its process."""
        child.cancel(exchange)
        deadline = time.monotonic() + self._settings.engine_stop_seconds
        try:
            while (left := deadline - time.monotonic()) > 0:
                message = child.receive(left)
                if message and message["exchange"] == exchange and message["did"] != "chunk":
                    if message["did"] in ("done", "refused"):
                        return
                    break
        except Ended:
            pass
        self._drop()

    # problems

    def _problem(self, child: Child, answer: Message) -> Problem:
        """What an answer that is no result means; ends the process unless it may be trusted on."""
        if answer["did"] == "refused":
            return BadInput(answer["code"], **{"engine": self._name, **answer["params"]})
        if answer["did"] == "garbage":
            return self._garbage(child, answer["reason"])
        self._drop()
        log.warning("engine %s failed: %s", self._name, answer.get("traceback", answer["did"]))
        return Unavailable("engine_failed", engine=self._name, reason=_reason(answer))

    def _garbage(self, child: Child, reason: str) -> Unavailable:
        log.warning("engine %s sent no audio: %s", self._name, reason)
        if self._child is child:
            self._drop()
        return Unavailable("engine_garbage", engine=self._name, reason=reason)

    def _crashed(self, reason: str, child: Child | None) -> Unavailable:
        words = child.tail() if child is not None else ""
        log.warning("engine %s ended (%s); it last said: %s", self._name, reason, words)
        return Unavailable("engine_crashed", engine=self._name, reason=reason)

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()


def _plain(value: Request | ReferenceClip) -> dict[str, Any]:
    """A dataclass's fields, enrolments inside too."""
    fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    enrolment = fields.get("enrolment")
    if enrolment is not None:
        fields["enrolment"] = {"arrays": enrolment.arrays, "values": enrolment.values}
    return fields


def _reason(answer: Message) -> str:
    """An exception as one short line; where it happened stays in the log."""
    first = str(answer.get("message", "")).strip().partition("\n")[0][:160]
    first = re.sub(r"/(?:[^\s/'\"]+/)+", "", first)  # folders of this machine are nobody's business
    return f"{answer.get('type', '?')}: {first}" if first else str(answer.get("type", "?"))
