"""The texts of a study: cleaned, bounded, each once."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.problems import BadInput, TooLarge
from studio.studies.owner.scripts import source_of
from studio.takes.key import text_sha256

MOST = 200
LONGEST = 600
"""Characters: what is said in half a minute is too long to be compared from memory already."""
_LAYOUT = "\n\t\r"


@dataclass(frozen=True)
class GivenText:
    """A text as it is to be kept.

    Attributes:
        text: NFC, on one line.
        sha256: as comparisons carry it.
        source: typed, csv, or ``scripts/<collection>/<number>``.
    """

    text: str
    sha256: str
    source: str


def given(raw: str, source: str, number: int) -> GivenText:
    """A text as it is kept.

    Args:
        raw: as it came.
        source: where it is said to be from.
        number: 1, 2, …, for the sentence that refuses it.

    Raises:
        BadInput: ``study_text_empty``, ``study_text_unspeakable``.
        TooLarge: ``study_text_too_long``.
    """
    for character in raw:
        kind = unicodedata.category(character)
        if (kind == "Cc" and character not in _LAYOUT) or kind in ("Cs", "Co"):
            raise BadInput(
                "study_text_unspeakable", number=number, character=f"U+{ord(character):04X}"
            )
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise BadInput("study_text_empty", number=number)
    if len(text) > LONGEST:
        raise TooLarge("study_text_too_long", number=number, characters=len(text), limit=LONGEST)
    return GivenText(text, text_sha256(text), source_of(source, text))


def all_different(texts: Sequence[GivenText]) -> Sequence[GivenText]:
    """The same, unless there are too many or one comes twice.

    Raises:
        BadInput: ``study_text_twice``.
        TooLarge: ``study_texts_too_many``.
    """
    if len(texts) > MOST:
        raise TooLarge("study_texts_too_many", count=len(texts), limit=MOST)
    seen: dict[str, int] = {}
    for number, one in enumerate(texts, 1):
        if one.sha256 in seen:
            raise BadInput("study_text_twice", number=number, first=seen[one.sha256])
        seen[one.sha256] = number
    return texts


def new_ones(texts: Iterable[GivenText], known: Iterable[str]) -> tuple[list[GivenText], int]:
    """Those that are not known yet, and how many were left out for being repeated."""
    seen = set(known)
    fresh: list[GivenText] = []
    repeated = 0
    for one in texts:
        if one.sha256 in seen:
            repeated += 1
        else:
            seen.add(one.sha256)
            fresh.append(one)
    return fresh, repeated
