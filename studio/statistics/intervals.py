"""95 % intervals for strengths: as if votes were independent, and allowing for raters and texts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.bootstrap import Tally, statistics_of
from studio.statistics.davidson import PRIOR_SD, Fit, Floats, Model, expectations, information

LEVEL = 0.95
_TAIL = (1 - LEVEL) / 2


@dataclass(frozen=True, eq=False)
class Spread:
    """How uncertain each strength of one fit is, by the delta method; log-strength units.

    naive: standard error as if every vote were independent, shape (k,). From the inverse of the
        observed information with the prior in it, so it stays wide for a 1-0 record, which any
        resampling would repeat for ever.
    clustered: standard error that allows for raters and texts, (k,): the two-way estimator
        V_rater + V_text - V_cell (Cameron, Gelbach and Miller 2011, JBES 29:238-249), each V with
        its factor n / (n - 1), and never below either one-way estimate.
    freedom: degrees of freedom of `clustered` by Satterthwaite's formula, at least 1, (k,).
    bootstrap: standard error that the bootstrap of `draws` has by construction, (k,).
    """

    naive: Floats
    clustered: Floats
    freedom: Floats
    bootstrap: Floats


def spread(data: Tally, found: Fit, component: NDArray[np.int64], model: Model) -> Spread:
    """Standard errors of the one table in `found`, fitted to the counts of `data`.

    component: weak component of each condition, (k,).
    """
    k = found.theta.shape[1]
    counted = statistics_of(data, data.counts()[None], k)
    covariance = np.linalg.inv(information(counted, found, model)[0])
    # The mean strength of a component is zero by convention, not uncertain: take out its variance.
    size = np.bincount(component)[component]
    naive = covariance.diagonal()[:k] - PRIOR_SD**2 / size

    scores = _scores(data, found, k, model)

    def clustered(code: NDArray[np.int64], clusters: int) -> Floats:
        variance = np.einsum(
            "ij,jk,ik->i", covariance, _outer(data, scores, code, clusters), covariance
        )
        return np.asarray(variance[:k])

    none = np.zeros(k)
    by_rater = clustered(data.rater[data.cell], data.raters) if data.raters > 1 else none
    by_text = clustered(data.text[data.cell], data.texts) if data.texts > 1 else none
    by_cell = none
    if data.raters > 1 and data.texts > 1:
        by_cell = clustered(data.cell, len(data.rater))
    rater_freedom, text_freedom = max(data.raters - 1, 1), max(data.texts - 1, 1)
    both = by_rater * (1 + 1 / rater_freedom) + by_text * (1 + 1 / text_freedom) - by_cell
    variance = np.maximum(both, np.maximum(by_rater, by_text))
    share = by_rater**2 / rater_freedom + by_text**2 / text_freedom
    freedom = np.divide(variance**2, share, out=np.full(k, np.inf), where=share > 0)
    return Spread(
        naive=np.sqrt(np.maximum(naive, 0)),
        clustered=np.sqrt(variance),
        freedom=np.maximum(freedom, 1.0),
        # A product of two multinomial counts has variance 1 between votes that share a rater or a
        # text and 3 within one rater's text.
        bootstrap=np.sqrt(by_rater + by_text + by_cell),
    )


def naive_interval(theta: Floats, errors: Spread) -> tuple[Floats, Floats]:
    """Low and high ends as if every vote were independent, (k,) each."""
    from scipy.special import ndtri

    half = -ndtri(_TAIL) * errors.naive
    return theta - half, theta + half


def clustered_interval(theta: Floats, errors: Spread, drawn: Floats) -> tuple[Floats, Floats]:
    """Low and high ends that allow for raters and texts, (k,) each.

    drawn: strengths of the bootstrap draws, shape (draws, k).

    The percentile interval of the draws, with two corrections, and never inside the naive one:
    the product weights of the pigeonhole bootstrap count a vote's own noise three times (Owen
    2007), so that with independent votes it is 1.7 times too wide; and with few raters
    or texts a percentile interval is too narrow. Its distances from the estimate are therefore
    scaled by (clustered / bootstrap) * (t quantile / normal quantile), which keeps the skew the
    draws have. The last rule covers the records that resampling repeats for ever, such as 1-0.
    In simulated studies it covers the truth in 92 to 97 % of cases from five raters up, but with
    two raters in about 80 %: so few cannot speak for others.
    """
    from scipy.special import ndtri, stdtrit

    low, high = np.quantile(drawn, [_TAIL, 1 - _TAIL], axis=0)
    clustered = errors.bootstrap > 0
    ratio = np.ones_like(theta)
    ratio[clustered] = errors.clustered[clustered] / errors.bootstrap[clustered]
    ratio[clustered] *= stdtrit(errors.freedom[clustered], _TAIL) / ndtri(_TAIL)
    low = theta + ratio * np.minimum(low - theta, 0)
    high = theta + ratio * np.maximum(high - theta, 0)
    below, above = naive_interval(theta, errors)
    return np.minimum(low, below), np.maximum(high, above)


def _scores(data: Tally, found: Fit, k: int, model: Model) -> Floats:
    """Gradient of one vote's log likelihood for each row of the tally, (3 p, k [+ 1])."""
    theta, nu = found.theta[0], found.nu[0]
    lead, level = expectations(theta[data.first] - theta[data.second], nu)
    tied = model == "davidson"
    scores = np.zeros((len(data.first), 3, k + tied))
    pair = np.arange(len(data.first))
    for kind, (score, tie) in enumerate(((0.5, 0.0), (-0.5, 0.0), (0.0, 1.0))):
        scores[pair, kind, data.first] = score - lead / 2
        scores[pair, kind, data.second] = lead / 2 - score
        if tied:
            scores[pair, kind, k] = tie - level
    return scores.reshape(-1, k + tied)


def _outer(data: Tally, scores: Floats, code: NDArray[np.int64], clusters: int) -> Floats:
    """Sum over clusters of the outer product of the cluster's total score, (m, m)."""
    from scipy.sparse import coo_array, csr_array

    ones = np.ones(len(data.row))
    rows = coo_array((ones, (code, data.row)), shape=(clusters, len(scores))).tocsr()
    total = rows @ csr_array(scores)
    return np.asarray((total.T @ total).toarray())
