"""The takes of a study: made, failed, made again, heard, judged; in no other list or pool."""

import pytest
from fastapi.testclient import TestClient

from studio.problems import Conflict
from studio.settings import Settings
from studio.store.study_tables import StudyItem
from studio.studies.owner.rows import study_of, whole
from studio.studies.seal import key_document, make_seal, plan_document
from studio.takes.source import StoredTakes
from studio.wiring import build
from tests.studies.owner_bench import *  # noqa: F403 (fixtures)
from tests.studies.owner_bench import ANN, BOB, CAT, TEXTS, Owner, app_of


def verdicts(study):
    return {(i["text"], i["condition"]): i["verdict"] for i in study["items"]}


def test_takes_of_a_study_are_in_no_recent_list_and_in_no_open_pool(owner, studio):
    study = owner.draft(texts=["say what only a study says"])
    owner.render(study)
    recent = owner.ask("GET", "/api/comparisons?limit=100")["comparisons"]
    assert "say what only a study says" not in {one["text"] for one in recent}
    with studio.database.read() as session:
        rows = whole(session, study_of(session, "local", study))
    takes = {item.first_take for item in rows.items}
    assert len(takes) == 2
    source = StoredTakes(studio.database, studio.blobs)
    assert takes.isdisjoint(one.take for one in source.candidates(None, "local"))
    assert source.candidates(rows.items[0].comparison_id, "local") == ()


def test_conditions_with_other_instructions_are_ordered_apart(owner, studio):
    loud = {"wanted": {"engine": "moody"}, "instruction": "fast and happy", "label": "fast"}
    plain = {"wanted": {"engine": "moody"}, "label": "plain"}
    study = owner.draft(conditions=[loud, plain, BOB], texts=TEXTS[:1])
    whole_ = owner.render(study)
    seconds = {i["condition"]: i["seconds"] for i in whole_["items"]}
    assert seconds[0] == pytest.approx(seconds[1] / 2, rel=0.1)
    with studio.database.read() as session:
        rows = whole(session, study_of(session, "local", study))
    assert len({item.comparison_id for item in rows.items}) == 2


def test_rendering_again_orders_nothing_twice(owner, studio):
    study = owner.draft()
    before = owner.render(study)
    after = owner.render(study)
    assert [i["take"] for i in before["items"]] == [i["take"] for i in after["items"]]
    assert len(studio.takes.of_study("local", study)) == 3


def test_a_failed_take_is_told_hinders_and_can_be_made_again_or_taken_out(owner):
    study = owner.draft(texts=["say fine", "raise"])
    failed = owner.render(study)
    items = {(i["text"], i["condition"]): i for i in failed["items"]}
    assert items[1, 0]["state"] == "failed"
    assert items[1, 0]["retryable"]
    assert items[1, 0]["error"]["message"]
    assert items[1, 0]["audio"] is None
    assert failed["rendering"]["failed"] == 2
    assert "takes_failed" in {r["code"] for r in failed["ready"]["reasons"]}
    path = f"/api/studies/{study}/items"
    owner.refused("GET", f"{path}/1/0/audio", "take_not_done", 409)
    owner.refused("POST", f"{path}/0/0/retry", "take_not_retryable", 409)
    retried = owner.ask("POST", f"{path}/1/0/retry", json={"insist": True})
    assert {i["state"] for i in retried["items"] if (i["text"], i["condition"]) == (1, 0)} <= {
        "queued",
        "running",
        "failed",
    }
    owner.settled(study)
    out = owner.judge(study, 1, 0, "bad")
    assert [t["out"] for t in out["texts"]] == [False, True]
    assert "takes_failed" not in {r["code"] for r in out["ready"]["reasons"]}
    owner.change(study, plan={"trials": 1})
    assert owner.listen(study)["ready"]["ok"]


def test_a_take_is_good_only_once_it_was_heard_to_its_end(owner):
    study = owner.draft(texts=TEXTS[:1])
    owner.render(study)
    path = f"/api/studies/{study}/items/0/0"
    owner.refused("PUT", path, "study_take_unheard", 409, json={"verdict": "good"})
    owner.refused("PUT", path, "field_choice", 422, json={"verdict": "great"})
    sound = owner.hear(study, 0, 0)
    assert sound[:4] == b"RIFF"
    assert owner.study(study)["items"][0]["heard"]
    judged = owner.judge(study, 0, 0, "good")
    assert judged["listening"] == {
        "total": 2, "heard": 1, "good": 1, "bad": 0, "left": 1, "texts_left": 1,
    }  # fmt: skip
    assert owner.judge(study, 0, 0, "")["listening"]["good"] == 0


def test_a_bad_take_takes_its_text_out_for_all_conditions(owner, studio):
    study = owner.draft()
    owner.render(study)
    owner.listen(study)
    owner.judge(study, 1, 0, "bad")
    out = owner.study(study)
    assert [t["out"] for t in out["texts"]] == [False, True, False]
    assert out["listening"]["texts_left"] == 2
    owner.ask("POST", f"/api/studies/{study}/open")
    with studio.database.read() as session:
        rows = whole(session, study_of(session, "local", study))
    assert {(i.text, i.condition) for i in rows.items if i.take_id} == {
        (0, 0), (0, 1), (2, 0), (2, 1),
    }  # fmt: skip
    opened = owner.study(study)
    assert [t["out"] for t in opened["texts"]] == [False, True, False]


