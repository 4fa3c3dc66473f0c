"""The planner's arithmetic, and its power against studies simulated and analysed as the studio does."""

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from studio.statistics import clustered
from studio.statistics.planning import (
    Design,
    detectable,
    missing,
    needed,
    outlook,
    power,
    precision,
)
from tests.statistics import listeners

PLAIN = Design("ab", raters=20, trials=20, conditions=2, texts=10)


def _detected(design: Design, difference: float, studies: int) -> float:
    """Share of simulated studies whose interval leaves out "no difference"."""
    found = 0
    for seed in range(studies):
        if design.protocol == "ccr":
            of = clustered.mean(*listeners.comparisons(design, difference, seed))
            found += not of.low <= 0 <= of.high
        else:
            of = clustered.share(*listeners.choices(design, difference, seed))
            found += not of.low <= 0.5 <= of.high
    return found / studies


def test_without_clusters_the_power_is_that_of_the_t_test_in_statsmodels():
    design = Design("ccr", 1, 100, 2, 1, rater=0, text=0, spread=1.3)
    expected = TTestPower().power(0.4 / 1.3, 100, 0.05)
    assert power(design, 0.4) == pytest.approx(expected, abs=0.002)


def test_the_detectable_difference_has_the_wanted_power():
    found = detectable(PLAIN, 0.9)
    assert found is not None
    assert power(PLAIN, found) == pytest.approx(0.9, abs=1e-6)


def test_the_raters_needed_are_enough_and_one_fewer_is_not():
    raters = needed(PLAIN, 0.1, 0.8)
    assert raters is not None
    assert power(replace(PLAIN, raters=raters), 0.1) >= 0.8
    assert power(replace(PLAIN, raters=raters - 1), 0.1) < 0.8


def test_too_few_texts_cannot_be_made_up_for_by_raters():
    design = replace(PLAIN, texts=3, text=0.15)
    assert needed(design, 0.08, 0.8) is None
    assert needed(replace(design, texts=60), 0.08, 0.8) is not None


def test_more_of_anything_finds_smaller_differences():
    plain = detectable(PLAIN)
    for change in ({"raters": 40}, {"trials": 40}, {"texts": 30}, {"ties": 0.4}, {"rater": 0.02}):
        assert detectable(replace(PLAIN, **change)) < plain
    for change in ({"conditions": 4}, {"comparisons": 6}, {"level": 0.99}):
        assert detectable(replace(PLAIN, **change)) > plain


def test_the_design_effect_counts_the_answers_that_share_a_rater_and_a_text():
    # 20 answers a rater, 40 a text.
    assert precision(PLAIN).design_effect == pytest.approx(1 + 19 * PLAIN.rater + 39 * PLAIN.text)


def test_a_difference_that_nothing_on_the_scale_can_show_is_none():
    tiny = Design("acr", 2, 1, 5, 1)
    assert detectable(tiny) is None


@pytest.mark.parametrize(
    "wrong", [{"raters": 0}, {"conditions": 1}, {"ties": 1.0}, {"protocol": "x"}, {"level": 1.0}]
)
def test_impossible_designs_are_refused(wrong):
    with pytest.raises(ValueError, match=r"design|raters|protocol|level"):
        replace(PLAIN, **wrong)


def test_the_answers_still_missing_are_those_the_plan_lacks():
    # 100 answers with standard error 0.05; (1.96 + 0.84) * 0.05 = 0.14 is what they detect.
    assert missing(100, 0.05, 0.1401) == 0
    assert missing(100, 0.05, 0.07) == pytest.approx(301, abs=2)


def test_every_corner_of_the_sliders_has_an_answer():
    for protocol in ("ab", "axy", "abx", "acr", "smos", "ccr", "mushra"):
        for raters in (1, 2, 500):
            for trials in (1, 200):
                for texts in (1, 100):
                    found = outlook(Design(protocol, raters, trials, 12, texts), 0.2)
                    assert 0 <= found.power <= 1
                    assert np.isfinite(found.precision.half_width)


@pytest.mark.parametrize("wanted", [0.5, 0.8])
def test_simulated_studies_confirm_the_power(wanted: float):
    difference = detectable(PLAIN, wanted)
    assert _detected(PLAIN, difference, 2000) == pytest.approx(wanted, abs=0.03)


def test_no_difference_is_found_about_as_often_as_the_level_says():
    assert _detected(PLAIN, 0.0, 400) == pytest.approx(0.05, abs=0.035)


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.9])
@pytest.mark.parametrize(
    "design",
    [
        PLAIN,
        Design("ab", 30, 20, 3, 15, ties=0),
        Design("ab", 40, 20, 4, 10, rater=0.15),
        Design("ab", 100, 20, 5, 20),
        Design("ab", 50, 10, 2, 30, rater=0, text=0),
        Design("abx", 20, 20, 2, 10),
        Design("ccr", 20, 20, 3, 10),
        Design("ccr", 30, 20, 2, 8, text=0.08),
    ],
    ids=lambda design: (
        f"{design.protocol}-{design.raters}x{design.trials}x{design.conditions}x{design.texts}"
    ),
)
def test_the_power_is_confirmed_within_three_points(design: Design, wanted: float):
    found = _detected(design, detectable(design, wanted), 4000)
    assert found == pytest.approx(wanted, abs=0.03), found
