"""Nothing leaks before the plan allows to look, and what is exported says nothing of a rater."""

import io
import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from studio.api import results
from studio.api.problems import install
from studio.problems import Conflict, NotFound
from studio.settings import Settings
from studio.store.study_tables import (
    Study,
    StudyAnswer,
    StudyClip,
    StudyInvite,
    StudyRater,
    StudyTrial,
)
from studio.wiring import build
from tests.studies.made import make

TABLES = ("trials", "ratings", "stimuli", "plan")


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    studio = build(
        Settings(data_dir=tmp_path_factory.mktemp("studio"), measure=False, bootstrap_draws=50)
    )
    studio.database.start()
    yield studio
    studio.close()


@pytest.fixture(scope="module")
def client(studio):
    app = FastAPI()
    app.state.studio = studio
    install(app)
    app.include_router(results.router)
    return TestClient(app)


def addresses(study):
    base = f"/api/studies/{study}"
    yield f"{base}/bundle.zip"
    for name in TABLES:
        yield f"{base}/export/{name}.csv"
        yield f"{base}/export/{name}.parquet"
    for name in ("board", "matrix", "by_rater", "exclusions", "basis", "headline", "audit"):
        yield f"{base}/result/tables/{name}.csv"


@pytest.mark.parametrize("rule", ["fixed", "owner"])
def test_an_open_study_shows_counts_and_nothing_of_the_answers(studio, client, rule):
    study = make(studio.database, state="open", title=rule, plan={"stopping": {"rule": rule}})
    seen = client.get(f"/api/studies/{study}/result").json()
    assert set(seen) == {"study", "state", "opens", "progress"}
    assert seen["state"] == "shut"
    assert seen["opens"]["message"]
    counts = {"raters", "finished", "answers", "target_raters", "target_answers"}
    assert set(seen["progress"]) == counts
    for address in addresses(study):
        answer = client.get(address)
        assert answer.status_code == 409, address
        assert set(answer.json()) == {"error"}
        assert answer.json()["error"]["code"] == "result_shut"
    with pytest.raises(Conflict, match="result_shut"):
        studio.results.evidence("local", study, 0)


@pytest.mark.parametrize("protocol", ["acr", "mushra"])
def test_looking_at_any_time_needs_a_protocol_with_confidence_sequences(studio, client, protocol):
    plan = {"stopping": {"rule": "anytime"}}
    study = make(studio.database, protocol=protocol, state="open", title="any", plan=plan)
    assert client.get(f"/api/studies/{study}/result").json()["state"] == "shut"


def test_an_anytime_study_may_be_looked_at_by_its_confidence_sequence(studio, client):
    plan = {"stopping": {"rule": "anytime"}}
    recipe = {"quality": (0.6, 0.0), "plan": plan, "raters": 20}
    open_ = make(studio.database, state="open", title="any", **recipe)
    fixed = make(studio.database, title="any", quality=(0.6, 0.0), raters=20, state="closed")
    seen = client.get(f"/api/studies/{open_}/result").json()
    assert seen["state"] == "ready"
    assert "looking" in {one["code"] for one in seen["headline"]["notes"]}
    (pair,) = seen["stopping"]["pairs"]
    turned = seen["headline"]["first"] != pair["first"]
    low = 1 - pair["high"] if turned else pair["low"]
    assert seen["headline"]["low"] == pytest.approx(low, abs=1e-5)
    once = client.get(f"/api/studies/{fixed}/result").json()["headline"]
    wide = seen["headline"]["high"] - seen["headline"]["low"]
    assert wide > 1.2 * (once["high"] - once["low"])


def test_closing_opens_the_result(studio, client):
    study = make(studio.database, state="open", title="closing")
    assert client.get(f"/api/studies/{study}/result").json()["state"] == "shut"
    studio.database.write(
        lambda session: session.execute(
            update(Study).where(Study.id == study).values(state="closed", closed_because="owner")
        )
    )
    assert client.get(f"/api/studies/{study}/result").json()["state"] == "ready"
    assert client.get(f"/api/studies/{study}/export/ratings.csv").status_code == 200


def test_a_study_closed_before_its_plan_was_fulfilled_says_so(studio):
    study = make(studio.database, title="early", raters=5, trials=10, plan={"raters": 30})
    studio.database.write(
        lambda session: session.execute(
            update(Study).where(Study.id == study).values(closed_because="owner")
        )
    )
    notes = studio.results.result("local", study)["headline"]["notes"]
    assert "result.note.closed_early" in {one.code for one in notes}