def test_what_was_said_of_a_take_is_not_said_of_another_attempt(owner, studio):
    study = owner.draft(texts=TEXTS[:1])
    rendered = owner.render(study)
    owner.listen(study)
    take = rendered["items"][0]["take"]

    def another(session):
        row = session.get(StudyItem, (study, 0, 0))
        assert row.take_id == take
        row.take_id = rendered["items"][1]["take"]

    studio.database.write(another)
    assert verdicts(owner.study(study))[0, 0] == ""
    assert not owner.study(study)["ready"]["ok"]


def test_a_running_order_can_be_called_off_and_taken_up_again(owner):
    study = owner.draft(texts=["slowly 30"])
    owner.ask("POST", f"/api/studies/{study}/render", 202)
    cancelled = owner.ask("POST", f"/api/studies/{study}/render/cancel")
    assert {i["state"] for i in cancelled["items"]} == {"cancelled"}
    light = owner.ask("GET", f"/api/studies/{study}/rendering")
    assert light["rendering"]["failed"] == 2
    again = owner.ask("POST", f"/api/studies/{study}/render", 202)
    assert {i["state"] for i in again["items"]} <= {"queued", "running"}
    owner.ask("POST", f"/api/studies/{study}/render/cancel")


def test_a_study_without_texts_or_conditions_has_nothing_to_render(owner):
    study = owner.draft(texts=[])
    path = f"/api/studies/{study}/render"
    owner.refused("POST", path, "study_nothing_to_render", 409)


def test_an_estimate_says_time_price_and_what_would_be_refused(owner):
    paid = {"wanted": {"engine": "test_paid"}}
    missing = {"wanted": {"engine": "test_no_library"}}
    study = owner.draft(conditions=[ANN, paid, missing], texts=TEXTS)
    found = owner.ask("GET", f"/api/studies/{study}/estimate")
    assert found["takes"] == 9
    assert found["costs"][0]["characters"] == sum(len(text) for text in TEXTS)
    assert [one["condition"] for one in found["refusals"]] == [2]
    assert found["refusals"][0]["message"]
    shown = owner.study(study)
    assert shown["conditions"][2]["refusal"]["message"]
    assert shown["conditions"][0]["refusal"] is None


def test_what_an_engine_that_is_not_ready_was_ordered_shows_as_failed(owner):
    missing = {"wanted": {"engine": "test_no_library"}}
    study = owner.draft(conditions=[ANN, missing], texts=TEXTS[:1])
    states = [i["state"] for i in owner.render(study)["items"]]
    assert states == ["done", "failed"]
    alone = owner.draft(conditions=[missing], texts=TEXTS[:1])
    assert [i["state"] for i in owner.render(alone)["items"]] == ["failed"]


def test_a_study_changed_in_another_window_gets_no_takes_of_what_it_was(owner, studio):
    study = owner.draft(texts=TEXTS[:1])
    create = studio.takes.create

    def meanwhile(*arguments):
        studio.takes.create = create
        owner.change(study, texts=["say something else"])
        return create(*arguments)

    studio.takes.create = meanwhile
    try:
        owner.refused("POST", f"/api/studies/{study}/render", "study_changed_meanwhile", 409)
    finally:
        studio.takes.__dict__.pop("create", None)
    assert owner.study(study)["rendering"]["missing"] == 2
    assert studio.takes.of_study("local", study) == {}


def test_takes_ordered_before_a_restart_are_made_after_it(tmp_path, engines):
    def running():
        return build(Settings(data_dir=tmp_path, enrol_saved_voices=False))

    first = running()
    first.start()
    with TestClient(app_of(first)) as client:
        owner = Owner(client)
        study = owner.draft(texts=["slowly 12", "say later"])
        owner.ask("POST", f"/api/studies/{study}/render", 202)
        before = owner.study(study)
    first.close()
    second = running()
    second.start()
    with TestClient(app_of(second)) as client:
        after = Owner(client).settled(study, 60)
    second.close()
    assert after["rendering"]["done"] == 4
    assert [i["take"] for i in before["items"]] == [i["take"] for i in after["items"]]


def test_the_seal_is_that_of_plan_and_key(owner, studio):
    study = owner.opened()
    owner.ask("POST", f"/api/studies/{study}/close")
    with studio.database.read() as session:
        rows = whole(session, study_of(session, "local", study))
    seal = dict(rows.study.seal)
    assert seal.pop("closed_after") == {"answers": 0, "head_sha256": None}
    plan = plan_document(rows.study, rows.texts)
    key = key_document(rows.conditions, rows.items, rows.references)
    remade = make_seal(plan, key, seal["salt"], rows.study.opened_at)
    assert remade == seal
    rows.items[0].take_id = rows.items[1].take_id
    assert key_document(rows.conditions, rows.items, rows.references) != key


