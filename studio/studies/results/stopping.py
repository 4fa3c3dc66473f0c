"""When a study's results may be seen, and how far its plan is fulfilled."""

from typing import Any

from studio.locales import Note, note
from studio.studies.dataset import Dataset


def opens(data: Dataset) -> Note | None:
    """Why the result is shut, as the sentence that says when it opens; None when it is open.

    An open study may be looked at only under a rule that stays valid however often one looks.
    """
    if data.state == "closed":
        return None
    if data.state == "draft":
        return note("result.opens.draft")
    rule = data.plan.stopping.rule
    if rule == "anytime" and data.protocol.takes == 2:  # noqa: PLR2004 (A and B)
        return None  # other protocols have no confidence sequence
    if rule == "owner":
        return note("result.opens.owner")
    return note("result.opens.fixed", raters=data.plan.raters, trials=data.plan.trials)


def progress(data: Dataset) -> dict[str, Any]:
    """Counts of who came how far; nothing of what was answered."""
    counted = data.of_kind("main")
    return {
        "raters": len({one.rater for one in data.answers}),
        "finished": sum(one.finished for one in data.raters),
        "answers": len(counted),
        "target_raters": data.plan.raters,
        "target_answers": data.plan.raters * data.plan.trials,
    }


def stopping(data: Dataset) -> dict[str, Any]:
    """The plan's rule and how the study came to its end."""
    count = progress(data)
    reached = (
        count["finished"] >= count["target_raters"] or count["answers"] >= count["target_answers"]
    )
    return {
        "rule": data.plan.stopping.rule,
        "level": data.plan.stopping.level,
        "target": count["target_answers"],
        "target_raters": count["target_raters"],
        "reached": reached,
        "closed_because": data.closed_because,
        "pairs": None,
    }


def closed_early(data: Dataset) -> Note | None:
    """The remark on a fixed plan that its owner ended before it was fulfilled."""
    if data.state != "closed" or data.plan.stopping.rule != "fixed":
        return None
    if data.closed_because != "owner" or stopping(data)["reached"]:
        return None
    return note(
        "result.note.closed_early",
        raters=sum(one.finished for one in data.raters),
        target=data.plan.raters,
    )
