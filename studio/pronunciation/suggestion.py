"""What the studio proposes: how one part of a text may be said, and how sure that is."""

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["certain", "likely", "guess"]
"""``certain``: there is one way; ``likely``: the usual one of several; ``guess``: the text does not
tell, a person should look."""
Source = Literal["rules", "words", "own"]
"""``words``: the studio's list of words; ``own``: the person's dictionary."""


@dataclass(frozen=True)
class Suggestion:
    """A part of a text and how it may be said.

    Attributes:
        start: its first character (code points).
        end: one past its last.
        readings: the usual one first, then other ways; no two alike.
        kind: what it is: ``date``, ``time``, ``money``, ``phone``, ``counted``, ``number``,
            ``fraction``, ``percent``, ``range``, ``ordinal``, ``unit``, ``score``, ``code``,
            ``word``, ``letters``, ``address``, ``symbol``, ``own``.
        confidence: how sure the usual one is.
        source: where it comes from.
    """

    start: int
    end: int
    readings: tuple[str, ...]
    kind: str
    confidence: Confidence = "certain"
    source: Source = "rules"

    @property
    def reading(self) -> str:
        """The usual one."""
        return self.readings[0]


def suggestion(
    start: int,
    end: int,
    *readings: str,
    kind: str,
    confidence: Confidence = "certain",
    source: Source = "rules",
) -> Suggestion:
    """A suggestion without readings that are empty or said twice."""
    different = tuple(dict.fromkeys(one for one in readings if one))
    return Suggestion(start, end, different, kind, confidence, source)


def disjoint(found: list[Suggestion], own: list[Suggestion]) -> list[Suggestion]:
    """Both in order of their places, without those of ``found`` that overlap one of ``own``."""
    free = [one for one in found if not any(one.start < o.end and o.start < one.end for o in own)]
    return sorted([*free, *own], key=lambda one: one.start)
