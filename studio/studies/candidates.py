"""Which attempt at a take raters would hear, by the plan's rule on retries."""

from collections.abc import Mapping

from studio.store.study_tables import StudyItem
from studio.takes.views import ComparisonView, TakeView


def candidate(
    item: StudyItem, ordered: Mapping[str, ComparisonView], *, retries: bool
) -> TakeView | None:
    """The attempt that raters would hear; ``None`` where its order is gone.

    Args:
        item: one condition saying one text.
        ordered: what was ordered for the study, by comparison id.
        retries: the plan's rule: the attempt chosen after the checks, or always the first.
    """
    order = ordered.get(item.comparison_id)
    shown = next((t for t in order.takes if t.first == item.first_take), None) if order else None
    if shown is None or retries:
        return shown
    return min((shown, *shown.attempts), key=lambda attempt: attempt.attempt)
