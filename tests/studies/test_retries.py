"""Which attempt raters hear: always the first, or the one chosen after the checks."""

import pytest
from fastapi.testclient import TestClient

from studio.settings import Settings
from studio.wiring import build
from tests.studies.owner_bench import *  # noqa: F403 (fixtures)
from tests.studies.owner_bench import ANN, BOB, Owner, app_of
from tests.waiting import until

LIVELY = {"wanted": {"engine": "moody"}, "label": "lively"}


@pytest.fixture
def measured(tmp_path, engines, monkeypatch):
    """A studio whose checks find what a file says."""
    ears = tmp_path / "ears"
    monkeypatch.setenv("TEST_ENGINES_EARS", str(ears))
    running = build(
        Settings(data_dir=tmp_path / "data", enrol_saved_voices=False, measure=True, take_retries=2)
    )
    running.takes.measurer._function = "studio_test_engines.ears:measure"
    running.start()
    with TestClient(app_of(running)) as client:
        yield Owner(client), lambda *lines: ears.write_text("\n".join(lines))
    running.close()


def test_without_retries_the_first_attempt_is_heard_faults_and_all(measured):
    owner, ears = measured
    ears("faults 2", "clean", "clean", "clean")
    study = owner.draft(conditions=[LIVELY, BOB], texts=["say something"])
    rendered = owner.render(study, 60)
    assert [(i["attempt"], i["attempts"]) for i in rendered["items"]] == [(1, 1)] * 2
    faults = [len(i["findings"]) for i in rendered["items"]]
    assert sum(faults) > 0
    assert "takes_faulty" in {w["code"] for w in rendered["ready"]["warnings"]}


def test_with_retries_the_attempt_that_passed_its_checks_is_heard(measured):
    owner, ears = measured
    ears("faults 2", "clean", "clean", "clean")
    study = owner.draft(
        conditions=[LIVELY, BOB, ANN], texts=["say something"], plan={"trials": 1, "retries": True}
    )
    rendered = owner.render(study, 60)
    again = [i for i in rendered["items"] if i["attempts"] > 1]
    assert [(i["attempt"], i["findings"]) for i in again] == [(2, [])]
    assert "retries" in {w["code"] for w in rendered["ready"]["warnings"]}
    heard = owner.listen(study)
    assert heard["ready"]["ok"]
    opened = owner.ask("POST", f"/api/studies/{study}/open")
    assert [i["take"] for i in opened["items"]] == [i["take"] for i in heard["items"]]


def test_nothing_is_opened_while_checks_decide_what_is_heard(measured):
    owner, ears = measured
    ears("wait 0.1", "wait 2", "faults 1", "clean")
    study = owner.draft(
        conditions=[LIVELY, BOB], texts=["say something"], plan={"trials": 1, "retries": True}
    )
    owner.ask("POST", f"/api/studies/{study}/render", 202)
    until(lambda: owner.study(study)["rendering"]["done"] == 2, 30)
    codes = {r["code"] for r in owner.study(study)["ready"]["reasons"]}
    assert "takes_measuring" in codes
