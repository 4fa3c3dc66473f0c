"""How well speaker similarity tells one voice in two texts from two voices.

Two designs. "Take against take" compares single sentences, the shortest of them under a second.
"Take against reference" is what the studio does: a sentence against 6 s and more of other texts,
as the doctor keeps of a clip.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus
from studio.quality.speaker import embed

_REFERENCE_SECONDS = 6.0
_DRAWS = 200


@dataclass(frozen=True)
class Apart:
    """An equal error rate.

    Attributes:
        eer: where as many pairs of one voice fall below the threshold as of two voices above it.
        low: of its 95 % interval, from drawing clips again within each voice.
        high: likewise.
        threshold: cosine.
        same: pairs of one voice.
        different: pairs of two voices.
        voices: how many.
    """

    eer: float
    low: float
    high: float
    threshold: float
    same: int
    different: int
    voices: int


@dataclass(frozen=True)
class _Side:
    """Clips on one side of the comparison."""

    vectors: NDArray[np.float64]
    voices: NDArray[np.str_]
    texts: tuple[frozenset[str], ...]


def run(
    split: corpus.Split,
    engines: Sequence[str],
    count: int | None = None,
    folder: Path | None = None,
) -> dict[str, Apart]:
    """Compare every clip with every one of another text.

    Args:
        split: of the corpus.
        engines: whose voices are compared with each other.
        count: clips for each engine; by default all.
        folder: where clips are kept.
    """
    clips = corpus.clips(split, engines=engines, count=count, folder=folder)
    takes = _side([[clip] for clip in clips])
    found = {"take against take": _apart(takes, takes)}
    if groups := _references(clips):
        found["take against reference"] = _apart(_side(groups), takes)
    return found


def _references(clips: Sequence[corpus.Spoken]) -> list[list[corpus.Spoken]]:
    """Sentences of one voice, as many together as make a reference."""
    found = []
    ordered = sorted(clips, key=lambda clip: clip.voice)
    for _, group in itertools.groupby(ordered, lambda clip: clip.voice):
        together: list[corpus.Spoken] = []
        for clip in group:
            together.append(clip)
            if sum(one.seconds for one in together) >= _REFERENCE_SECONDS:
                found.append(together)
                together = []
    return found


def _side(groups: Sequence[Sequence[corpus.Spoken]]) -> _Side:
    return _Side(
        np.array([embed(np.concatenate([c.samples for c in g]), g[0].rate) for g in groups]),
        np.array([group[0].voice for group in groups]),
        tuple(frozenset(clip.text for clip in group) for group in groups),
    )


def _apart(left: _Side, right: _Side) -> Apart:
    scores = left.vectors @ right.vectors.T
    same = left.voices[:, None] == right.voices[None, :]
    other_text = np.array([[a.isdisjoint(b) for b in right.texts] for a in left.texts])
    if left is right:  # each pair once
        other_text &= np.triu(np.ones_like(other_text), 1)
    value, threshold = equal_error(scores[same & other_text], scores[~same & other_text])
    random = np.random.default_rng(1)
    drawn = []
    for _ in range(_DRAWS):
        rows = _again(left.voices, random)
        columns = rows if left is right else _again(right.voices, random)
        valid, alike = other_text[np.ix_(rows, columns)], same[np.ix_(rows, columns)]
        again = scores[np.ix_(rows, columns)]
        drawn.append(equal_error(again[alike & valid], again[~alike & valid])[0])
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Apart(
        value,
        float(low),
        float(high),
        threshold,
        int((same & other_text).sum()),
        int((~same & other_text).sum()),
        len(set(left.voices)),
    )


def _again(voices: NDArray[np.str_], random: np.random.Generator) -> NDArray[np.intp]:
    """Clips drawn with replacement, within each voice."""
    places = [np.flatnonzero(voices == voice) for voice in np.unique(voices)]
    return np.concatenate([random.choice(place, len(place)) for place in places])


def equal_error(same: NDArray[np.float64], different: NDArray[np.float64]) -> tuple[float, float]:
    """The equal error rate and its threshold; between two steps, their mean.

    Args:
        same: scores of one voice, shape (n,).
        different: scores of two voices, shape (m,).
    """
    same, different = np.sort(same), np.sort(different)
    thresholds = np.unique(np.concatenate((same, different)))
    missed = np.searchsorted(same, thresholds, "left") / len(same)
    let_in = 1 - np.searchsorted(different, thresholds, "left") / len(different)
    nearest = int(np.argmin(np.abs(missed - let_in)))
    return float((missed[nearest] + let_in[nearest]) / 2), float(thresholds[nearest])
