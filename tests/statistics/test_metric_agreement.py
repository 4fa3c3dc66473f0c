"""Which figure agrees with the listeners: equal to scipy's correlations, honest about coins."""

import numpy as np
import pytest
import scipy.stats

from studio.statistics import Votes, fit
from studio.statistics.metric_agreement import choices, kendall, metric_agreement, spearman
from studio.statistics.scores import Scores
from tests.statistics import simulated

NAMES = ("e", "b", "d", "a", "c")
STRENGTHS = np.array([1.0, 0.5, 0.0, -0.5, -1.0])
TEXTS = 12


def _votes(seed: int = 1, number: int = 1500, **effects: float) -> Votes:
    given = simulated.votes(seed, number, STRENGTHS, raters=20, texts=TEXTS, **effects)
    return Votes(given.left, given.right, given.outcome, given.rater, given.item, NAMES)


def _figure(noise: float, seed: int = 2) -> np.ndarray:
    return STRENGTHS + np.random.default_rng(seed).normal(0, noise, (TEXTS, 5))


@pytest.mark.parametrize("seed", range(8))
def test_the_correlations_are_scipys_with_ties(seed: int):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 5, 8).astype(float), rng.integers(0, 5, 8).astype(float)
    assert kendall(x, y) == pytest.approx(scipy.stats.kendalltau(x, y).statistic)
    assert spearman(x, y) == pytest.approx(scipy.stats.spearmanr(x, y).statistic)
    assert np.isnan(kendall(np.ones(4), np.arange(4.0)))


def test_agreement_is_the_share_of_decisive_votes_the_figure_would_have_cast():
    votes = _votes()
    table = _figure(0.7)
    table[3, 2] = np.nan
    apart = table[votes.item, votes.left] - table[votes.item, votes.right]
    used = (votes.outcome != 0) & ~np.isnan(apart)
    (found,) = metric_agreement(votes, {"mos": (table, True)})
    assert found.agree.value == pytest.approx(np.mean(np.sign(apart[used]) == votes.outcome[used]))
    assert (found.votes, found.takes) == (used.sum(), TEXTS * 5 - 1)


def test_a_figure_of_which_less_is_better_is_turned_round():
    votes, table = _votes(), _figure(0.3)
    up, down = metric_agreement(votes, {"mos": (table, True), "errors": (-table, False)})
    assert (down.agree, down.tau, down.within) == (up.agree, up.tau, up.within)
    (wrong,) = metric_agreement(votes, {"errors": (table, False)})
    assert wrong.agree.value == pytest.approx(1 - up.agree.value)
    assert wrong.tau == pytest.approx(-up.tau)


def test_over_conditions_it_is_the_correlation_with_the_ratings():
    votes, table = _votes(), _figure(2.0)
    (found,) = metric_agreement(votes, {"mos": (table, True)})
    theta = fit(*simulated.counts(votes)).theta
    assert found.tau == pytest.approx(scipy.stats.kendalltau(theta, table.mean(axis=0)).statistic)
    assert found.spearman == pytest.approx(
        scipy.stats.spearmanr(theta, table.mean(axis=0)).statistic
    )
    assert found.tau_low <= found.tau <= found.tau_high


def test_a_good_figure_and_a_coin_are_told_apart():
    votes = _votes(number=3000)
    good, coin = metric_agreement(
        votes,
        {
            "good": (_figure(0.1), True),
            "coin": (np.random.default_rng(5).normal(size=(TEXTS, 5)), True),
        },
    )
    assert good.agree.low > 0.6
    assert good.tau > 0.9
    assert good.tau_low > 0.5
    assert good.within_low > 0.5
    assert coin.agree.low < 0.5 < coin.agree.high
    assert coin.within_low < 0 < coin.within_high


def test_a_figure_that_knows_conditions_but_not_texts_is_seen_through():
    """Listeners follow the text's own differences; the figure knows only the conditions' means."""
    rng = np.random.default_rng(3)
    votes = _votes(number=6000)
    own = rng.normal(0, 3, (TEXTS, 5))
    worth = STRENGTHS + own - own.mean(axis=0)
    apart = worth[votes.item, votes.left] - worth[votes.item, votes.right]
    outcome = np.where(rng.random(len(votes)) < 1 / (1 + np.exp(-apart)), 1, -1)
    votes = Votes(votes.left, votes.right, outcome, votes.rater, votes.item, NAMES)
    means, takes = metric_agreement(
        votes, {"means": (np.tile(STRENGTHS, (TEXTS, 1)), True), "takes": (worth, True)}
    )
    assert means.tau >= 0.8
    assert means.agree.value < 0.65 < takes.agree.value
    assert means.within < 0.4
    assert takes.within > 0.8


def test_raters_who_share_a_taste_widen_the_interval():
    table = _figure(0.5)
    (plain,) = metric_agreement(_votes(number=3000), {"m": (table, True)})
    (taste,) = metric_agreement(_votes(number=3000, rater_effect=1.5), {"m": (table, True)})
    assert taste.agree.high - taste.agree.low > 1.4 * (plain.agree.high - plain.agree.low)


def test_too_little_to_correlate_is_none():
    votes = Votes(
        np.array([0, 1]),
        np.array([1, 0]),
        np.array([1, 0]),
        np.zeros(2, int),
        np.zeros(2, int),
        ("a", "b"),
    )
    (found,) = metric_agreement(votes, {"m": (np.array([[2.0, 1.0]]), True)})
    assert (found.agree.value, found.votes, found.tau, found.within, found.texts) == (
        1.0,
        1,
        None,
        None,
        0,
    )
    (missing,) = metric_agreement(votes, {"m": (np.full((1, 2), np.nan), True)})
    assert (missing.agree, missing.takes) == (None, 0)
    nothing = Votes(*(np.zeros(0, int) for _ in range(5)), ("a", "b"))
    assert metric_agreement(nothing, {"m": (np.zeros((0, 2)), True)})[0].agree is None
    with pytest.raises(ValueError, match="row a text"):
        metric_agreement(votes, {"m": (np.zeros((1, 3)), True)})


def test_conditions_never_linked_by_votes_are_not_ordered():
    left, right = np.array([0, 2, 0, 2]), np.array([1, 3, 1, 3])
    votes = Votes(
        left, right, np.array([1, 1, -1, 1]), np.arange(4), np.zeros(4, int), tuple("abcd")
    )
    assert metric_agreement(votes, {"m": (np.array([[4.0, 3, 2, 1]]), True)})[0].tau is None


def test_scores_hold_each_listeners_own_comparisons():
    scores = Scores(
        np.array([80.0, 60, 60, 20, 50]), np.array([0, 1, 2, 0, 1]), np.array([0, 0, 0, 1, 1]),
        np.array([0, 0, 0, 0, 1]), ("a", "b", "c"),
    )  # fmt: skip
    votes = choices(scores)
    said = {
        (int(a), int(b), int(o), int(r))
        for a, b, o, r in zip(votes.left, votes.right, votes.outcome, votes.rater, strict=True)
    }
    assert said == {(0, 1, 1, 0), (0, 2, 1, 0), (1, 2, 0, 0)}


def test_the_same_votes_give_the_same_result():
    votes, figures = _votes(), {"m": (_figure(0.7), True)}
    assert metric_agreement(votes, figures) == metric_agreement(votes, figures)
