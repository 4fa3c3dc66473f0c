"""Cutting a text into pieces that the model can take: 512 phonemes and marks at once."""

from typing import Protocol

from studio.engines.sentences import Piece, split

LONGEST = 280
"""Characters of a piece at first; a number or an abbreviation may be longer when read out."""
_TOKENS = 500


class Converter(Protocol):
    """The library's way from text to phonemes."""

    def phonemize(self, text: str) -> str: ...


def pieces(text: str, converter: Converter) -> list[Piece]:
    """The pieces of a text that have any sound, in order.

    Args:
        text: any text.
        converter: tells how long a piece becomes.
    """
    found = []
    for piece in split(text, LONGEST):
        found += _fitting(piece, converter)
    return found


def _fitting(piece: Piece, converter: Converter) -> list[Piece]:
    """A piece, cut further where its phonemes are too many."""
    phonemes = converter.phonemize(piece.text)
    if not any(character.isalpha() for character in phonemes):
        return []
    if len(phonemes) <= _TOKENS or len(piece.text) < 2:  # noqa: PLR2004
        return [piece]
    halves = split(piece.text, -(-len(piece.text) // 2))
    if len(halves) == 1:
        return [piece]
    last = len(halves) - 1
    return [
        fitting
        for number, half in enumerate(halves)
        for fitting in _fitting(
            Piece(half.text, piece.ending if number == last else half.ending), converter
        )
    ]
