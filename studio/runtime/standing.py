"""Where an engine stands: what hinders it, or what it would speak with, or what it is doing."""

import logging

from studio.engines.card import Card
from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import Unavailable
from studio.runtime.at_hand import AtHand, revision
from studio.runtime.host import Host, device_name
from studio.runtime.leases import Leases, least_need
from studio.runtime.memory import resident_mb
from studio.runtime.readiness import Environments, Hindrance, hindrance
from studio.runtime.report import EngineState
from studio.runtime.weight_states import WeightsMissing
from studio.runtime.weights import WeightStore

log = logging.getLogger("studio.runtime")


class Standing:
    """Tells where engines stand, without starting anything.

    Args:
        weights: finds the engines' weights.
        at_hand: the engines' voices and complete weight sets.
        leases: what there is of graphics cards and memory.
        environments: finds the interpreters of engines that have an environment of their own.
    """

    def __init__(
        self,
        weights: WeightStore,
        at_hand: AtHand,
        leases: Leases,
        environments: Environments | None,
    ) -> None:
        self._weights = weights
        self._at_hand = at_hand
        self._leases = leases
        self._environments = environments

    def hindrance(self, card: Card) -> Hindrance | None:
        """What keeps an engine from being started, besides its weights and memory."""
        return hindrance(card, self._environments, lambda: self._leases.any_cards)

    def unfit(self, card: Card) -> Unavailable | None:
        """Why no device is fit for an engine."""
        return self._leases.hindrance(least_need(card))

    def of(self, engine: str, host: Host | None) -> EngineState:
        """One engine's state.

        Args:
            engine: its name.
            host: who looks after its process, once anyone does.

        Raises:
            NotFound: no such engine.
        """
        try:
            card = engine_class(engine).card
        except Unavailable as problem:
            return _broken(engine, str(problem.params["reason"]))
        if found := self.hindrance(card):
            return EngineState(name=engine, state=found.state, detail=found.detail)
        if unfit := self.unfit(card):
            detail = Note(f"error.{unfit.code}", dict(unfit.params))
            return EngineState(name=engine, state="failed", detail=detail)
        complete = self._at_hand.complete(card)
        if not complete:
            located = self._weights.locate(card)
            lacking = located.note if isinstance(located, WeightsMissing) else None
            return EngineState(name=engine, state="weights_missing", detail=lacking)
        try:
            presets = self._at_hand.voices(engine, complete)
        except Exception as problem:  # noqa: BLE001 - an engine's own code may raise anything
            log.warning("engine %s cannot list its voices: %r", engine, problem)
            return _broken(engine, type(problem).__name__)
        process = host.process if host is not None else None
        failure = host.failure if host is not None and process is None else None
        last = host.last_failure if host is not None else None
        return EngineState(
            name=engine,
            state="loaded" if process is not None else "failed" if failure else "ready",
            detail=failure,
            model_revision=revision(card, complete),
            presets=presets,
            sets=tuple(weights.set_name for weights in complete if weights.set_name),
            memory_mb=resident_mb(process.pid) if process is not None else None,
            pid=process.pid if process is not None else None,
            device=device_name(card, process.device) if process is not None else "",
            remarks=process.remarks if process is not None else (),
            last_failure=last.note if last is not None else None,
            last_failure_at=last.at if last is not None else None,
        )


def _broken(engine: str, reason: str) -> EngineState:
    return EngineState(name=engine, state="failed", detail=Note("state.failed", {"reason": reason}))
