"""The length of a reference clip against what a service takes."""

from studio.engines.card import Card
from studio.engines.clip_length import long_enough
from studio.engines.contract import EngineProblem, ReferenceClip


def measured(clip: ReferenceClip, card: Card) -> float:
    """Seconds of the clip.

    Raises:
        EngineProblem: ``clip_too_short_for_engine``, ``service_clip_too_long``.
    """
    seconds = long_enough(clip, card)
    if card.cloning.max_seconds and seconds > card.cloning.max_seconds:
        raise EngineProblem(
            "service_clip_too_long",
            engine=card.title,
            seconds=round(seconds),
            maximum=card.cloning.max_seconds,
        )
    return seconds
