"""What difference a listening test can detect, and how many answers a difference needs.

One answer has variance s^2. An estimate from n answers of R raters about T texts has

    Var = s^2 / n * [1 + (m_rater - 1) * rho_rater + (m_text - 1) * rho_text],

the bracket being the design effect (Kish 1965, Survey Sampling, section 5.4) of two crossed
factors: m is the mean number of answers in the cluster of an answer, and rho the part of s^2 that
all answers of one rater (about one text) share, their own leaning in this very comparison. Power is
that of the interval which `clustered` makes: its variances are estimates from as many squares as
there are raters and texts, so the power is averaged over what they may come out as. Simulated
studies, analysed as the studio analyses them, confirm it.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Protocol = Literal["ab", "axy", "abx", "acr", "smos", "ccr", "mushra"]

SHARES = ("ab", "axy", "abx")
TIES = 0.2
RATER = 0.08
TEXT = 0.03
SPREAD = {"acr": 0.9, "smos": 0.9, "ccr": 1.3, "mushra": 15.0}
"""What one answer typically varies by (standard deviation, units of the scale), the rater's general
severity and the text's general difficulty taken out where the comparison takes them out."""

_MOST_RATERS = 1_000_000
_QUANTILES = 16


@dataclass(frozen=True)
class Design:
    """A study as planned.

    protocol: ab, axy, abx (a share against one half), ccr (a mean against 0), acr, smos, mushra
        (a difference of two means).
    raters: who finish. trials: counted screens of one rater. conditions: at least 2, every pair of
        them as often as any other. texts: at least 1, balanced over raters and conditions.
    ties: share of ties among answers that may be ties; leave 0 where ties are forbidden. Each tie
        is half for either side. Ignored elsewhere.
    rater, text: the part of an answer's variance, in [0, 1), that is the rater's (the text's) own
        leaning in the comparison. With one rater (or text) their leaning cannot be told apart and
        the result speaks for that rater (text) only.
    spread: standard deviation of one answer on the scale, > 0; None takes `SPREAD`. Ignored for
        shares, whose variance follows from the share and the ties.
    level: of the two-sided interval, in (0, 1).
    comparisons: how many are corrected for (Bonferroni, the first step of Holm); 1 for none.

    Raises ValueError when a value lies outside these ranges.
    """

    protocol: Protocol
    raters: int
    trials: int
    conditions: int
    texts: int
    ties: float = TIES
    rater: float = RATER
    text: float = TEXT
    spread: float | None = None
    level: float = 0.95
    comparisons: int = 1

    def __post_init__(self) -> None:
        if self.protocol not in (*SHARES, *SPREAD):
            raise ValueError(f"unknown protocol {self.protocol!r}")
        least = (self.raters, self.trials, self.conditions - 1, self.texts, self.comparisons)
        if min(least) < 1:
            raise ValueError("a design needs a rater, a trial, two conditions and a text")
        if not all(0 <= part < 1 for part in (self.ties, self.rater, self.text)):
            raise ValueError("shares of a design must lie in [0, 1)")
        if self.rater + self.text >= 1:
            raise ValueError("raters and texts cannot explain all of an answer")
        if not 0 < self.level < 1 or (self.spread is not None and not self.spread > 0):
            raise ValueError("the level must lie in (0, 1) and the spread above 0")

    @property
    def pairs(self) -> int:
        """How many comparisons of two conditions there are."""
        return self.conditions * (self.conditions - 1) // 2

    @property
    def scale(self) -> float:
        """The largest difference that the protocol's scale can show."""
        return {"acr": 4.0, "smos": 4.0, "ccr": 3.0, "mushra": 100.0}.get(self.protocol, 0.5)


