"""The length of a reference clip against what an engine needs."""

from studio.engines.card import Card
from studio.engines.contract import EngineProblem, ReferenceClip


def long_enough(clip: ReferenceClip, card: Card) -> float:
    """Seconds of the clip.

    Raises:
        EngineProblem: ``clip_too_short_for_engine``: below the least that the card names.
    """
    seconds = len(clip.samples) / clip.sample_rate
    if seconds < card.cloning.min_seconds:
        raise EngineProblem(
            "clip_too_short_for_engine",
            engine=card.title,
            seconds=round(seconds, 1),
            minimum=card.cloning.min_seconds,
        )
    return seconds
