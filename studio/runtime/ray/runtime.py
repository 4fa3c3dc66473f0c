"""The runtime whose engines live on a Ray cluster; everything else stays on this machine."""

from studio.engines.card import Card
from studio.engines.registry import engine_class
from studio.problems import Problem, Unavailable
from studio.runtime.host import Host
from studio.runtime.ray.cluster import Cluster
from studio.runtime.ray.placing import goes_to_cluster
from studio.runtime.ray.replicas import Replicas
from studio.runtime.ray.standing import FarStanding
from studio.runtime.readiness import Environments
from studio.runtime.report import EngineState
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings


class RayRuntime(Runtime):
    """Engines as actors, as many of each as ``ray_replicas`` says, made when there is work.

    Engines that are services stay here: they compute elsewhere, and their keys do not travel.

    Args:
        settings, weights, environments: as for `Runtime`.
    """

    def __init__(
        self, settings: Settings, weights: WeightStore, environments: Environments | None = None
    ) -> None:
        super().__init__(settings, weights, environments)
        self._settings = settings
        self._cluster = Cluster(settings)
        self._far = FarStanding(weights, self._at_hand, self._leases, environments)

    def lanes(self, engine: str) -> int:
        """How many calls of :meth:`render` an engine works on at the same time."""
        return self._settings.ray_replicas.get(engine, 1)

    def state(self, engine: str) -> EngineState:
        """Where an engine stands; nothing is asked of the cluster."""
        try:
            card = engine_class(engine).card
        except Unavailable:
            return super().state(engine)
        if not goes_to_cluster(card):
            return super().state(engine)
        return self._far.of(engine, self._hosts.get(engine))

    def close(self) -> None:
        """End all actors and processes, and leave the cluster."""
        super().close()
        self._cluster.close()

    def _made_host(self, card: Card) -> Host:
        if not goes_to_cluster(card):
            return super()._made_host(card)
        return Replicas(card, self._house, self._cluster, self.lanes(card.name))

    def _hindered(self, card: Card) -> Problem | None:
        """Libraries and environments are the nodes' matter."""
        return None if goes_to_cluster(card) else super()._hindered(card)
