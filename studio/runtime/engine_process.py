"""A process with one engine in it: what is loaded there, and what its answers mean.

It is kept after a render that went well, that was refused by the engine (``EngineProblem``) or that
stopped in time when cancelled. After anything else (an unexpected exception, garbage, silence, a
late stop) its inner state is unknown: it is ended, and whoever needs the engine starts a fresh one.
"""

import dataclasses
import logging
import re
import time
from collections.abc import Callable
from typing import Any

from studio.engines.contract import Enrolment, Preset, ReferenceClip, Request, StopFlag
from studio.locales import Note
from studio.logs import Trace, Words
from studio.problems import BadInput, Problem, Unavailable
from studio.runtime import wire
from studio.runtime.limits import Limits
from studio.runtime.process import Conversation, Ended, Lost
from studio.runtime.rosters import read_preset
from studio.runtime.wire import Message

POLL = 0.05
"""How often (s) a cancel is looked for while an engine is silent."""
_ROSTER_SECONDS = 10.0
"""How long a service may take to list its voices before a render goes on without."""
UNDER_WAY = frozenset({"chunk", "usage", "remark", "ended"})
"""Answers after which more will come."""
log = logging.getLogger("studio.runtime")


class Cancelled(Exception):
    """Nobody wants the rest; what was under way has not been stopped yet."""


