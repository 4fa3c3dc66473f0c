"""Moderated variances: what few clusters say of one condition, steadied by what they say of all.

With five raters a condition's own variance between raters has four degrees of freedom: its interval
is 40 % wider than with many, and depends on luck. The conditions of a study were heard by the same
raters, so their variances tell of each other. After Smyth (2004), Statistical Applications in
Genetics and Molecular Biology 3:3, each is replaced by a mean of itself and the common one,
weighted by degrees of freedom, and has the degrees of both. How many the common one has is
estimated: the more the conditions differ beyond chance, the fewer.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# However alike the conditions seem, the common ratio counts no more than a condition's own: with
# few conditions chance hides that one divides raters more than the others.
_AT_MOST = 1.0


def moderated(ratio: Floats, freedom: Floats) -> tuple[Floats, Floats]:
    """Ratios of variances drawn towards their mean, and their degrees of freedom, (k,) each.

    ratio: clustered over naive variance of each condition, (k,); NaN where unknown, which is then
        the common one. freedom: degrees of freedom of each, at least 1.
    """
    known = np.isfinite(ratio)
    number = int(known.sum())
    if not number:
        return np.ones_like(ratio), freedom
    common = float(np.average(ratio[known], weights=freedom[known]))
    typical = float(freedom[known].mean())
    # Strengths sum to zero, so k ratios say no more than k - 1; one's own is among them.
    weight = max(min(prior_freedom(ratio[known], typical), _AT_MOST * typical), 0.0)
    weight = min(weight, max(number - 2, 0) * typical)
    own = np.where(known, freedom, 0.0)
    total = own + weight
    mixed = weight * common + own * np.where(known, ratio, 0.0)
    steady = np.divide(mixed, total, out=np.full_like(ratio, common), where=total > 0)
    return steady, np.maximum(total, 1.0)


def prior_freedom(ratio: Floats, freedom: float) -> float:
    """How many degrees of freedom the common ratio is worth (Smyth 2004, section 6.2).

    The logs of ratios with `freedom` degrees of freedom vary by trigamma(freedom / 2) by chance;
    what they vary beyond it is trigamma(d / 2) for the d that is returned, or infinity.
    """
    from scipy.special import polygamma

    if len(ratio) <= 1:
        return 0.0
    beyond = float(np.var(np.log(np.maximum(ratio, 1e-9)), ddof=1) - polygamma(1, freedom / 2))
    if beyond <= 0:
        return float("inf")
    # The inverse of trigamma by Newton's method on its reciprocal (Smyth 2004, appendix).
    at = 0.5 + 1 / beyond
    for _ in range(20):
        trigamma = float(polygamma(1, at))
        at += trigamma * (1 - trigamma / beyond) / float(polygamma(2, at))
    return 2 * at
