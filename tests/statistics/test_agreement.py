"""Krippendorff's alpha equals the library's, and its interval holds what many raters would give."""

import krippendorff
import numpy as np
import pytest

from studio.statistics import Votes
from studio.statistics.agreement import agreement, agreement_of_votes

METRICS = ["nominal", "ordinal", "interval", "ratio"]


def _matrix(seed: int, raters: int = 7, units: int = 30, missing: float = 0.4, noise: float = 1.0):
    rng = np.random.default_rng(seed)
    table = np.clip(
        np.rint(3 + rng.normal(size=units) + noise * rng.normal(size=(raters, units))), 1, 5
    )
    return np.where(rng.random(table.shape) < missing, np.nan, table)


def _rows(table):
    rater, unit = np.nonzero(~np.isnan(table))
    return table[rater, unit], rater, unit


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("missing", [0.0, 0.4, 0.85])
def test_equals_the_library(metric: str, seed: int, missing: float):
    table = _matrix(seed, missing=missing)
    expected = krippendorff.alpha(reliability_data=table, level_of_measurement=metric)
    assert agreement(*_rows(table), metric, draws=2).alpha == pytest.approx(expected, abs=1e-12)


def test_equals_the_library_on_sliders():
    table = np.random.default_rng(1).integers(0, 101, (6, 40)).astype(float)
    for metric in METRICS:
        expected = krippendorff.alpha(reliability_data=table, level_of_measurement=metric)
        assert agreement(*_rows(table), metric, draws=2).alpha == pytest.approx(expected, abs=1e-12)


def test_agreement_without_exception_is_one_and_chance_is_about_zero():
    table = np.tile(np.arange(20) % 5, (4, 1)).astype(float)
    assert agreement(*_rows(table), "ordinal").alpha == pytest.approx(1.0)
    chance = np.random.default_rng(2).integers(1, 6, (30, 200)).astype(float)
    found = agreement(*_rows(chance), "interval")
    assert found.alpha == pytest.approx(0.0, abs=0.02)
    assert found.low < 0 < found.high


def test_a_copy_of_a_rater_does_not_raise_the_draws():
    """Raters who answer at random: the bootstrap over them must not lean towards agreement."""
    chance = np.random.default_rng(3).integers(1, 3, (6, 300)).astype(float)
    found = agreement(*_rows(chance), "nominal")
    assert found.low < 0 < found.high
    assert found.high < 0.12


def test_nothing_to_compare_has_no_alpha():
    lone = agreement(np.array([1.0, 2.0]), np.array([0, 1]), np.array([0, 1]), "nominal")
    assert (lone.alpha, lone.low, lone.units) == (None, None, 0)
    same = agreement(np.ones(6), np.tile([0, 1], 3), np.repeat([0, 1, 2], 2), "interval")
    assert same.alpha is None


def test_a_second_answer_to_the_same_unit_does_not_count():
    value, rater, unit = _rows(_matrix(4))
    again = agreement(
        np.append(value, 5 - value[0]),
        np.append(rater, rater[0]),
        np.append(unit, unit[0]),
        "ordinal",
    )
    assert again == agreement(value, rater, unit, "ordinal")


def test_the_same_answers_and_seed_give_the_same_interval():
    rows = _rows(_matrix(5))
    assert agreement(*rows, "ordinal") == agreement(*rows, "ordinal")


def _votes(seed: int, agree: float, raters: int = 8) -> Votes:
    rng = np.random.default_rng(seed)
    text, pair, rater = (axis.ravel() for axis in np.meshgrid(range(10), range(3), range(raters)))
    left, right = np.array([0, 0, 1])[pair], np.array([1, 2, 2])[pair]
    better = rng.choice([-1, 1], (10, 3))[text, pair]
    outcome = np.where(rng.random(len(text)) < agree, better, rng.integers(-1, 2, len(text)))
    swapped = rng.random(len(text)) < 0.5
    return Votes(
        np.where(swapped, right, left), np.where(swapped, left, right),
        np.where(swapped, -outcome, outcome), rater, text, ("x", "y", "z"),
    )  # fmt: skip


def test_votes_agree_whichever_side_and_name_comes_first():
    votes = _votes(1, 0.5)
    names = np.array([2, 0, 1])
    turned = Votes(
        names[votes.right],
        names[votes.left],
        -votes.outcome,
        votes.rater,
        votes.item,
        ("p", "q", "r"),
    )
    assert agreement_of_votes(turned).alpha == pytest.approx(agreement_of_votes(votes).alpha)


def test_votes_of_one_mind_agree_and_coin_flips_do_not():
    assert agreement_of_votes(_votes(2, 1.0)).alpha == pytest.approx(1.0)
    flips = agreement_of_votes(_votes(3, 0.0, raters=30))
    assert flips.low < 0 < flips.high
    assert flips.units == 30


def test_units_of_one_text_are_not_new_evidence():
    value, rater, unit = _rows(_matrix(6, units=12))
    plain = agreement(value, rater, unit, "interval")
    repeated = [
        np.concatenate(columns)
        for columns in zip(*[(value, rater, unit + 12 * i) for i in range(4)], strict=True)
    ]
    as_texts = agreement(*repeated, "interval", cluster=repeated[2] % 12)
    as_units = agreement(*repeated, "interval")
    assert as_texts.high - as_texts.low == pytest.approx(plain.high - plain.low, rel=0.2)
    assert as_units.high - as_units.low < 0.9 * (as_texts.high - as_texts.low)


def test_votes_on_the_pairs_of_a_text_are_resampled_together():
    """Two texts on which all agree and two on which none does: four chances, not forty."""
    rng = np.random.default_rng(7)
    text, pair, rater = (axis.ravel() for axis in np.meshgrid(range(4), range(10), range(12)))
    outcome = np.where(text < 2, np.where(pair % 2, 1, -1), rng.choice([-1, 1], len(text)))
    names = tuple("abcdefghijk")
    found = agreement_of_votes(Votes(np.zeros_like(pair), pair + 1, outcome, rater, text, names))
    spread = agreement_of_votes(
        Votes(np.zeros_like(pair), pair + 1, outcome, rater, text * 10 + pair, names)
    )
    assert found.high - found.low > 1.5 * (spread.high - spread.low)


def _coverage(studies: int, raters: int, units: int, noise: float) -> float:
    crowd = _matrix(10_000, 60, 4000, 0.0, noise)
    truth = krippendorff.alpha(reliability_data=crowd, level_of_measurement="interval")
    held = [
        found.low <= truth <= found.high
        for seed in range(studies)
        if (
            found := agreement(
                *_rows(_matrix(seed, raters, units, 0.3, noise)), "interval", draws=200
            )
        )
    ]
    return float(np.mean(held))


def test_the_interval_holds_the_truth():
    assert _coverage(60, 10, 30, 1.0) >= 0.88


@pytest.mark.slow
@pytest.mark.parametrize(("raters", "units", "noise"), [(10, 30, 1.0), (20, 40, 2.0), (5, 20, 1.0)])
def test_the_interval_holds_the_truth_at_least_at_its_level(raters: int, units: int, noise: float):
    assert _coverage(500, raters, units, noise) >= 0.93
