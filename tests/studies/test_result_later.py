"""Parts of a result that come later: the audit, fragility, the mixed model, metrics against votes."""

import time

import pytest

from studio.settings import Settings
from studio.store.database import Database
from studio.studies.results.service import ResultService
from tests.studies.made import make


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database(Settings(data_dir=tmp_path_factory.mktemp("studies")))
    database.start()
    yield database
    database.close()


@pytest.fixture(scope="module")
def results(database):
    service = ResultService(Settings(bootstrap_draws=50), database)
    yield service
    service.close()


def whole(results, database, **recipe):
    return results.result("local", make(database, **recipe), wait=True)


@pytest.mark.parametrize(
    "leak", [("loudness_lufs", 1.0), ("lead_seconds", 0.03)], ids=["louder", "pad"]
)
def test_a_leak_is_found_named_and_told_beside_the_headline(results, database, leak):
    found = whole(results, database, leak=leak, raters=8, trials=15, title=f"leak {leak[0]}")
    assert found["audit"]["leaking"]
    telling = {one["name"] for one in found["audit"]["features"] if one["tells"]}
    assert leak[0] in telling
    assert "result.note.leak" in {one.code for one in found["headline"]["notes"]}


def test_honest_stimuli_do_not_leak(results, database):
    found = whole(results, database, raters=8, trials=15, title="honest")
    assert not found["audit"]["leaking"]
    assert found["audit"]["preparation"]["low"] < 0.5
    assert "result.note.leak" not in {one.code for one in found["headline"]["notes"]}


def test_the_first_answer_does_not_wait_for_them(results, database):
    study = make(database, raters=6, trials=10, title="waiting")
    early = results.result("local", study)
    assert early["pending"] == ["audit", "fragility", "mixed", "metrics"]
    assert early["audit"] is None
    assert early["reasons"]["audit"].code == "result.reason.computing"
    until = time.monotonic() + 120
    while results.result("local", study)["pending"] and time.monotonic() < until:
        time.sleep(0.2)
    late = results.result("local", study)
    assert late["pending"] == []
    assert late["audit"] is not None
    assert "audit" not in late["reasons"]


def test_the_figure_that_follows_preferences_agrees_best(results, database):
    found = whole(
        results, database, quality=(1.5, 0.5, -0.5, -1.5), raters=20, trials=15, title="metrics"
    )
    best = found["metrics"][0]
    assert best["name"] == "distillmos"
    assert best["low"] > 0.5
    assert "pitch_median_hz" not in {one["name"] for one in found["metrics"]}


def test_takes_that_were_not_measured_have_no_metrics(results, database):
    found = whole(results, database, reports=False, raters=5, trials=5, title="unmeasured")
    assert found["metrics"] is None
    assert found["reasons"]["metrics"].code == "result.reason.no_figures"


def test_fragility_removes_enough_votes_to_change_the_first_place(results, database):
    narrow = whole(results, database, quality=(0.1, 0.0), raters=8, trials=8, title="narrow")
    wide = whole(results, database, quality=(1.5, 0.0), raters=8, trials=8, title="wide")
    assert narrow["fragility"]["votes"] < wide["fragility"]["votes"]
    assert wide["fragility"]["first"] == 0


def test_scores_have_a_mixed_model_that_goes_with_the_means(results, database):
    found = whole(results, database, protocol="acr", raters=10, title="mixed")
    assert found["mixed"]["converged"]
    means = {row["position"]: row["value"] for row in found["board"]["kept"]}
    for one in found["mixed"]["means"]:
        assert one["value"] == pytest.approx(means[one["position"]], abs=0.25)
    assert found["fragility"] is None
    assert found["reasons"]["fragility"].code == "result.reason.protocol"
