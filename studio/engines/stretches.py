"""Cutting a text for a model that takes so many characters at once: as few stretches as will do.

Models that read a whole utterance at once speak a lone short sentence worse than a few together,
and garble or drop what exceeds their limit. So neighbouring sentences share a stretch while they
fit, paragraphs do not, and only a sentence beyond the limit is cut itself, at a clause mark, else
between words, else (writing without spaces and marks) anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from studio.engines.sentences import Ending, split


@dataclass(frozen=True)
class Stretch:
    """Text to be spoken in one go, never empty."""

    text: str
    ending: Ending
    """What follows it in the whole text."""
    torn: bool = False
    """It ends where there was neither a mark nor a space: perhaps inside a word."""


class NothingFits(Exception):
    """Not even one character of the text is short enough once it is spelt out."""


def stretches(
    text: str, longest: int, fits: Callable[[str], bool] = lambda _text: True
) -> list[Stretch]:
    """The stretches of a text, in order; none where nothing can be pronounced.

    Args:
        text: any text.
        longest: a stretch has at most so many characters.
        fits: whether a model takes a stretch once it is spelt out: "1,234,567" is nine characters,
            and many more as words. One that does not fit is cut further.

    Raises:
        NothingFits: a single character does not fit.
    """
    found: list[Stretch] = []
    for stretch in _within(text, longest):
        if fits(stretch.text):
            found.append(stretch)
        elif len(stretch.text) == 1:
            raise NothingFits(stretch.text)
        else:
            *parts, last = stretches(stretch.text, len(stretch.text) // 2, fits)
            found += [*parts, replace(last, ending=stretch.ending, torn=stretch.torn)]
    return found


def _within(text: str, longest: int) -> list[Stretch]:
    found: list[Stretch] = []
    begin = cursor = 0
    joinable = False
    for piece in split(text, longest):
        start = text.index(piece.text, cursor)
        cursor = start + len(piece.text)
        whole = piece.ending is not Ending.CLAUSE
        if joinable and whole and cursor - begin <= longest:
            found[-1] = Stretch(text[begin:cursor], piece.ending)
        else:
            begin = start
            found.append(Stretch(piece.text, piece.ending, _torn(text, cursor, piece.ending)))
        joinable = piece.ending is Ending.SENTENCE
    return found


def _torn(text: str, end: int, ending: Ending) -> bool:
    return ending is Ending.CLAUSE and text[end - 1].isalnum() and not text[end].isspace()
