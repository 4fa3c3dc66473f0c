"""From plans to the rows of an order, and when an order is refused as a whole."""

from studio.locales import Note
from studio.problems import BadInput
from studio.store.tables import Take
from studio.takes.planner import Planned
from studio.takes.row_states import answer_from_store, apply_plan, stand_in
from studio.takes.views import TakePlan


def apply(take: Take, item: Planned) -> None:
    """Write what was planned into a row: queued, answered from the store, or failed."""
    apply_plan(take, item.plan, item.key, item.model_revision)
    if item.earlier is not None:
        answer_from_store(take, item.earlier)
    elif item.plan.refusal is not None:
        stand_in(take, _bare(item.plan.refusal))


def _bare(refusal: Note) -> Note:
    """Why, without the advice for whoever orders: the take is being made."""
    reason = refusal.params.get("reason")
    return reason if isinstance(reason, Note) else refusal


def wrong(plan: TakePlan) -> bool:
    """Refused for what was sent, and nobody stands by."""
    if plan.fallback is not None and plan.fallback.refusal is None:
        return False
    return plan.refusal is not None and plan.by_input


def refused(plan: TakePlan) -> BadInput:
    """The refusal of an order, of a plan that is :func:`wrong`."""
    reason = plan.refusal
    assert reason is not None  # noqa: S101 (only called with a refusal)
    return BadInput(reason.code.removeprefix("error."), **reason.params)  # type: ignore[arg-type]
