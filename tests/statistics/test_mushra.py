"""BS.1534: post-screening as it is written, tests as scipy makes them."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.multitest import multipletests

from studio.statistics.mushra import friedman, medians, post_screening, signed_ranks
from studio.statistics.planning import Design
from studio.statistics.scores import Scores
from tests.statistics import listeners

DESIGN = Design("mushra", raters=14, trials=6, conditions=4, texts=6)


def _scores(seed: int = 1, difference: float = 6.0) -> Scores:
    value, condition, rater, text = listeners.ratings(DESIGN, difference, seed)
    return Scores(np.clip(np.rint(55 + value), 0, 100), condition, rater, text, tuple("abcd"))


def _table(scores: Scores) -> np.ndarray:
    return np.array(
        [
            [scores.value[(scores.rater == r) & (scores.condition == c)].mean() for c in range(4)]
            for r in range(14)
        ]
    )


def _references(low: int, trials: int = 20, at: float = 89.0) -> Scores:
    value = np.where(np.arange(trials) < low, at, 100.0)
    zeros = np.zeros(trials, int)
    return Scores(value, zeros, zeros, np.arange(trials), ("reference",))


@pytest.mark.parametrize(("low", "out"), [(0, False), (3, False), (4, True), (20, True)])
def test_out_goes_who_rates_the_reference_below_90_in_more_than_15_percent(low: int, out: bool):
    (found,) = post_screening(_references(low), 0)
    assert (found.low, found.trials, found.out) == (low, 20, out)


def test_90_itself_is_not_below_90():
    assert not post_screening(_references(20, at=90.0), 0)[0].out


def test_only_the_hidden_reference_is_looked_at():
    value, zeros = np.array([100.0, 10, 100, 20]), np.zeros(4, int)
    scores = Scores(
        value, np.array([1, 0, 1, 0]), zeros, np.array([0, 0, 1, 1]), ("anchor", "reference")
    )
    (found,) = post_screening(scores, 1)
    assert (found.trials, found.low, found.out) == (2, 0, False)


def test_friedmans_test_is_scipys_over_the_listeners():
    scores = _scores()
    expected = scipy.stats.friedmanchisquare(*_table(scores).T)
    found = friedman(scores)
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert (found.freedom, found.blocks) == (3, 14)
    ranks = scipy.stats.rankdata(_table(scores), axis=1).sum(axis=0)
    concordance = 12 * ((ranks - ranks.mean()) ** 2).sum() / (14**2 * (4**3 - 4))
    assert found.concordance == pytest.approx(concordance)


def test_friedmans_test_leaves_out_what_it_is_told_to_and_needs_three():
    scores = _scores()
    expected = scipy.stats.friedmanchisquare(*_table(scores)[:, [0, 2, 3]].T)
    assert friedman(scores, [0, 2, 3]).p == pytest.approx(expected.pvalue)
    assert friedman(scores, [0, 1]) is None


def test_listeners_who_tell_nothing_apart_find_no_difference():
    scores = _scores()
    flat = Scores(
        np.full(len(scores), 50.0), scores.condition, scores.rater, scores.item, scores.conditions
    )
    assert friedman(flat).p == 1.0
    assert {one.p for one in signed_ranks(flat)} == {1.0}


def test_wilcoxons_tests_are_scipys_with_holms_correction():
    scores = _scores()
    table = _table(scores)
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    p = [scipy.stats.wilcoxon(table[:, i], table[:, j]).pvalue for i, j in pairs]
    found = signed_ranks(scores)
    assert [one.p for one in found] == pytest.approx(p)
    assert [one.p_holm for one in found] == pytest.approx(multipletests(p, method="holm")[1])
    assert found[0].median == pytest.approx(np.median(table[:, 0] - table[:, 1]))


def test_a_listener_without_one_condition_is_left_out_of_its_pairs_only():
    scores = _scores()
    kept = scores.keep(~((scores.rater == 3) & (scores.condition == 0)))
    found = {(one.first, one.second): one.raters for one in signed_ranks(kept)}
    assert found["a", "b"] == 13
    assert found["b", "c"] == 14
    assert friedman(kept).blocks == 13


def test_medians_are_numpys_and_their_interval_holds_the_listeners_doubt():
    scores = _scores()
    for code, found in enumerate(medians(scores)):
        value = scores.value[scores.condition == code]
        assert found.median == pytest.approx(np.median(value))
        assert (found.q1, found.q3) == pytest.approx(tuple(np.quantile(value, [0.25, 0.75])))
        assert found.low <= found.median <= found.high
    leaning = Design("mushra", 14, 6, 4, 6, rater=0.6, text=0.0)
    value, condition, rater, text = listeners.ratings(leaning, 0.0, 1, severity=2.0)
    wide = medians(Scores(value, condition, rater, text, tuple("abcd")))
    alone = medians(
        Scores(value, condition, np.arange(len(value)), np.arange(len(value)), tuple("abcd"))
    )
    assert wide[0].high - wide[0].low > 1.5 * (alone[0].high - alone[0].low)


def test_the_interval_of_a_median_is_that_of_resampled_listeners():
    """Against resampling row by row, one listener after the other."""
    scores = _scores()
    scores = Scores(
        scores.value, scores.condition, scores.rater, np.zeros(len(scores), int), scores.conditions
    )
    rows = scores.condition == 0
    value, rater = scores.value[rows], scores.rater[rows]
    rng = np.random.default_rng(1)
    drawn = [
        np.median(np.concatenate([value[rater == who] for who in rng.integers(0, 14, 14)]))
        for _ in range(2000)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    found = medians(scores, draws=2000)[0]
    assert (found.low, found.high) == pytest.approx((low, high), abs=1.5)


def test_medians_of_nothing_and_of_one():
    scores = Scores.from_labels(
        value=[40], condition=["a"], rater=["r"], item=["t"], conditions=["b"]
    )
    one, none = medians(scores)
    assert (one.median, one.low, one.high) == (40, 40, 40)
    assert (none.median, none.low) == (None, None)