@dataclass(frozen=True)
class Precision:
    """How exactly one comparison of a design comes out.

    answers: that one comparison has of its own (of each condition, for acr, smos and mushra). What
        a board infers through other pairs comes on top and is not promised.
    total: answers of the whole study.
    design_effect: how many times as many answers it takes as if all were independent.
    se: standard error of the share or the difference.
    half_width: of the interval, as expected. half_widths: equally likely ones, shape (m,).
    """

    answers: float
    total: int
    design_effect: float
    se: float
    half_width: float
    half_widths: Floats = field(repr=False, compare=False)


@dataclass(frozen=True)
class Outlook:
    """What the planner says of a design.

    difference, wanted: what is to be detected, with which power.
    power: of this design for that difference. detectable: the smallest difference this design
        detects with the wanted power; None where none on the scale is.
    raters_needed, answers_needed: of the whole study, trials of a rater kept; None where no number
        of raters is enough because the texts are too few.
    """

    precision: Precision
    difference: float
    wanted: float
    power: float
    detectable: float | None
    raters_needed: int | None
    answers_needed: int | None


def precision(design: Design, difference: float = 0.0) -> Precision:
    """Standard error of one comparison when the true difference is `difference`.

    difference: of a share from one half, or of means on the scale; >= 0.
    """
    part = 1.0
    if design.protocol in ("acr", "smos"):
        part = 1 / design.conditions
    elif design.protocol != "mushra":
        part = 1 / design.pairs
    total = design.raters * design.trials
    answers = total * part
    square = _square(design, difference)
    # Screens are drawn independently: expected answers beside this one in its rater's cluster (its
    # text's), which share its comparison.
    beside_rater = (design.trials - 1) * part
    beside_text = max(total / design.texts - 1, 0.0) * part
    one = square / answers
    by_rater = one * (1 + beside_rater * design.rater)
    by_text = one * (1 + beside_text * design.text)
    # Effective clusters of unequal sizes: 1 / sum of squared shares, for binomial sizes.
    raters = design.raters * _even(design.trials, part)
    texts = design.texts * _even(total / design.texts, part)
    factors = [
        (mean, max(clusters - 1, 1.0))
        for mean, clusters, of in (
            (by_rater, raters, design.raters),
            (by_text, texts, design.texts),
        )
        if of > 1
    ]
    variance = one + sum(mean - one for mean, _ in factors)
    half = _half_widths(one, answers, factors, _alpha(design))
    return Precision(
        answers=answers,
        total=total,
        design_effect=variance / one,
        se=math.sqrt(variance),
        half_width=float(half.mean()),
        half_widths=half,
    )


def _even(draws: float, part: float) -> float:
    """Squared mean over mean square of a binomial count: `draws`, each with chance `part`."""
    return draws * part / (draws * part + 1 - part)


def _half_widths(
    one: float, answers: float, factors: list[tuple[float, float]], alpha: float
) -> Floats:
    """Half widths that the interval of `clustered` will have, equally likely each, shape (m,).

    one: naive variance of the estimate. factors: expected variance by rater and by text, and its
        degrees of freedom: as estimates they vary as chi squared, taken at evenly spaced quantiles.
    """
    from scipy.special import chdtri, stdtrit

    tails = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    drawn = [mean * chdtri(clusters, tails) / clusters for mean, clusters in factors]
    grid = [axis.ravel() for axis in np.meshgrid(*drawn)] if drawn else []
    doubt = np.asarray(one**2 / max(answers - 1, 1.0))
    found = np.asarray(one)
    for squares, (_, clusters) in zip(grid, factors, strict=True):
        found = found + squares - one
        doubt = doubt + np.where(squares > one, squares**2 / clusters, 0.0)
    found = np.maximum(found, one)
    freedom = np.maximum(found**2 / doubt, 1.0)
    return np.atleast_1d(stdtrit(freedom, 1 - alpha / 2) * np.sqrt(found))


