"""Cutting a text for a model that takes so many characters at once: as few stretches as will do.

Models that read a whole utterance at once speak a lone short sentence worse than a few together,
and garble or drop what exceeds their limit. So neighbouring sentences share a stretch while they
fit, paragraphs do not, and only a sentence beyond the limit is cut itself, at a clause mark, else
between words, else (writing without spaces and marks) anywhere.
"""

from dataclasses import dataclass

from studio.engines.sentences import Ending, split


@dataclass(frozen=True)
class Stretch:
    """Text to be spoken in one go, never empty."""

    text: str
    ending: Ending
    """What follows it in the whole text."""
    torn: bool = False
    """It ends where there was neither a mark nor a space: perhaps inside a word."""


def stretches(text: str, longest: int) -> list[Stretch]:
    """The stretches of a text, in order; none where nothing can be pronounced.

    Args:
        text: any text.
        longest: a stretch has at most so many characters.
    """
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
