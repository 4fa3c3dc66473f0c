"""How far raters agree with themselves, on screens that came twice with their sides changed."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.clustered import LEVEL, Estimate, share
from studio.statistics.proportion import Share, wilson

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Consistency:
    """One rater's repeats.

    same: answered alike, sides accounted for. share: same / repeats, with Wilson's interval.
    """

    rater: int
    repeats: int
    same: int
    share: Share


@dataclass(frozen=True)
class Repeatability:
    """How exactly one rater repeats a score.

    mean_difference: mean absolute difference, units of the scale.
    sd: standard deviation of one score about the rater's own mean, sqrt(sum d^2 / 2 m): the
        technical error of Dahlberg (1940), in units of the scale.
    """

    rater: int
    repeats: int
    same: int
    mean_difference: float
    sd: float


def consistency(
    first: NDArray[np.generic], second: NDArray[np.generic], rater: Ints
) -> tuple[Consistency, ...]:
    """Of each rater, in order of their codes.

    first, second: the answer and its repeat in the same terms (the condition chosen, not the side),
        shape (n,). rater: codes, (n,).
    """
    same = _same(first, second)
    names, code = np.unique(np.asarray(rater), return_inverse=True)
    repeats = np.bincount(code, minlength=len(names))
    alike = np.bincount(code[same], minlength=len(names))
    return tuple(
        Consistency(int(name), int(of), int(equal), wilson(int(equal), int(of)))
        for name, of, equal in zip(names, repeats, alike, strict=True)
    )


def overall(
    first: NDArray[np.generic],
    second: NDArray[np.generic],
    rater: Ints,
    text: Ints,
    *,
    level: float = LEVEL,
) -> Estimate | None:
    """Share of all repeats answered alike, with an interval clustered by rater and text.

    None without a repeat. Somebody who flips a coin between two answers reaches one half.
    """
    same = _same(first, second)
    if not len(same):
        return None
    return share(same.astype(np.float64), np.asarray(rater), np.asarray(text), level)


def repeatability(first: Floats, second: Floats, rater: Ints) -> tuple[Repeatability, ...]:
    """Of each rater's scores, in order of their codes; shapes (n,)."""
    apart = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    names, code = np.unique(np.asarray(rater), return_inverse=True)
    found = []
    for i, name in enumerate(names):
        own = apart[code == i]
        found.append(
            Repeatability(
                rater=int(name),
                repeats=len(own),
                same=int((own == 0).sum()),
                mean_difference=float(np.abs(own).mean()),
                sd=math.sqrt(float((own**2).mean()) / 2),
            )
        )
    return tuple(found)


def _same(first: NDArray[np.generic], second: NDArray[np.generic]) -> NDArray[np.bool_]:
    one, other = np.asarray(first), np.asarray(second)
    if one.shape != other.shape:
        raise ValueError("an answer and its repeat come in pairs")
    return np.asarray(one == other, dtype=np.bool_)
