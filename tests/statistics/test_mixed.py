"""The mixed model equals that of statsmodels, and says when it has not converged."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from studio.statistics.mixed import mixed
from studio.statistics.paired import differences
from studio.statistics.planning import Design
from studio.statistics.scores import Scores
from tests.statistics import listeners

DESIGN = Design("acr", 12, 30, 3, 8, rater=0.25, text=0.15, spread=1.0)


def _scores(design: Design = DESIGN, seed: int = 1, difference: float = 0.5) -> Scores:
    value, condition, rater, text = listeners.ratings(design, difference, seed)
    return Scores(3 + value, condition, rater, text, tuple("abcdefghijkl"[: design.conditions]))


def _statsmodels(scores: Scores, leanings: bool):
    frame = pd.DataFrame(
        {"y": scores.value, "c": scores.condition, "r": scores.rater, "t": scores.item}
    )
    frame["rc"], frame["tc"] = frame.r * 100 + frame.c, frame.t * 100 + frame.c
    parts = {"r": "0 + C(r)", "t": "0 + C(t)"}
    if leanings:
        parts |= {"rc": "0 + C(rc)", "tc": "0 + C(tc)"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = smf.mixedlm(
            "y ~ 0 + C(c)", frame, groups=np.ones(len(frame)), vc_formula=parts, re_formula="0"
        )
        return model, model.fit(reml=True, method=["lbfgs", "bfgs"])


@pytest.mark.parametrize("leanings", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_equals_statsmodels(leanings: bool, seed: int):
    scores = _scores(seed=seed)
    model, expected = _statsmodels(scores, leanings)
    found = mixed(scores, leanings=leanings)
    assert found.converged
    assert [mean for _, mean, _ in found.means] == pytest.approx(
        expected.fe_params.to_numpy(), abs=2e-3
    )
    assert [se for *_, se in found.means] == pytest.approx(expected.bse_fe.to_numpy(), rel=2e-2)
    variances = dict(zip(model.exog_vc.names, expected.vcomp, strict=True))
    ours = {"r": found.rater, "t": found.text, "rc": found.rater_leaning, "tc": found.text_leaning}
    for name, variance in variances.items():
        assert ours[name] == pytest.approx(np.sqrt(variance), abs=0.02), name
    assert found.residual == pytest.approx(np.sqrt(expected.scale), rel=5e-3)
    assert found.log_likelihood >= expected.llf - 1e-3


def test_its_likelihood_is_that_of_statsmodels():
    """At the maximum, up to nothing: the constants are the same."""
    scores = _scores()
    assert mixed(scores, leanings=False).log_likelihood == pytest.approx(
        _statsmodels(scores, False)[1].llf, abs=1e-2
    )


def test_the_spread_of_raters_and_texts_is_found():
    design = Design("mushra", 60, 30, 4, 30, rater=0.3, text=0.15, spread=1.0)
    found = mixed(_scores(design))
    assert found.rater_leaning == pytest.approx(np.sqrt(0.3), rel=0.2)
    assert found.text_leaning == pytest.approx(np.sqrt(0.15), rel=0.25)
    assert found.residual == pytest.approx(np.sqrt(0.55), rel=0.03)
    assert found.rater == pytest.approx(0.7, rel=0.35)


def test_no_effects_leave_nothing_to_raters_and_texts():
    value, condition, rater, text = listeners.ratings(
        Design("acr", 12, 30, 3, 8, rater=0, text=0, spread=1.0),
        0.5,
        1,
        severity=0.0,
        difficulty=0.0,
    )
    found = mixed(Scores(value, condition, rater, text, ("a", "b", "c")))
    assert max(found.rater, found.text, found.rater_leaning, found.text_leaning) < 0.25
    assert found.residual == pytest.approx(1.0, rel=0.1)


def test_leaving_out_the_leanings_makes_differences_look_surer():
    scores = _scores(Design("mushra", 20, 10, 3, 10, rater=0.4, text=0.2, spread=1.0))
    plain, leaning = mixed(scores, leanings=False), mixed(scores, leanings=True)
    assert leaning.contrasts[0].se > 1.5 * plain.contrasts[0].se
    assert leaning.contrasts[0].se == pytest.approx(differences(scores)[0].estimate.se, rel=0.3)


def test_a_fit_that_was_stopped_early_says_so():
    assert not mixed(_scores(), evaluations=5).converged


def test_a_big_study_is_fitted_in_bounded_time():
    """500 raters, 50 texts, 12 conditions: the leanings are left out rather than waited for."""
    found = mixed(_scores(Design("acr", 500, 40, 12, 50)))
    assert found.converged
    assert found.rater_leaning is None
    assert found.scores == 20_000


def test_nothing_to_fit_is_none():
    scores = _scores()
    assert mixed(scores.keep(scores.rater == 0)) is None
    assert mixed(scores.keep(scores.condition == 0)) is None
    assert (
        mixed(
            Scores(
                np.full(len(scores), 3.0),
                scores.condition,
                scores.rater,
                scores.item,
                scores.conditions,
            )
        )
        is None
    )


def test_the_order_of_rows_changes_nothing():
    scores = _scores()
    order = np.random.default_rng(1).permutation(len(scores))
    turned = Scores(
        scores.value[order],
        scores.condition[order],
        scores.rater[order],
        scores.item[order],
        scores.conditions,
    )
    assert mixed(turned) == mixed(scores)