def power(design: Design, difference: float) -> float:
    """Chance, in [0, 1], that the interval of one comparison leaves out "no difference".

    Either side counts; at the differences that studies are planned for the wrong side is as good as
    impossible. difference: see `precision`; for a share below 0.5.
    """
    from scipy.special import ndtr

    if not 0 <= difference <= design.scale:
        raise ValueError("the difference must lie on the scale")
    found = precision(design, difference)
    if not found.se:
        return 1.0
    half = found.half_widths
    if design.protocol in SHARES:
        # Wilson's interval asks the distance from one half to exceed what the variance would be
        # there, not at the share.
        half = half * 0.5 / math.sqrt(0.25 - difference**2) if difference < design.scale else half
    away = ndtr((difference - half) / found.se)
    wrong = ndtr((-difference - half) / found.se)
    return float(min(1.0, (away + wrong).mean()))


def detectable(design: Design, wanted: float = 0.8) -> float | None:
    """The smallest difference detected with power `wanted`; None where none on the scale is."""
    low, high = 0.0, design.scale * (0.999 if design.protocol in SHARES else 1.0)
    if power(design, high) < wanted:
        return None
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if power(design, middle) < wanted else (low, middle)
    return high


def needed(design: Design, difference: float, wanted: float = 0.8) -> int | None:
    """The fewest raters, each with the design's trials, that detect `difference`.

    None where even a million are too few: what one text shares does not average out over raters,
    only over texts.
    """

    def enough(raters: int) -> bool:
        return power(replace(design, raters=raters), difference) >= wanted

    high = 2
    while not enough(high):
        high *= 2
        if high > _MOST_RATERS:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def outlook(design: Design, difference: float, wanted: float = 0.8) -> Outlook:
    """All that the planner says of a design, in well under a millisecond or two.

    difference: that matters, > 0, on the scale. wanted: power, in (0, 1).

    Raises ValueError for a difference off the scale.
    """
    raters = needed(design, difference, wanted)
    return Outlook(
        precision=precision(design, difference),
        difference=difference,
        wanted=wanted,
        power=power(design, difference),
        detectable=detectable(design, wanted),
        raters_needed=raters,
        answers_needed=None if raters is None else raters * design.trials,
    )


def missing(
    answers: int,
    se: float,
    difference: float,
    wanted: float = 0.8,
    level: float = 0.95,
) -> int:
    """How many more answers a comparison needs to detect `difference`, from what it has so far.

    answers: it has, >= 1. se: clustered standard error it has reached, on the scale of the
        difference. Use the difference that matters by the plan, not the one observed, which would
        promise a finding for every chance (Hoenig and Heisey 2001, American Statistician 55:19-24).

    The standard error is taken to fall with the root of the answers, as it does when new raters
    come and texts are as many as before or more.
    """
    from scipy.special import ndtri

    if answers < 1 or not difference > 0:
        raise ValueError("answers and difference must be positive")
    reach = float(ndtri((1 + level) / 2) + ndtri(wanted))
    return max(0, math.ceil(answers * (se * reach / difference) ** 2) - answers)


def _alpha(design: Design) -> float:
    return (1 - design.level) / design.comparisons


def _square(design: Design, difference: float) -> float:
    """Variance of one answer (of a difference of two answers, for a difference of means)."""
    if design.protocol in SHARES:
        ties = 0.0 if design.protocol == "abx" else design.ties
        # The more lopsided, the rarer the ties can be: 2 difference + ties <= 1.
        ties = min(ties, 1 - 2 * difference)
        return (1 - ties) / 4 - difference**2
    spread = design.spread if design.spread is not None else SPREAD[design.protocol]
    square = spread**2 * (1 if design.protocol == "ccr" else 2)
    if design.protocol in ("acr", "smos"):
        # Raters' severity and texts' difficulty are estimated from the same answers, which costs
        # as many of them as there are raters and texts.
        total = design.raters * design.trials
        left = (total - design.raters - design.texts + 1) / (total - 1) if total > 1 else 1.0
        square /= max(left, 0.05)
    return square
