"""95 % intervals for strengths: as if votes were independent, and allowing for raters and texts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.bootstrap import Tally, statistics_of
from studio.statistics.davidson import PRIOR_SD, Fit, Floats, Model, expectations, information
from studio.statistics.moderation import moderated

LEVEL = 0.95
_TAIL = (1 - LEVEL) / 2
# Clusters of unequal size: below this their squares cannot be made unbiased (one has it all).
_ONE_CLUSTER = 1e-9


@dataclass(frozen=True, eq=False)
class Spread:
    """How uncertain each strength of one fit is, by the delta method; log-strength units.

    naive: standard error as if every vote were independent, shape (k,). From the inverse of the
        observed information with the prior in it, so it stays wide for a 1-0 record, which any
        resampling would repeat for ever.
    clustered: standard error that allows for raters and texts, (k,), never below `naive`.
    freedom: degrees of freedom of `clustered`, at least 1; infinite where it is `naive`, (k,).
    bootstrap: standard error that the bootstrap of `draws` has by construction, (k,).
    """

    naive: Floats
    clustered: Floats
    freedom: Floats
    bootstrap: Floats


def spread(data: Tally, found: Fit, component: NDArray[np.int64], model: Model) -> Spread:
    """Standard errors of the one table in `found`, fitted to the counts of `data`.

    component: weak component of each condition, (k,).

    The two-way estimator V_rater + V_text - V_vote (Cameron, Gelbach and Miller 2011, JBES
    29:238-249), with three remedies for few raters or texts, whose own squares are a poor guide:
    each V is made unbiased for clusters of unequal size; what it multiplies the naive variance by
    is moderated, condition by condition, towards what it does on average (see `moderation`); and
    the degrees of freedom are Satterthwaite's (1946, Biometrics Bulletin 2:110-114), where a factor
    whose votes do not resemble each other adds no doubt of its own.
    """
    k = found.theta.shape[1]
    counted = statistics_of(data, data.counts()[None], k)
    covariance = np.linalg.inv(information(counted, found, model)[0])
    # The mean strength of a component is zero by convention, not uncertain: take out its variance.
    size = np.bincount(component)[component]
    naive = np.maximum(covariance.diagonal()[:k] - PRIOR_SD**2 / size, 0)

    scores = _scores(data, found, k, model)

    def squares(code: NDArray[np.int64], clusters: int) -> Floats:
        """Sum over clusters of the squared influence of each on each strength."""
        outer = _outer(data, scores, code, clusters)
        return np.einsum("ij,jk,ik->i", covariance, outer, covariance)[:k]

    codes = [
        (code[data.cell], clusters)
        for code, clusters in ((data.rater, data.raters), (data.text, data.texts))
        if clusters > 1
    ]
    variance, doubt, drawn = naive.copy(), np.zeros(k), np.zeros(k)
    for code, clusters in codes:
        found_squares = squares(code, clusters)
        unbiased, freedom = _clusters(data, code, clusters, k)
        ratio = np.divide(found_squares * unbiased, naive, out=np.full(k, np.nan), where=naive > 0)
        ratio, freedom = moderated(ratio, freedom)
        variance += naive * (ratio - 1)
        doubt += np.where(ratio > 1, (naive * ratio) ** 2 / freedom, 0)
        drawn += found_squares
    # A product of two multinomial counts has variance 1 between votes that share a rater or a
    # text and 3 within one rater's text; where votes are resampled, each is drawn by itself.
    if len(codes) == 2:  # noqa: PLR2004 - raters and texts
        drawn += squares(data.cell, len(data.rater))
    elif not codes:
        drawn += squares(np.arange(len(data.row)), len(data.row))
    variance = np.maximum(variance, naive)
    freedom = np.divide(variance**2, doubt, out=np.full(k, np.inf), where=doubt > 0)
    return Spread(
        naive=np.sqrt(naive),
        clustered=np.sqrt(variance),
        freedom=np.maximum(freedom, 1.0),
        bootstrap=np.sqrt(np.maximum(drawn, 0)),
    )


def naive_interval(theta: Floats, errors: Spread) -> tuple[Floats, Floats]:
    """Low and high ends as if every vote were independent, (k,) each."""
    from scipy.special import ndtri

    half = -ndtri(_TAIL) * errors.naive
    return theta - half, theta + half


def clustered_interval(theta: Floats, errors: Spread, drawn: Floats) -> tuple[Floats, Floats]:
    """Low and high ends that allow for raters and texts, (k,) each.

    drawn: strengths of the bootstrap draws, shape (draws, k).

    Student's t with the standard deviation of the draws as the standard error, calibrated: the
    product weights of the pigeonhole bootstrap count a vote's own noise three times (Owen 2007), so
    the draws are 1.7 times too wide for independent votes, and too narrow for few raters or
    texts. They are therefore scaled by clustered / bootstrap, both by the delta method; what the
    draws keep is how much more the estimate varies than that method sees. Percentiles of the draws
    are not used: their lopsidedness is the draws' own bias, and costs two to three per cent of
    coverage with few raters. Never inside the naive interval, which covers the records that
    resampling repeats for ever, such as 1-0.

    In simulated studies of five raters and more it covers the truth in 94.6 to 96.4 % of cases
    where votes cluster, and in 96 to 98 % where they do not.
    """
    from scipy.special import ndtri, stdtrit

    error = np.divide(
        drawn.std(axis=0) * errors.clustered,
        errors.bootstrap,
        out=errors.clustered.copy(),
        where=errors.bootstrap > 0,
    )
    half = np.maximum(-stdtrit(errors.freedom, _TAIL) * error, -ndtri(_TAIL) * errors.naive)
    return theta - half, theta + half


def _clusters(data: Tally, code: NDArray[np.int64], clusters: int, k: int) -> tuple[Floats, Floats]:
    """What makes each condition's sum of squares unbiased, and its degrees of freedom, (k,) each.

    code: cluster of each vote, (n,). With shares w of a condition's votes, the sum of squares about
    a mean has the expectation (1 - 2 sum w^3 / sum w^2 + sum w^2) of the wanted; it is n / (n - 1)
    for n equal clusters. NaN where a single cluster has all votes of a condition.
    """
    from scipy.sparse import coo_array, csr_array

    kinds = 3 * len(data.first)
    rows = coo_array((np.ones(len(data.row)), (code, data.row)), shape=(clusters, kinds)).tocsr()
    pair = np.arange(kinds) // 3
    heard = csr_array(
        (
            np.ones(2 * kinds),
            (np.tile(np.arange(kinds), 2), np.concatenate([data.first[pair], data.second[pair]])),
        ),
        shape=(kinds, k),
    )
    votes = (rows @ heard).tocsc()
    total = np.maximum(votes.sum(axis=0), 1.0)
    second = votes.power(2).sum(axis=0) / total**2
    third = votes.power(3).sum(axis=0) / total**3
    left = second - 2 * third + second**2
    known = left > _ONE_CLUSTER
    unbiased = np.divide(second, left, out=np.full(k, np.nan), where=known)
    freedom = np.divide(1, second, out=np.full(k, 2.0), where=known) - 1
    return unbiased, np.maximum(freedom, 1.0)


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
