"""Where an engine on the cluster stands, as far as this machine can tell."""

from studio.engines.card import Card
from studio.problems import Unavailable
from studio.runtime.host import Host
from studio.runtime.readiness import Hindrance
from studio.runtime.report import EngineState
from studio.runtime.standing import Standing


class FarStanding(Standing):
    """Weights, whose voices and revision every plan needs, are looked for here; the rest is not."""

    def hindrance(self, card: Card) -> Hindrance | None:  # noqa: ARG002
        """Libraries and environments are the nodes' matter."""
        return None

    def unfit(self, card: Card) -> Unavailable | None:  # noqa: ARG002
        """Graphics cards are, too."""
        return None

    def of(self, engine: str, host: Host | None) -> EngineState:
        """One engine's state; processes of other machines have no id and no memory here."""
        found = super().of(engine, host)
        return found.model_copy(update={"pid": None, "memory_mb": None})
