"""When a try at a take failed: whether it is repeated by itself, and how long after."""

from studio.problems import Problem
from studio.takes.lasting import PASSING, lasting

LONGEST_SECONDS = 300.0
"""No pause is longer. A row that says otherwise was written by a clock that has been set back."""
_NOT_BY_ITSELF = frozenset({"unknown_voice", "clip_missing", "enrolment_lost"})
"""What a person took away may come back, but not within minutes; a voice that a service forgot has
been cloned anew already."""


def pause_seconds(problem: Exception, tries: int, first_pause: float) -> float | None:
    """How long to wait before a take is tried again; ``None``: it is not, waiting will not help.

    Args:
        problem: how it failed.
        tries: how often it was begun, this time included.
        first_pause: seconds before the second try; doubled for each further one.
    """
    if lasting(problem):
        return None
    pause = first_pause * 2 ** (tries - 1)
    if isinstance(problem, Problem):
        if problem.code in _NOT_BY_ITSELF or problem.code not in PASSING:
            return None
        if problem.code == "service_busy_until":  # it says itself when it will be free again
            pause = max(pause, float(problem.params.get("seconds", 0.0)))
            return pause if pause <= LONGEST_SECONDS else None
    return min(pause, LONGEST_SECONDS)
