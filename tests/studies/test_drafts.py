"""Drafts over HTTP: what is refused by name, and what stays when something else changes."""

import pytest

from tests.studies.owner_bench import *  # noqa: F403 (fixtures)
from tests.studies.owner_bench import ANN, BOB, CAT, TEXTS

UNKNOWN = "4d6f2a9e-0f0e-4d5b-9a35-7a4c0a6d3b11"
BROKEN = ["nothing", "%00", "a%00b", UNKNOWN.upper(), UNKNOWN + "x", "..", "%ED%A0%80", "é" * 50]


def takes_of(study):
    return {(i["text"], i["condition"]): i["take"] for i in study["items"]}


def test_a_new_study_has_sensible_values_and_is_listed(owner):
    study = owner.ask("POST", "/api/studies?lang=ko", 201, json={})
    assert (study["protocol"], study["question"], study["language"]) == ("ab", "preference", "ko")
    assert study["plan"]["difference"] == 0.10
    listed = owner.ask("GET", "/api/studies")["studies"]
    assert listed[0]["id"] == study["id"]
    assert (listed[0]["conditions"], listed[0]["texts"], listed[0]["answers"]) == (0, 0, 0)
    assert listed[0]["target_answers"] == 400


def test_a_protocol_brings_its_question_and_its_scale(owner):
    study = owner.draft()
    axy = owner.change(study, protocol="axy")
    assert axy["question"] == "likeness"
    mushra = owner.change(study, protocol="mushra", question="naturalness")
    assert mushra["plan"]["difference"] == 5.0
    chosen = owner.change(study, plan={"difference": 7.5})
    assert (
        owner.change(study, protocol="acr", plan={"difference": 0.4})["plan"]["difference"] == 0.4
    )
    assert chosen["plan"]["difference"] == 7.5
    path = f"/api/studies/{study}"
    refusal = owner.refused(
        "PATCH", path, "study_question_unfit", 422,
        json={"protocol": "axy", "question": "preference"},
    )  # fmt: skip
    assert "likeness" in refusal.message
    assert owner.change(study, protocol="smos")["plan"]["difference"] == 0.4
    assert owner.change(study, protocol="ab")["plan"]["difference"] == 0.10


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"protocol": "guess"}, "unknown_protocol"),
        ({"question": "beauty"}, "study_question_unknown"),
        ({"language": "xx-nowhere"}, "language_unknown"),
        ({"title": "x" * 201}, "study_words_too_long"),
        ({"use": "x" * 65}, "study_words_too_long"),
        ({"texts": ["..."]}, "study_text_empty"),
        ({"texts": ["a\u0000b"]}, "study_text_unspeakable"),
        ({"texts": ["x" * 601]}, "study_text_too_long"),
        ({"texts": ["same", " same "]}, "study_text_twice"),
        ({"texts": [f"text {n}" for n in range(201)]}, "study_texts_too_many"),
        ({"conditions": [{"wanted": {"engine": "nobody"}}]}, "unknown_engine"),
        ({"conditions": [{"wanted": {"engine": "speaker", "voice": "eve"}}]}, "unknown_preset"),
        ({"conditions": [{**ANN, "voice_id": UNKNOWN}]}, "unknown_voice"),
        ({"conditions": [{**ANN, "voice_id": "\u0000"}]}, "unknown_voice"),
        ({"conditions": [{**ANN, "label": "A"}, {**BOB, "label": "A"}]}, "study_label_twice"),
        ({"conditions": [{**ANN, "label": "x" * 121}]}, "study_words_too_long"),
        ({"conditions": [ANN] * 13}, "study_conditions_too_many"),
        (
            {"conditions": [{"wanted": {"engine": "speaker", "fallback": "second"}}]},
            "study_condition_fallback",
        ),
        ({"plan": {"raters": 0}}, "study_plan_at_least"),
        ({"plan": {"trials": 501}}, "study_plan_at_most"),
        ({"plan": {"power": 1}}, "study_plan_below"),
        ({"plan": {"difference": 0}}, "study_plan_above"),
        ({"plan": {"difference": 0.5}}, "study_plan_below"),
        ({"plan": {"raters": "many"}}, "study_plan_value"),
        ({"plan": {"headphones": "loud"}}, "study_plan_value"),
        ({"plan": {"budget": 3}}, "study_plan_field"),
        ({"plan": {"exclusions": {"attention_failed": 0}}}, "study_plan_at_least"),
        ({"plan": {"stopping": {"rule": "never"}}}, "study_plan_value"),
        ({"name": "x"}, "field_unknown"),
    ],
)
def test_what_a_draft_cannot_hold_is_refused_by_name_and_nothing_is_changed(owner, change, code):
    study = owner.draft(texts=TEXTS[:1])
    before = owner.study(study)
    for tongue in ("en", "ko"):
        answer = owner.client.patch(f"/api/studies/{study}?lang={tongue}", json=change)
        assert answer.status_code in (404, 413, 422), answer.text
        assert answer.json()["error"]["code"] == code
        assert "{" not in answer.json()["error"]["message"]
    assert owner.study(study) == before


def test_a_plan_is_changed_part_by_part(owner):
    study = owner.draft()
    plan = owner.change(study, plan={"exclusions": {"one_sided": None}})["plan"]
    assert plan["exclusions"]["one_sided"] is None
    assert plan["exclusions"]["attention_failed"] == 2
    assert plan["trials"] == 2