class EngineProcess:
    """A running process for one engine, of one device.

    Args:
        name: the engine's.
        device: ``cpu`` or ``cuda:N``.
        python: its interpreter.
        limits: how long it may take.
        start: starts it, within so many seconds.

    Attributes:
        loaded: revision of each weight set that is loaded, by name ("" for none needed).
        held_mb: memory of the graphics card that is put down to it.
        remarks: what the engine says of how it was loaded.

    Raises:
        Unavailable: ``engine_crashed`` or ``worker_lost``: it could not be started.
    """

    def __init__(
        self,
        name: str,
        device: str,
        python: str,
        limits: Limits,
        start: Callable[[float], Conversation],
    ) -> None:
        self.name = name
        self.device = device
        self.python = python
        self.loaded: dict[str, str] = {}
        self.held_mb = 0
        self.remarks: tuple[Note, ...] = ()
        self._limits = limits
        try:
            self._child = start(limits.load)
        except Ended as ended:
            raise self._gone(ended, "") from ended

    @property
    def pid(self) -> int:
        """Process id."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs and nobody ended it."""
        return self._child.alive

    # what an engine can be asked for

    def load(
        self, set_name: str, revision: str, folder: str | None, cancel: StopFlag | None
    ) -> None:
        """Load the engine, or one more of its weight sets.

        Raises:
            Unavailable: with the engine's own code, or ``engine_not_loaded``, ``engine_crashed`` or
                ``engine_hung``. The process lives on only where the engine itself refused and
                another set is loaded.
            Cancelled: ``cancel`` was set; the process is ended, a load cannot be interrupted.
        """
        exchange = self.request(
            "load",
            engine=self.name,
            weights=folder,
            device=self.device,
            set=set_name,
            revision=revision,  # for who passes it on to another machine
        )
        try:
            answer = self._hear(exchange, self._limits.load, cancel)
        except Cancelled:
            self.kill()
            raise
        if answer["did"] != "loaded":
            problem = self.problem(answer)
            if not self.loaded:
                self.kill()
            # whatever stands in the way of loading, it is not what the person sent
            code = "engine_not_loaded" if answer["did"] == "failed" else problem.code
            raise Unavailable(code, **problem.params)
        self.loaded[set_name] = revision
        self.remarks = tuple(map(Note.from_json, wire.decode(answer["remarks"])))

    def roster(self) -> list[Preset]:
        """Voices that only the service itself knows.

        Raises:
            Problem: they could not be had.
        """
        exchange = self.request("roster", seconds=_ROSTER_SECONDS)
        answer = self._hear(exchange, _ROSTER_SECONDS + self._limits.silence, None)
        if answer["did"] == "rostered":
            return [read_preset(voice) for voice in wire.decode(answer["voices"]) if voice["id"]]
        if answer["did"] == "refused":
            raise self.problem(answer)
        log.warning("engine %s cannot list its voices: %s", self.name, Words(answer))
        raise Unavailable("engine_failed", engine=self.name, reason=_reason(answer))

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """Compile a reference clip."""
        exchange = self.request("enroll", clip=wire.encode(plain(clip)))
        answer = self._hear(exchange, self._limits.silence, None)
        if answer["did"] != "enrolled":
            raise self.problem(answer)
        return Enrolment(**wire.decode(answer["enrolment"]))

    # talking

    def request(self, do: str, **fields: Any) -> int:
        """Send a request; returns the number of its answers."""
        return self._child.request(do, **fields)

    def receive(self, exchange: int, seconds: float) -> Message | None:
        """The next answer to a request, or None after so many seconds.

        Raises:
            Unavailable: ``engine_crashed``, or ``worker_lost`` where its machine went with it.
        """
        try:
            message = self._child.receive(seconds)
        except Ended as ended:
            self.kill()
            raise self._gone(ended, self._child.tail()) from ended
        return message if message is not None and message["exchange"] == exchange else None

    def _hear(self, exchange: int, seconds: float, cancel: StopFlag | None) -> Message:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if cancel is not None and cancel.is_set():
                raise Cancelled
            if (message := self.receive(exchange, min(left, POLL))) is not None:
                return message
        raise self.hung()

    def cancel(self, exchange: int, item: int) -> None:
        """Set the stop flag of one item of a request."""
        self._child.cancel(exchange, item)

    def stop(self, exchange: int, heard: Callable[[Message], None]) -> None:
        """Have a request stopped: by the engine if it does in time, else with its process.

        Args:
            exchange: the request; its stop flags are set.
            heard: gets what still comes.
        """
        self._child.cancel(exchange, None)
        deadline = time.monotonic() + self._limits.stop
        try:
            while (left := deadline - time.monotonic()) > 0:
                message = self._child.receive(left)
                if message is None or message["exchange"] != exchange:
                    continue
                if message["did"] in ("done", "refused"):
                    return
                if message["did"] not in UNDER_WAY:
                    break
                heard(message)
        except Ended:
            pass
        self.kill()

    def kill(self) -> None:
        """End the process."""
        self._child.kill()

    # what went wrong

    def problem(self, answer: Message) -> Problem:
        """What an answer that is no result means; ends the process unless the engine refused."""
        if answer["did"] == "refused":
            return refusal(self.name, answer)
        self.kill()
        if answer["did"] == "garbage":
            return self.garbage(answer["reason"])
        trace = Trace(answer.get("traceback", answer["did"]))
        log.warning("engine %s failed: %s", self.name, trace)
        return Unavailable("engine_failed", engine=self.name, reason=_reason(answer))

    def garbage(self, reason: str) -> Unavailable:
        """No audio; the process is left to whoever asks, which may have other items in it."""
        log.warning("engine %s sent no audio: %s", self.name, Words(reason))
        return Unavailable("engine_garbage", engine=self.name, reason=reason)

    def hung(self) -> Unavailable:
        """Silent for too long: ends the process."""
        log.warning("engine %s is silent; it last said: %s", self.name, Words(self._child.tail()))
        self.kill()
        return Unavailable("engine_hung", engine=self.name)

    def _gone(self, ended: Ended, words: str) -> Unavailable:
        log.warning("engine %s ended (%s); it last said: %s", self.name, str(ended), Words(words))
        if isinstance(ended, Lost):
            return Unavailable("worker_lost", engine=self.name)
        return Unavailable("engine_crashed", engine=self.name, reason=str(ended))


def refusal(engine: str, answer: Message) -> BadInput:
    """What an engine itself says against a request."""
    return BadInput(answer["code"], **{"engine": engine, **wire.decode(answer["params"])})


def plain(value: Request | ReferenceClip) -> dict[str, Any]:
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
