"""The readings of a Korean text: who knows best is asked first, and what is taken is taken."""

from collections.abc import Callable, Iterator

from studio.pronunciation.korean import addresses, codes, moments, numbers, symbols, words
from studio.pronunciation.suggestion import Suggestion

_TAKEN = "\0"
_FINDERS: tuple[Callable[[str], Iterator[Suggestion]], ...] = (
    addresses.found,
    words.of_signs,
    moments.found,
    words.versions,
    codes.found,
    numbers.ranges,
    numbers.amounts,
    numbers.parts,
    numbers.with_units,
    numbers.with_counters,
    numbers.bare,
    symbols.found,
    words.latin,
)
"""Those that see more of the text at once come before those that see less."""


def suggestions(text: str) -> list[Suggestion]:
    """How the figures, units, Latin words and signs of a Korean text may be said.

    Args:
        text: composed (NFC).

    Returns:
        In order of their places; none overlap.
    """
    found: list[Suggestion] = []
    free = text
    for finder in _FINDERS:
        for one in finder(free):
            if one.readings and _TAKEN not in free[one.start : one.end]:
                found.append(one)
                taken = _TAKEN * (one.end - one.start)
                free = free[: one.start] + taken + free[one.end :]
    return sorted(found, key=lambda one: one.start)