def test_takes_and_verdicts_stay_with_their_text_and_condition(owner):
    study = owner.draft()
    owner.render(study)
    before = takes_of(owner.listen(study))
    moved = owner.change(
        study, texts=[TEXTS[2], "say something new", TEXTS[0]], conditions=[CAT, BOB, ANN]
    )
    after = takes_of(moved)
    assert after[0, 1] == before[2, 1]
    assert after[0, 2] == before[2, 0]
    assert after[2, 2] == before[0, 0]
    assert after[1, 1] is None
    assert after[0, 0] is None
    verdicts = {(i["text"], i["condition"]): i["verdict"] for i in moved["items"]}
    assert verdicts[0, 1] == "good"
    assert verdicts[1, 1] == ""
    rendered = takes_of(owner.render(study))
    assert all(rendered.values())
    assert rendered[0, 1] == before[2, 1]


def test_a_condition_that_is_only_renamed_keeps_its_takes(owner):
    study = owner.draft(texts=TEXTS[:1])
    before = takes_of(owner.render(study))
    renamed = owner.change(study, conditions=[{**ANN, "label": "Frau Ann"}, BOB])
    assert renamed["conditions"][0]["label"] == "Frau Ann"
    assert takes_of(renamed) == before


def test_another_language_and_another_rule_on_retries_need_takes_anew(owner):
    study = owner.draft(texts=TEXTS[:1])
    owner.render(study)
    assert set(takes_of(owner.change(study, plan={"retries": True})).values()) == {None}
    owner.render(study)
    assert None not in takes_of(owner.change(study, plan={"retries": False})).values()
    assert set(takes_of(owner.change(study, language="ko")).values()) == {None}


def test_an_open_study_changes_no_more_but_in_its_title(owner):
    study = owner.opened()
    path = f"/api/studies/{study}"
    for change in ({"texts": ["say more"]}, {"plan": {"raters": 3}}, {"question": "naturalness"}):
        owner.refused("PATCH", path, "study_not_draft", 409, json=change)
    assert owner.change(study, title="Better title")["title"] == "Better title"
    owner.refused("POST", f"{path}/render", "study_not_draft", 409)
    owner.refused("PUT", f"{path}/items/0/0", "study_not_draft", 409, json={"verdict": "bad"})
    owner.refused("DELETE", path, "study_open", 409)


def test_a_copy_begins_with_everything_but_takes_and_answers(owner):
    study = owner.opened(use="news", plan={"trials": 3})
    copy = owner.ask("POST", "/api/studies", 201, json={"copy": study})
    old = owner.study(study)
    assert copy["id"] != study
    assert copy["state"] == "draft"
    for name in ("title", "use", "plan", "protocol"):
        assert copy[name] == old[name]
    assert [c["label"] for c in copy["conditions"]] == [c["label"] for c in old["conditions"]]
    assert [t["text"] for t in copy["texts"]] == TEXTS
    assert copy["rendering"]["missing"] == 6


def test_a_deleted_study_is_gone(owner):
    study = owner.draft()
    owner.render(study)
    owner.ask("DELETE", f"/api/studies/{study}", 204)
    owner.refused("GET", f"/api/studies/{study}", "unknown_study", 404)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_study_that_is_not_there_is_said_to_be_unknown(owner, broken):
    for method, rest, body in (
        ("GET", "", None),
        ("PATCH", "", {"title": "x"}),
        ("DELETE", "", None),
        ("POST", "/render", None),
        ("GET", "/rendering", None),
        ("GET", "/estimate", None),
        ("GET", "/progress", None),
        ("GET", "/invites", None),
        ("POST", "/open", None),
        ("POST", "/close", None),
        ("POST", "/planner", {}),
        ("POST", "/decision", {"condition": 0}),
        ("PUT", "/items/0/0", {"verdict": "bad"}),
        ("GET", "/items/0/0/audio", None),
    ):
        answer = owner.client.request(method, f"/api/studies/{broken}{rest}", json=body)
        assert answer.status_code in (404, 405), (method, rest, answer.text)
    owner.refused("POST", "/api/studies", "unknown_study", 404, json={"copy": "a\u0000"})


def test_parts_that_are_not_there_are_said_to_be_unknown(owner):
    study = owner.opened()
    path = f"/api/studies/{study}"
    for broken in ("nothing", UNKNOWN, "%00"):
        for method, rest in (
            ("DELETE", f"/invites/{broken}"),
            ("GET", f"/invites/{broken}/qr.svg"),
            ("GET", f"/references/{broken}/audio"),
        ):
            assert owner.client.request(method, path + rest).status_code == 404
        assert owner.client.delete(f"/api/decisions/{broken}").status_code == 404
    owner.refused("GET", f"{path}/items/7/0/audio", "unknown_study_item", 404)
    owner.refused("POST", f"{path}/decision", "unknown_study_condition", 404, json={"condition": 9})


def test_nobody_sees_what_belongs_to_another_owner(owner, studio):
    study = owner.draft()
    assert [one.id for one in studio.studies.showing.list("local")]
    assert studio.studies.showing.list("somebody") == []
    with pytest.raises(Exception, match="unknown_study"):
        studio.studies.showing.one("somebody", study)
    with pytest.raises(Exception, match="unknown_study"):
        studio.studies.invites.list("somebody", study)
