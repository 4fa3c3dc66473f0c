"""Mean opinion scores, and differences between conditions the same raters scored."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.formula.api as smf
from statsmodels.stats.multitest import multipletests

from studio.statistics.means import means
from studio.statistics.paired import _estimates, differences
from studio.statistics.planning import Design, detectable
from studio.statistics.scores import Scores
from tests.statistics import listeners

DESIGN = Design("acr", raters=20, trials=20, conditions=4, texts=10)


def _scores(design: Design, difference: float = 0.0, seed: int = 1, **effects: float) -> Scores:
    value, condition, rater, text = listeners.ratings(design, difference, seed, **effects)
    return Scores(value, condition, rater, text, tuple("abcdefgh"[: design.conditions]))


def _balanced(seed: int = 1) -> Scores:
    return _scores(Design("mushra", raters=12, trials=6, conditions=3, texts=6), 4.0, seed)


def test_a_mean_is_that_of_its_scores_with_their_spread():
    scores = _scores(DESIGN)
    for code, found in enumerate(means(scores)):
        value = scores.value[scores.condition == code]
        assert found.estimate.value == pytest.approx(value.mean())
        assert found.sd == pytest.approx(value.std(ddof=1))
        assert (found.q1, found.median, found.q3) == pytest.approx(
            tuple(np.quantile(value, [0.25, 0.5, 0.75]))
        )
        assert sum(times for _, times in found.distribution) == len(value)


def test_severe_raters_widen_the_interval_of_a_mean():
    plain = means(_scores(DESIGN, severity=0.0, difficulty=0.0))[0].estimate
    severe = means(_scores(DESIGN, severity=2.0, difficulty=0.0))[0].estimate
    assert severe.design_effect > 2
    assert severe.high - severe.low > 2 * (plain.high - plain.low)


def test_a_condition_without_scores_and_one_with_a_single_score():
    scores = Scores.from_labels(
        value=[3], condition=["a"], rater=["r"], item=["t"], conditions=["b"]
    )
    first, second = means(scores, scale=(1, 5))
    assert (first.estimate.low, first.estimate.high, first.sd) == (1, 5, None)
    assert (second.estimate, second.median, second.rank) == (None, None, None)


def test_rank_counts_the_intervals_wholly_above():
    value = np.concatenate(
        [np.tile([3.6, 4.6], 40), np.tile([3.5, 4.5], 40), np.tile([2.0, 2.1], 40)]
    )
    condition = np.repeat([0, 1, 2], 80)
    rater, text = np.tile(np.arange(80) // 2, 3), np.tile(np.arange(80) % 7, 3)
    assert [one.rank for one in means(Scores(value, condition, rater, text, ("a", "b", "c")))] == [
        1,
        1,
        3,
    ]


def test_the_order_of_rows_changes_nothing():
    scores = _scores(DESIGN)
    order = np.random.default_rng(3).permutation(len(scores))
    turned = Scores(
        scores.value[order],
        scores.condition[order],
        scores.rater[order],
        scores.item[order],
        scores.conditions,
    )
    assert means(turned) == means(scores)
    assert differences(turned) == differences(scores)


def test_scores_that_are_none_are_refused():
    with pytest.raises(ValueError, match="finite"):
        Scores(np.array([np.nan]), np.zeros(1, int), np.zeros(1, int), np.zeros(1, int), ("a",))
    with pytest.raises(ValueError, match="name"):
        Scores(np.ones(1), np.ones(1, int), np.zeros(1, int), np.zeros(1, int), ("a",))


def test_differences_are_those_of_least_squares_in_statsmodels():
    scores = _scores(DESIGN)
    frame = pd.DataFrame(
        {"y": scores.value, "c": scores.condition, "r": scores.rater, "t": scores.item}
    )
    fitted = smf.ols("y ~ C(c) + C(r) + C(t)", frame).fit()
    found = {(one.first, one.second): one.estimate for one in differences(scores)}
    for code, name in ((1, "b"), (2, "c"), (3, "d")):
        assert -found["a", name].value == pytest.approx(fitted.params[f"C(c)[T.{code}]"])


def test_clustering_by_raters_alone_is_statsmodels_cluster_robust_variance():
    scores = _balanced()
    one_text = Scores(
        scores.value, scores.condition, scores.rater, np.zeros(len(scores), int), scores.conditions
    )
    frame = pd.DataFrame({"y": scores.value, "c": scores.condition, "r": scores.rater})
    fitted = smf.ols("y ~ C(c) + C(r)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["r"]}
    )
    n, raters, parameters = len(scores), 12, 12 + 2
    # statsmodels scales by G/(G-1) * (n-1)/(n-K); here it is G/(G-1) * n/(n-K).
    expected = fitted.bse["C(c)[T.1]"] * np.sqrt(n / (n - 1))
    assert raters / (raters - 1) * (n - 1) / (n - parameters) > 1
    assert differences(one_text)[0].estimate.se == pytest.approx(expected, rel=1e-6)


def test_the_naive_interval_is_that_of_whites_variance_in_statsmodels():
    scores = _scores(DESIGN)
    frame = pd.DataFrame(
        {"y": scores.value, "c": scores.condition, "r": scores.rater, "t": scores.item}
    )
    fitted = smf.ols("y ~ C(c) + C(r) + C(t)", frame).fit(cov_type="HC1")
    of = differences(scores)[0].estimate
    half = scipy.stats.t.ppf(0.975, len(scores) - 1) * fitted.bse["C(c)[T.1]"]
    assert (of.naive_high - of.naive_low) / 2 == pytest.approx(half, rel=0.01)


def test_where_all_rated_everything_it_is_the_difference_of_the_means():
    scores = _balanced()
    mean = [one.estimate.value for one in means(scores)]
    assert [one.estimate.value for one in differences(scores)] == pytest.approx(
        [mean[0] - mean[1], mean[0] - mean[2], mean[1] - mean[2]]
    )


def test_the_paired_tests_are_scipys_over_raters_with_holms_correction():
    scores = _balanced()
    table = np.array(
        [
            [scores.value[(scores.rater == r) & (scores.condition == c)].mean() for c in range(3)]
            for r in range(12)
        ]
    )
    pairs = [(0, 1), (0, 2), (1, 2)]
    t = [scipy.stats.ttest_rel(table[:, i], table[:, j]).pvalue for i, j in pairs]
    signed = [scipy.stats.wilcoxon(table[:, i], table[:, j]).pvalue for i, j in pairs]
    found = differences(scores)
    assert [one.t_p for one in found] == pytest.approx(t)
    assert [one.t_holm for one in found] == pytest.approx(multipletests(t, method="holm")[1])
    assert [one.wilcoxon_p for one in found] == pytest.approx(signed)
    assert [one.wilcoxon_holm for one in found] == pytest.approx(
        multipletests(signed, method="holm")[1]
    )
    assert [one.p_holm for one in found] == pytest.approx(
        multipletests([one.p for one in found], method="holm")[1]
    )


def test_a_severe_rater_does_not_move_a_difference():
    """One rater hears only `b` and gives 40 less to everything; the others tell what b is worth."""
    rng = np.random.default_rng(5)
    rater, text, condition = (
        np.repeat(np.arange(10), 20),
        np.tile(np.arange(10), 20),
        rng.integers(0, 2, 200),
    )
    value = 60 + 5.0 * condition + rng.normal(0, 1, 200)
    condition[rater == 0] = 1
    value = np.where(rater == 0, 20.0, value)
    found = differences(Scores(value, condition, rater, text, ("a", "b")))[0]
    assert -found.estimate.value == pytest.approx(5.0, abs=0.6)


def test_conditions_nobody_heard_together_are_not_compared():
    rater = np.array([0, 0, 1, 1])
    scores = Scores(
        np.array([1.0, 2, 4, 5]), np.array([0, 0, 1, 1]), rater, np.array([0, 1, 2, 3]), ("a", "b")
    )
    found = differences(scores)[0]
    assert (found.estimate, found.p, found.t_p, found.wilcoxon_p, found.raters) == (
        None,
        None,
        None,
        None,
        0,
    )


def _first(scores: Scores):
    """The first difference alone, without the tests beside it, which take most of the time."""
    return _estimates(scores, [(0, 1)], 0.95)[0]


def _coverage(design: Design, studies: int) -> tuple[float, float]:
    """Shares of studies whose interval of a difference holds it: clustered, naive."""
    held = np.zeros(2)
    for seed in range(studies):
        of = _first(_scores(design, 0.3, seed))
        held += (of.low <= -0.3 <= of.high, of.naive_low <= -0.3 <= of.naive_high)
    return tuple(held / studies)


LEANING = Design("mushra", 16, 8, 4, 8, rater=0.3, text=0.2, spread=1.0)


def test_intervals_of_differences_cover_the_truth_where_naive_ones_do_not():
    held, naive = _coverage(LEANING, 150)
    assert 0.9 <= held <= 0.995
    assert naive < 0.8


def test_simulated_studies_confirm_the_power_planned_for_differences():
    difference = detectable(DESIGN, 0.8)
    found = [_first(_scores(DESIGN, difference, seed)) for seed in range(200)]
    assert np.mean([not of.low <= 0 <= of.high for of in found]) == pytest.approx(0.8, abs=0.08)


@pytest.mark.slow
@pytest.mark.parametrize(
    "design",
    [
        LEANING,
        replace(DESIGN, rater=0.3, text=0.2),
        replace(DESIGN, raters=8, rater=0.2, text=0.1),
        replace(DESIGN, raters=60, conditions=3, texts=15, rater=0.3),
    ],
)
def test_coverage_of_differences_is_between_93_and_97_percent(design: Design):
    held, naive = _coverage(design, 1000)
    assert 0.93 <= held <= 0.97, (held, naive)
    assert naive < 0.92


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [0.5, 0.8])
@pytest.mark.parametrize(
    "design",
    [
        DESIGN,
        replace(DESIGN, raters=60),
        Design("mushra", 15, 8, 5, 8),
        Design("smos", 30, 15, 3, 20, rater=0.2),
    ],
)
def test_the_power_planned_for_differences_is_confirmed_within_three_points(
    design: Design, wanted: float
):
    difference = detectable(design, wanted)
    found = [_first(_scores(design, difference, seed)) for seed in range(1500)]
    assert np.mean([not of.low <= 0 <= of.high for of in found]) == pytest.approx(wanted, abs=0.03)
