"""Compiling a saved voice for the engines that clone: in the background, one after the other.

What is under way is not kept: a restart shows what is compiled and offers the rest again. Services
outside get a recording only when a person asks for that one.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import Problem
from studio.store.tables import Voice
from studio.voices.enrolment_states import EnrolmentStates, cloning_cards
from studio.voices.reference import sent_to
from studio.voices.views import EnrolmentView

Compile = Callable[[str, str, str, tuple[str, ...]], Any]
"""Owner, voice, engine and weight sets: compiles, or finds what is compiled."""
_MOST_FAILURES = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Work:
    owner: str
    voice: str
    engine: str
    """Empty: every engine that may be asked unasked."""


class Enroller:
    """A thread that compiles voices, and what there is to say about it.

    Args:
        states: what is compiled, and what could be.
        compiling: does it.
        voice: a voice's row, for its owner; raises ``NotFound``.
    """

    def __init__(
        self,
        states: EnrolmentStates,
        compiling: Compile,
        voice: Callable[[str, str], Voice],
    ) -> None:
        self._states = states
        self._compile = compiling
        self._voice = voice
        self._wake = threading.Condition()
        self._waiting: deque[_Work] = deque()
        self._current: _Work | None = None
        self._failures: OrderedDict[tuple[str, str], Note] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._closed = False

    def offer(self, owner: str, voice_id: str) -> None:
        """Have a voice compiled for every local engine that is ready. Returns at once."""
        self._add(_Work(owner, voice_id, ""))

    def start(self, owner: str, voice_id: str, engine: str) -> EnrolmentView:
        """Have a voice compiled for one engine, also for a service that is paid.

        Returns:
            How it stands then; an engine that cannot do it says why.

        Raises:
            NotFound: ``unknown_voice``, ``unknown_engine``.
        """
        voice, card = self._voice(owner, voice_id), engine_class(engine).card
        view = self._told(voice, self._states.of(voice, card))
        if not view.can_start:
            return view
        with self._wake:
            self._failures.pop((voice_id, engine), None)
        self._add(_Work(owner, voice_id, engine))
        return self._told(voice, self._states.of(voice, card))

    def states(self, owner: str, voice_id: str) -> list[EnrolmentView]:
        """How it stands with each engine that clones, in the order of the engines.

        Raises:
            NotFound: ``unknown_voice``.
        """
        voice = self._voice(owner, voice_id)
        return [self._told(voice, self._states.of(voice, card)) for card in cloning_cards()]

    def close(self) -> None:
        """Begin nothing more. What is under way ends with its engine's process."""
        with self._wake:
            self._closed = True
            self._waiting.clear()
            self._wake.notify_all()

    def _told(self, voice: Voice, view: EnrolmentView) -> EnrolmentView:
        """A state with what the queue knows of it."""
        if not view.can_start:
            return view
        with self._wake:
            works = [*self._waiting, *([self._current] if self._current else [])]
            failure = self._failures.get((voice.id, view.engine))
        wanted = {work.engine for work in works if work.voice == voice.id}
        if view.engine in wanted or ("" in wanted and not view.paid):
            return view.model_copy(update={"state": "pending", "reason": None, "can_start": False})
        if failure is not None:
            return view.model_copy(update={"state": "failed", "reason": failure})
        return view

    # the thread

    def _add(self, *works: _Work) -> None:
        with self._wake:
            if self._closed:
                return
            self._waiting += [
                work for work in works if work not in self._waiting and work != self._current
            ]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="enroller", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                self._do(work)
            except Exception:  # noqa: BLE001 (the next voice is not to wait for ever)
                if not self._closed:  # the database may be closed already
                    _log.exception("a voice could not be enrolled")
            finally:
                with self._wake:
                    self._current = None

    def _next(self) -> _Work | None:
        with self._wake:
            while not self._waiting and not self._closed:
                self._wake.wait()
            if self._closed:
                return None
            self._current = self._waiting.popleft()
            return self._current

    def _do(self, work: _Work) -> None:
        try:
            voice = self._voice(work.owner, work.voice)
            if not work.engine:
                views = [self._states.of(voice, card) for card in cloning_cards()]
                ready = [view.engine for view in views if view.state == "open"]
                self._add(*(_Work(work.owner, work.voice, engine) for engine in ready))
                return
            sets = self._states.sets(voice, sent_to(voice, work.engine))
            self._compile(work.owner, work.voice, work.engine, sets)
        except Problem as problem:
            if self._closed or problem.code == "unknown_voice":
                return
            _log.info("voice %s was not enrolled for %s: %s", work.voice, work.engine, problem)
            why = Note(f"error.{problem.code}", dict(problem.params))
            with self._wake:
                self._failures[work.voice, work.engine] = why
                while len(self._failures) > _MOST_FAILURES:
                    self._failures.popitem(last=False)
