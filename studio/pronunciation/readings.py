"""Readings chosen for a text: parts of it that are said otherwise than they are written."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from studio.problems import BadInput

MOST_READINGS = 1000
"""Of one text."""
LONGEST = 200
"""Characters of one reading."""


class Reading(BaseModel):
    r"""How one part of a text is said.

    Places count characters (Unicode code points) of the text as the studio keeps it: composed
    (NFC), trimmed, with ``\n`` for line breaks.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    """One past the last character."""
    reading: str
    """What is said in its place; 1–200 characters."""


def applied(text: str, readings: Sequence[Reading] | None) -> str:
    """What is spoken: the text with its readings in their places.

    Args:
        text: as it is kept.
        readings: in order, none overlapping, as :func:`checked` leaves them.
    """
    if not readings:
        return text
    said, at = [], 0
    for one in readings:
        said += [text[at : one.start], one.reading]
        at = one.end
    return "".join([*said, text[at:]])


def checked(text: str, readings: Sequence[Reading] | None) -> list[Reading] | None:
    """Readings as they are kept: cleaned, those left out that change nothing; ``None`` for none.

    Raises:
        BadInput: ``readings_wrong``: beyond the text, out of order, overlapping, empty, too long;
            ``readings_too_many``.
    """
    if not readings:
        return None
    if len(readings) > MOST_READINGS:
        raise BadInput("readings_too_many", count=len(readings), limit=MOST_READINGS)
    kept, at = [], 0
    for one in readings:
        said = cleaned_reading(one.reading)
        if one.start < at or one.end <= one.start or one.end > len(text):
            raise BadInput("readings_wrong", start=one.start, end=one.end, characters=len(text))
        at = one.end
        if said != text[one.start : one.end]:
            kept.append(Reading(start=one.start, end=one.end, reading=said))
    return kept or None


def cleaned_reading(raw: str) -> str:
    """One line of speakable text in composed form; a space at its ends parts it from the rest.

    Raises:
        BadInput: ``reading_wrong``: nothing to say, over 200 characters, or control characters.
    """
    said = re.sub(r"\s+", " ", unicodedata.normalize("NFC", raw))
    spoken = any(unicodedata.category(c)[0] in "LN" for c in said)
    if not spoken or len(said) > LONGEST or any(not _fit(c) for c in said):
        raise BadInput("reading_wrong", limit=LONGEST)
    return said


def _fit(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Co")


def carried(readings: Iterable[Reading], before: str, after: str) -> list[Reading]:
    """Readings of one text, moved onto an edited one.

    What both texts begin and end with is taken for unchanged; a reading that touches what lies
    between is dropped.

    Args:
        readings: of ``before``.
        before: the text for which they were chosen.
        after: the text as it is now.
    """
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    shift, rest = len(after) - len(before), len(before) - tail
    moved = []
    for one in readings:
        if one.end <= head:
            moved.append(one)
        elif one.start >= rest and one.end <= len(before):
            places = {"start": one.start + shift, "end": one.end + shift}
            moved.append(one.model_copy(update=places))
    return [one for one in moved if _whole(after, one)]


def _whole(text: str, one: Reading) -> bool:
    """Whether a reading still stands for a whole number: "25" is not said for the 25 of "250"."""
    edges = ((one.start - 1, one.start), (one.end - 1, one.end))
    return one.end <= len(text) and not any(
        left >= 0 and right < len(text) and _one_word(text[left], text[right])
        for left, right in edges
    )


def _one_word(left: str, right: str) -> bool:
    return (left.isdigit() and right.isdigit()) or (_latin(left) and _latin(right))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _common(left: str, right: str) -> int:
    """How many characters two texts begin with alike."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
