"""The runtime of a ZeroGPU Space: what needs a graphics card borrows one, the rest runs as ever."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from studio.engines.card import Card
from studio.engines.contract import StopFlag
from studio.engines.registry import engine_class
from studio.problems import Problem, Unavailable
from studio.runtime.engine_process import Cancelled, EngineProcess
from studio.runtime.host import EngineHost, Host
from studio.runtime.limits import Limits
from studio.runtime.report import EngineState
from studio.runtime.residence import House, Residence
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightsFound
from studio.runtime.zerogpu.conversation import LentConversation

DEVICE = "cuda:0"
"""A borrowed card is the only one that its process sees."""


def borrows(card: Card) -> bool:
    """Whether an engine runs on borrowed cards: it can use one and lives in our environment."""
    return "cuda" in card.hardware.runs_on and card.environment.kind == "shared"


class ZeroGpuRuntime(Runtime):
    """As `Runtime`, but that engines for graphics cards borrow one for each request."""

    def _made_host(self, card: Card) -> Host:
        return LentHost(card, self._house) if borrows(card) else super()._made_host(card)

    def state(self, engine: str) -> EngineState:
        """Where an engine stands; memory is the Space's and nobody's in particular."""
        found = super().state(engine)
        try:
            lent = borrows(engine_class(engine).card)
        except (Problem, Unavailable):
            return found
        return found.model_copy(update={"memory_mb": None, "pid": None}) if lent else found


class LentHost(EngineHost):
    """The host of an engine on borrowed cards.

    Args:
        card: the engine's.
        house: what it shares with other engines.
    """

    def __init__(self, card: Card, house: House) -> None:
        super().__init__(card, house, lambda _: "")
        self._residence = _LentResidence(card, house, self._limits, lambda _: "", self)

    @contextlib.contextmanager
    def _served(
        self, weights: Sequence[WeightsFound], cancel: StopFlag | None
    ) -> Iterator[tuple[EngineProcess, float]]:
        if not self._turn.enter(cancel):
            raise Cancelled
        try:
            yield self._residence.loaded(weights, DEVICE, cancel)
        finally:
            self._turn.leave()


class _LentResidence(Residence):
    """A conversation in the place of a process; nothing is loaded before there is a card."""

    def _make_room(
        self, lacking: Sequence[WeightsFound], device: str, cancel: StopFlag | None
    ) -> None:
        """Whoever lends a card sees to its memory."""

    def _fits(
        self,
        loaded: Mapping[str, str],
        weights: Sequence[WeightsFound],
        device: str,  # noqa: ARG002
    ) -> bool:
        if self._card.sets_serve == "any":
            return loaded == {found.set_name: found.revision for found in weights}
        return all(loaded.get(w.set_name, w.revision) == w.revision for w in weights)

    def _started(self, python: str, device: str) -> EngineProcess:
        process = EngineProcess(
            self._name, device, python, Limits(self._house.settings, self._card.patience),
            lambda _: LentConversation(self._name),
        )  # fmt: skip
        self._process = process
        return process
