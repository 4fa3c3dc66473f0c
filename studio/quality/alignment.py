"""Lays what was heard beside what was to be said, word by word, allowing for mishearing."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

VERSION = "Voice Studio 1"

_GAP = 1.0
"""Cost of a word that only one side has."""
_OPENING = 0.6
"""Further cost of the first of them: one stretch left out is likelier than several."""
_MISHEARD = 2.4
"""Cost of two words without a letter in common; between, in proportion."""


@dataclass(frozen=True)
class Pair:
    """A word to be said and the one heard in its place; None where one side has none.

    Attributes:
        reference: index into the words to be said.
        heard: index into the words heard.
        likeness: 1 where both are spelt alike, 0 where no letter is shared or one is None.
    """

    reference: int | None
    heard: int | None
    likeness: float


def align(reference: Sequence[str], heard: Sequence[str]) -> tuple[Pair, ...]:
    """Align two sequences of words globally, at the least cost.

    The dynamic programme is Gotoh's (1982, "An improved algorithm for matching biological
    sequences"): gaps cost by their length and for being opened, and a pair costs by how differently
    it is spelt, so that a recogniser's slips ("every body" for "everybody", "세게" for "새게") do
    not tear the words around them apart.

    Args:
        reference: words to be said; characters for languages written without spaces.
        heard: words heard.

    Returns:
        Every word of both sides once, in order. Time and memory go with the product of the lengths:
        5000 × 5000 take seconds and 100 MB.
    """
    rows, columns = len(reference), len(heard)
    likeness, row_of, column_of = _likeness(reference, heard)
    # best[state][j]: cost of aligning the first i words with the first j, ending in a pair (0), in
    # a word nobody said (1), in a word nobody asked for (2)
    steps = _GAP * np.arange(columns + 1, dtype=np.float64)
    best = np.full((3, columns + 1), np.inf)
    best[0, 0] = 0.0
    best[2, 1:] = steps[1:] + _OPENING
    came_from = np.zeros((rows + 1, 3, columns + 1), np.int8)
    came_from[0, 2, 2:] = 2
    for i in range(1, rows + 1):
        above = best
        best = np.full_like(above, np.inf)
        before = np.argmin(above[:, :-1], axis=0)
        came_from[i, 0, 1:] = before
        if columns:
            unlike = _MISHEARD * (1 - likeness[row_of[i - 1]][column_of])
            best[0, 1:] = above[before, np.arange(columns)] + unlike
        opened = above[[0, 2]].min(axis=0) + _OPENING
        came_from[i, 1] = np.where(above[1] <= opened, 1, np.argmin(above[[0, 2]], axis=0) * 2)
        best[1] = np.minimum(above[1], opened) + _GAP
        _extend_along(best, came_from[i, 2], steps)
    return _trace(came_from, int(np.argmin(best[:, columns])), likeness, row_of, column_of)


def _extend_along(
    best: npt.NDArray[np.float64],
    came_from: npt.NDArray[np.int8],
    steps: npt.NDArray[np.float64],
) -> None:
    """Fill in a row's costs of ending in words nobody asked for, all columns at once."""
    entered = best[:2].min(axis=0) + _OPENING - steps
    reached = np.minimum.accumulate(entered)
    best[2, 1:] = reached[:-1] + steps[1:]
    at_once = entered[:-1] <= reached[:-1]
    came_from[1:] = np.where(at_once, np.argmin(best[:2, :-1], axis=0), 2)


def _trace(
    came_from: npt.NDArray[np.int8],
    state: int,
    likeness: npt.NDArray[np.float64],
    row_of: npt.NDArray[np.intp],
    column_of: npt.NDArray[np.intp],
) -> tuple[Pair, ...]:
    i, j = came_from.shape[0] - 1, came_from.shape[2] - 1
    pairs: list[Pair] = []
    while i or j:
        before = int(came_from[i, state, j])
        if state == 0:
            i, j = i - 1, j - 1
            pairs.append(Pair(i, j, float(likeness[row_of[i], column_of[j]])))
        elif state == 1:
            i -= 1
            pairs.append(Pair(i, None, 0.0))
        else:
            j -= 1
            pairs.append(Pair(None, j, 0.0))
        state = before
    return tuple(reversed(pairs))


def _likeness(
    reference: Sequence[str], heard: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """How alike each two different words are spelt, and where each word stands in that table."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    rows, row_of = np.unique(np.array(reference, dtype=object), return_inverse=True)
    columns, column_of = np.unique(np.array(heard, dtype=object), return_inverse=True)
    if not rows.size or not columns.size:
        return np.zeros((rows.size, columns.size)), row_of, column_of
    table = cdist(
        [sounds(word) for word in rows],
        [sounds(word) for word in columns],
        scorer=Levenshtein.normalized_similarity,
    )
    return np.asarray(table, np.float64), row_of, column_of


def sounds(word: str) -> str:
    """The letters of a word; of a Korean syllable the letters it is built of."""
    return unicodedata.normalize("NFD", word)
