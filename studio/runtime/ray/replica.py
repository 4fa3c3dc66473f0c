"""One replica of an engine: an actor, and what is loaded in it."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from studio.engines.card import Card
from studio.engines.contract import StopFlag
from studio.runtime.engine_process import Cancelled, EngineProcess
from studio.runtime.host import EngineHost
from studio.runtime.leases import graphics_memory_mb
from studio.runtime.limits import Limits
from studio.runtime.ray.actor import Actor
from studio.runtime.ray.cluster import Cluster
from studio.runtime.ray.placing import Placement, place
from studio.runtime.residence import House, Residence
from studio.runtime.weights import WeightsFound


class Replica(EngineHost):
    """As the host of an engine on this machine, but that Ray chooses the machine.

    Args:
        card: the engine's.
        house: settings and lists of voices.
        cluster: where its actor is to live.
        give_up: whether another replica can serve, should the cluster have no room.
    """

    def __init__(
        self, card: Card, house: House, cluster: Cluster, give_up: Callable[[], bool]
    ) -> None:
        super().__init__(card, house, lambda _: "")
        self._far = _FarResidence(card, house, self, cluster, give_up)
        self._residence = self._far

    def busy(self) -> bool:
        """Whether somebody is being served."""
        return bool(self._turn.length)

    @contextlib.contextmanager
    def _served(
        self, weights: Sequence[WeightsFound], cancel: StopFlag | None
    ) -> Iterator[tuple[EngineProcess, float]]:
        if not self._turn.enter(cancel):
            raise Cancelled
        try:
            yield self._far.loaded(weights, self._far.device(cancel), cancel)
        finally:
            self._turn.leave()


class _FarResidence(Residence):
    """The actor, started and filled with weights when they are needed."""

    def __init__(
        self,
        card: Card,
        house: House,
        tenant: Replica,
        cluster: Cluster,
        give_up: Callable[[], bool],
    ) -> None:
        super().__init__(card, house, Limits(house.settings, card.patience), lambda _: "", tenant)
        self._cluster = cluster
        self._give_up = give_up
        self._placement: Placement | None = None
        self._cancel: StopFlag | None = None

    def device(self, cancel: StopFlag | None) -> str:
        """Where the engine runs, or will."""
        self._cancel = cancel
        if self.process is None or self._placement is None:
            self._placement = place(self._card, self._house.settings, self._cluster.gpus())
        return self._placement.device

    def _started(self, python: str, device: str) -> EngineProcess:
        settings, placement = self._house.settings, self._placement
        assert placement is not None  # noqa: S101 - `device` was asked before
        folders = {
            "data_dir": str(settings.data_dir.absolute()),
            "models_dir": str(settings.models_dir.absolute()) if settings.models_dir else None,
        }
        process = EngineProcess(
            self._name,
            device,
            python,
            self._limits,
            lambda seconds: Actor(
                self._cluster,
                self._name,
                placement,
                folders,
                seconds,
                self._cancel,
                self._give_up,
            ),
        )
        self._process = process
        if self._closed:  # meanwhile
            self.drop()
        return process

    def _make_room(
        self, lacking: Sequence[WeightsFound], device: str, cancel: StopFlag | None
    ) -> None:
        """Ray sees to that."""

    def _fits(
        self,
        loaded: Mapping[str, str],
        weights: Sequence[WeightsFound],
        device: str,  # noqa: ARG002 - the share of a card is what counts
    ) -> bool:
        if self._card.sets_serve == "any":
            return dict(loaded) == {found.set_name: found.revision for found in weights}
        if any(loaded.get(w.set_name, w.revision) != w.revision for w in weights):
            return False
        together = set(loaded) | {found.set_name for found in weights}
        share = self._placement.cuda_memory_mb if self._placement else 0
        return not share or graphics_memory_mb(self._card, together) <= share
