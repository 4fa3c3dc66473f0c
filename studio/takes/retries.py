"""How often a take may be made again when its checks catch it: what the plan says of that."""

from studio.engines.card import Card
from studio.locales import note
from studio.takes.facts import EngineFacts
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.views import Cost, RetryPlan


def plan_retries(
    order: ComparisonOrder, wanted: EngineOrder, facts: EngineFacts, cost: Cost | None
) -> RetryPlan:
    """Whether and how often an engine makes a caught take again.

    An order's own number counts; without one the studio's setting. What costs money, or goes to
    somebody else's server, is made again only if the order says so for that very engine.

    Args:
        order: the whole order.
        wanted: this engine's part of it.
        facts: about the engine.
        cost: of one attempt; None: nothing.
    """
    if facts.retries is None:
        return RetryPlan(note=note("take.retries.unmeasured"))
    if not facts.card.varies:
        return RetryPlan(note=note("take.retries.same", engine=facts.card.title))
    general = facts.retries if order.retries is None else order.retries
    if wanted.retries is None and charged(facts.card, cost):
        code = "take.retries.paid" if general else "take.retries.off"
        return RetryPlan(note=note(code))
    most = general if wanted.retries is None else wanted.retries
    if most == 0:
        return RetryPlan(note=note("take.retries.off"))
    return RetryPlan(
        most=most,
        note=note("take.retries.most", count=most),
        cost_at_most=cost.times(1 + most) if cost else None,
    )


def charged(card: Card, cost: Cost | None) -> bool:
    """Whether another attempt may cost somebody something."""
    return cost is not None or "remote" in card.hardware.runs_on