def test_the_seal_of_a_study_with_a_text_out_holds_in_its_result(owner):
    study = owner.draft()
    owner.render(study)
    owner.judge(study, 2, 0, "bad")
    owner.listen(study)
    path = f"/api/studies/{study}"
    owner.ask("POST", f"{path}/open")
    owner.ask("POST", f"{path}/close")
    seal = owner.ask("GET", f"{path}/result")["seal"]
    assert seal["sealed"]
    assert seal["sound"]


def test_an_unsealed_study_has_no_seal(owner):
    study = owner.opened(plan={"trials": 2, "sealed": False})
    assert owner.study(study)["seal"] is None


def test_every_reason_against_opening_is_told_at_once(owner):
    study = owner.draft(conditions=[ANN], texts=TEXTS[:1], plan={"trials": 20})
    refusal = owner.refused("POST", f"/api/studies/{study}/open", "study_not_ready", 409)
    assert {one["code"] for one in refusal.reasons} == {"conditions_few", "takes_missing"}
    for one in refusal.reasons:
        assert one["message"] in refusal.message
    owner.change(study, conditions=[ANN, BOB])
    reasons = {r["code"]: r for r in owner.study(study)["ready"]["reasons"]}
    assert reasons["screens_few"]["different"] == 1
    owner.change(study, question="instruction", plan={"stopping": {"rule": "anytime"}})
    assert "instructions_differ" in {r["code"] for r in owner.study(study)["ready"]["reasons"]}
    owner.change(study, protocol="acr", question="naturalness")
    assert "anytime_needs_pairs" in {r["code"] for r in owner.study(study)["ready"]["reasons"]}


def test_a_mushra_screen_keeps_to_its_limits(owner):
    many = [
        {"wanted": {"engine": "speaker", "options": {"speed": 1 + n / 20}}, "label": str(n)}
        for n in range(11)
    ]
    study = owner.draft(conditions=many, texts=["say hello"], protocol="mushra", plan={"trials": 1})
    codes = {r["code"] for r in owner.study(study)["ready"]["reasons"]}
    assert {"mushra_stimuli", "hidden_reference_missing"} <= codes
    owner.change(study, plan={"hidden_reference": False})
    codes = {r["code"] for r in owner.study(study)["ready"]["reasons"]}
    assert not {"mushra_stimuli", "hidden_reference_missing"} & codes
    long = owner.draft(
        conditions=[ANN, BOB],
        texts=["chunks 130"],
        protocol="mushra",
        plan={"trials": 1, "hidden_reference": False},
    )
    reasons = {r["code"]: r for r in owner.render(long)["ready"]["reasons"]}
    assert reasons["mushra_long"]["limit"] == 12


def test_a_study_changed_while_it_is_opened_is_not_opened(owner, studio):
    study = owner.draft()
    owner.render(study)
    owner.listen(study)
    opening = studio.studies.opening
    readiness = opening._showing.readiness

    def meanwhile(*arguments):
        opening._showing.__dict__.pop("readiness")
        found = readiness(*arguments)
        owner.judge(study, 0, 0, "bad")
        return found

    opening._showing.readiness = meanwhile
    with pytest.raises(Conflict, match="study_changed_meanwhile"):
        opening.open("local", study)
    assert owner.study(study)["state"] == "draft"


def test_conditions_are_named_by_what_spoke(owner):
    study = owner.opened(conditions=[{"wanted": {"engine": "speaker"}}, CAT])
    assert [c["condition"] for c in owner.study(study)["conditions"]] == [
        "speaker/ann",
        "second/cat",
    ]


def test_what_an_engine_ignores_of_a_condition_is_told(owner):
    told = {**ANN, "instruction": "whisper", "label": "whispering Ann"}
    study = owner.draft(conditions=[told, BOB], texts=TEXTS[:1])
    assert owner.study(study)["conditions"][0]["aspects"]["instruction"]["status"] == "ignored"
    warnings = {w["code"]: w for w in owner.render(study)["ready"]["warnings"]}
    assert "whispering Ann" in warnings["instruction_ignored"]["message"]


def test_two_windows_that_render_at_once_order_everything_once(owner, studio):
    from concurrent.futures import ThreadPoolExecutor

    study = owner.draft(texts=[f"say number {n}" for n in range(8)])
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(studio.studies.rendering.render, "local", study) for _ in range(4)]
        assert [job.result() for job in jobs] == [None] * 4
    assert owner.settled(study)["rendering"]["done"] == 16
    assert len(studio.takes.of_study("local", study)) == 8


def test_an_open_study_keeps_the_take_that_was_heard(owner, studio):
    study = owner.opened(texts=TEXTS[:1], plan={"trials": 1})
    before = owner.study(study)["items"]
    sound = owner.hear(study, 0, 0)
    with studio.database.read() as session:
        assert (
            whole(session, study_of(session, "local", study)).items[0].take_id == before[0]["take"]
        )
    assert owner.hear(study, 0, 0) == sound
    assert owner.study(study)["items"] == before