def test_another_owner_and_another_id_find_nothing(studio, client):
    study = make(studio.database, owner="somebody", title="foreign")
    for address in (f"/api/studies/{study}/result", *addresses(study)):
        assert client.get(address).status_code == 404, address
    assert client.get("/api/studies/nonsense/result").status_code == 404
    with pytest.raises(NotFound):
        studio.results.result("local", study)


def test_a_result_is_computed_once_until_an_answer_comes(studio, monkeypatch):
    from studio.studies.results import service

    study = make(studio.database, title="cache", raters=4, trials=4)
    times = []
    real = service.result
    monkeypatch.setattr(service, "result", lambda *given: times.append(1) or real(*given))
    studio.results.result("local", study)
    studio.results.result("local", study)
    assert len(times) == 1
    with studio.database.read() as session:
        last = (
            session.execute(
                select(StudyAnswer)
                .where(StudyAnswer.study_id == study)
                .order_by(StudyAnswer.sequence.desc())
            )
            .scalars()
            .first()
        )
    studio.database.write(
        lambda session: session.execute(
            update(StudyAnswer)
            .where(StudyAnswer.trial == last.trial)
            .values(sequence=last.sequence + 1)
        )
    )
    seen = studio.results.result("local", study)
    assert len(times) == 2
    assert not seen["seal"]["sound"]


def test_evidence_stands_for_a_decision(studio):
    study = make(studio.database, quality=(1.0, 0.0), title="evidence")
    best = studio.results.evidence("local", study, 0)
    other = studio.results.evidence("local", study, 1)
    assert best["sure"]
    assert not other["sure"]
    assert best["rank"] == 1
    assert best["low"] < best["value"] < best["high"]
    assert {"sentence", "votes", "raters", "method", "answers_sha256"} <= set(best)
    assert json.loads(json.dumps(best))["sentence"]["code"] == "result.headline.pairs_sure"


@pytest.mark.parametrize("protocol", ["ab", "abx", "acr", "smos", "ccr", "mushra"])
def test_tables_come_as_csv_and_as_parquet_alike(studio, client, protocol):
    import csv

    from pyarrow import parquet

    study = make(studio.database, protocol=protocol, raters=4, trials=6, title="tables")
    for name in TABLES:
        plain = client.get(f"/api/studies/{study}/export/{name}.csv")
        packed = client.get(f"/api/studies/{study}/export/{name}.parquet")
        assert plain.headers["cache-control"] == packed.headers["cache-control"] == "no-store"
        rows = list(csv.DictReader(io.StringIO(plain.content.decode("utf-8-sig"))))
        table = parquet.read_table(io.BytesIO(packed.content))
        assert table.column_names == list(rows[0])
        assert table.num_rows == len(rows)
    assert client.get(f"/api/studies/{study}/export/nonsense.csv").status_code == 404
    assert client.get(f"/api/studies/{study}/export/trials.xlsx").status_code == 404


@pytest.mark.parametrize("protocol", ["ab", "mushra"])
def test_nothing_that_leaves_the_studio_knows_more_of_a_rater_than_a_random_id(
    studio, client, protocol
):
    study = make(studio.database, protocol=protocol, raters=4, trials=6, title="private")
    with studio.database.read() as session:
        invites = session.scalars(select(StudyInvite).where(StudyInvite.study_id == study)).all()
        raters = session.scalars(select(StudyRater).where(StudyRater.study_id == study)).all()
        trials = session.scalars(select(StudyTrial).where(StudyTrial.study_id == study)).all()
        moments = session.scalars(
            select(StudyAnswer.answered_at).where(StudyAnswer.study_id == study)
        ).all()
        clips = session.scalars(select(StudyClip.token)).all()
    secrets = [one.token for one in invites] + [one.name for one in invites]
    secrets += [one.key for one in raters] + [one.completion_code for one in raters]
    secrets += [one.invite_id for one in raters] + [one.token for one in trials] + list(clips)
    secrets += [slot["clip"] for trial in trials for slot in trial.slots]
    secrets += [moment.strftime("%H:%M:%S") for moment in moments if moment.second]
    sent = [client.get(f"/api/studies/{study}/result").content]
    sent += [client.get(address).content for address in addresses(study)]
    from studio.studies.results.bundle import unpack

    sent += unpack(client.get(f"/api/studies/{study}/bundle.zip").content).values()
    for one in sent:
        found = [secret for secret in secrets if secret and secret.encode() in one]
        assert found == []
