"""Which attempt at a take raters hear: by the plan's rule on retries, then fixed."""

from collections.abc import Mapping

from studio.store.study_tables import Study, StudyItem
from studio.takes.views import ComparisonView, TakeView


def candidate(
    study: Study, item: StudyItem, ordered: Mapping[str, ComparisonView]
) -> TakeView | None:
    """The attempt that raters hear, or would; ``None`` where its order is gone.

    Args:
        study: its plan says whether that is the attempt chosen after the checks or always the
            first; once it is open, the item says which it is.
        item: one condition saying one text.
        ordered: what was ordered for the study, by comparison id.
    """
    order = ordered.get(item.comparison_id)
    shown = next((t for t in order.takes if t.first == item.first_take), None) if order else None
    if shown is None:
        return None
    attempts = sorted((shown, *shown.attempts), key=lambda attempt: attempt.attempt)
    if study.state != "draft" and item.take_id is not None:
        return next((one for one in attempts if one.id == item.take_id), None)
    return shown if study.plan["retries"] else attempts[0]
