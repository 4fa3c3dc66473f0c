"""Invitations, progress, the planner and decisions, over HTTP."""

import xml.etree.ElementTree as ET

import pytest

from studio.studies.owner.links import hint, link
from tests.studies.made import make
from tests.studies.owner_bench import *  # noqa: F403 (fixtures)
from tests.studies.owner_bench import ANN, BOB, CAT

# invitations


def test_an_invitation_is_a_link_a_picture_and_can_be_taken_back(owner):
    study = owner.opened()
    path = f"/api/studies/{study}/invites"
    assert owner.ask("GET", path) == {"invites": [], "base": "http://studio.test", "hint": None}
    (invite,) = owner.ask("POST", path, 201, json={"kind": "open"})["invites"]
    assert invite["url"].startswith("http://studio.test/r/")
    token = invite["url"].rpartition("/")[2]
    assert len(token) == 43
    picture = owner.client.get(invite["qr"])
    assert picture.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(picture.content).tag.endswith("svg")
    assert token not in picture.text
    revoked = owner.ask("DELETE", f"{path}/{invite['id']}")["invites"][0]
    assert revoked["revoked_at"]
    owner.refused("GET", invite["qr"], "study_invite_revoked", 409)


def test_the_picture_is_a_qr_code_of_the_link(owner):
    import segno

    from studio.studies.owner.links import qr_svg

    address = "https://studio.example/r/" + "A" * 43
    other = qr_svg(address[:-1] + "B")
    code = segno.make(address, error="m", micro=False)
    dark = sum(map(sum, code.matrix))
    picture = qr_svg(address)
    assert picture != other
    width = ET.fromstring(picture).get("width")
    assert int(width) == 8 * (len(code.matrix) + 8)
    assert dark > 0
    assert code.error == "M"


def test_several_personal_invitations_are_made_at_once(owner):
    study = owner.opened()
    path = f"/api/studies/{study}/invites"
    made = owner.ask("POST", path, 201, json={"kind": "personal", "names": ["Min-ji", "Tom\n"]})
    assert {one["name"] for one in made["invites"]} == {"Min-ji", "Tom"}
    assert len({one["url"] for one in made["invites"]}) == 2
    more = owner.ask("POST", path, 201, json={"kind": "personal", "count": 3})
    assert len(more["invites"]) == 5
    for body, code in (
        ({"kind": "personal"}, "invites_names_or_count"),
        ({"kind": "personal", "count": 1, "names": ["x"]}, "invites_names_or_count"),
        ({"kind": "personal", "count": 0}, "invites_none"),
        ({"kind": "personal", "count": 201}, "invites_too_many_at_once"),
        ({"kind": "personal", "names": ["x" * 121]}, "study_words_too_long"),
    ):
        status = 413 if "too" in code else 422
        owner.refused("POST", path, code, status, json=body)


def test_only_an_open_study_invites(owner):
    draft = owner.draft()
    body = {"kind": "open"}
    owner.refused("POST", f"/api/studies/{draft}/invites", "study_not_running", 409, json=body)
    closed = owner.opened()
    owner.ask("POST", f"/api/studies/{closed}/close")
    owner.refused("POST", f"/api/studies/{closed}/invites", "study_not_running", 409, json=body)
    owner.refused("POST", f"/api/studies/{closed}/close", "study_not_running", 409)


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("http://127.0.0.1:7860", True),
        ("http://localhost:7860", True),
        ("http://[::1]:7860", True),
        ("http://studio.localhost", True),
        ("http://0.0.0.0:7860", True),
        ("http://192.168.0.7:7860", False),
        ("https://studio.example/sub", False),
        ("http://localhost.example", False),
    ],
)
def test_a_loopback_address_is_told_for_phones_cannot_follow_it(base, told):
    assert (hint(base) is not None) == told


def test_links_begin_with_the_public_address_where_one_is_set(owner, studio):
    assert link("https://studio.example/sub/", "T") == "https://studio.example/sub/r/T"
    study = owner.opened()
    before = studio.settings.public_url
    studio.settings.public_url = "https://studio.example/"
    try:
        made = owner.ask("POST", f"/api/studies/{study}/invites", 201, json={"kind": "open"})
    finally:
        studio.settings.public_url = before
    assert made["base"] == "https://studio.example"
    assert made["invites"][0]["url"].startswith("https://studio.example/r/")


# progress


def words(value):
    """Every key and every text in a JSON value."""
    if isinstance(value, dict):
        return set(value) | set().union(*(words(one) for one in value.values()), set())
    if isinstance(value, list):
        return set().union(*(words(one) for one in value), set())
    return {value} if isinstance(value, str) else set()


def test_progress_counts_and_says_nothing_of_what_was_answered(owner, studio):
    study = make(studio.database, protocol="ab", raters=6, state="open")
    found = owner.ask("GET", f"/api/studies/{study}/progress")
    assert found["state"] == "open"
    assert found["answers"] > 0
    assert found["raters"]["started"] >= 6
    assert 0 < found["share"] <= 1
    assert sum(day["answers"] for day in found["by_day"]) == found["answers"]
    assert sum(found["headphones"].values()) == found["raters"]["started"]
    assert found["opens"]["message"]
    said = words(found)
    assert not said & {"condition", "conditions", "choice", "score", "wins", "text"}
    labels = {c["label"] for c in owner.study(study)["conditions"]}
    assert not any(label in text for label in labels for text in said)


def test_two_studies_with_opposite_answers_have_the_same_progress(owner, studio):
    from sqlalchemy import select

    from studio.store.study_tables import StudyAnswer

    study = make(studio.database, protocol="ab", raters=4, state="open", seed=11)
    path = f"/api/studies/{study}"
    before = owner.ask("GET", f"{path}/progress"), owner.ask("GET", path)

    def turn(session):
        for row in session.scalars(select(StudyAnswer).where(StudyAnswer.study_id == study)):
            other = {"a": "b", "b": "a", "tie": "tie"}[row.answer["choice"]]
            row.answer = {**row.answer, "choice": other}

    studio.database.write(turn)
    assert (owner.ask("GET", f"{path}/progress"), owner.ask("GET", path)) == before


def test_a_drafts_progress_is_nothing_yet(owner):
    found = owner.ask("GET", f"/api/studies/{owner.draft()}/progress")
    assert (found["answers"], found["share"], found["last_answer_at"]) == (0, 0.0, None)
    assert found["target_answers"] == 40


# the planner


def plan(owner, study, **body):
    return owner.ask("POST", f"/api/studies/{study}/planner", json=body)


def test_the_planner_says_what_a_plan_can_detect_and_what_more_would(owner):
    study = owner.draft(texts=[f"say text number {n}" for n in range(10)])
    small = plan(owner, study, raters=5, trials=10)
    large = plan(owner, study, raters=200, trials=10)
    assert small["detectable"] > large["detectable"] > 0
    assert small["power"] < large["power"]
    assert not small["enough"]
    assert large["enough"]
    assert small["needed"]["raters"] > 5
    assert small["answers"] == 50
    assert str(small["needed"]["raters"]) in small["sentence"]["message"]
    assert "60 %" in large["sentence"]["message"]
    raters = [point["raters"] for point in small["curve"]]
    assert raters == sorted(raters)
    assert owner.study(study)["plan"]["raters"] == 20, "nothing is kept"


@pytest.mark.parametrize(
    ("protocol", "unit"),
    [
        ("ab", "share"),
        ("axy", "share"),
        ("abx", "share"),
        ("acr", "mean"),
        ("smos", "mean"),
        ("ccr", "mean"),
        ("mushra", "points"),
    ],
)
@pytest.mark.parametrize("tongue", ["en", "ko"])
def test_the_planner_speaks_of_every_protocol_in_its_own_unit(owner, protocol, unit, tongue):
    study = owner.draft(conditions=[ANN, BOB, CAT], protocol=protocol)
    answer = owner.client.post(f"/api/studies/{study}/planner?lang={tongue}", json={"texts": 12})
    found = answer.json()
    assert found["unit"] == unit
    assert found["pairs"] == 3
    assert found["minutes_per_rater"] > 0
    assert found["assumptions"]
    for sentence in (found["sentence"], *found["assumptions"]):
        assert "{" not in sentence["message"]
    # A screen comes once: with 12 texts a rater has 12 of MUSHRA's at most.
    assert found["trials"] <= 36


def test_the_planner_reckons_without_ties_where_there_are_none(owner):
    study = owner.draft()
    with_ties = plan(owner, study, texts=50, plan={"trials": 20})
    without = plan(owner, study, texts=50, plan={"trials": 20, "ties": False})
    assert with_ties["power"] > without["power"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"raters": 0}, "study_plan_at_least"),
        ({"conditions": 1}, "study_plan_at_least"),
        ({"texts": 0}, "study_plan_at_least"),
        ({"texts": 10**9}, "study_plan_at_most"),
        ({"plan": {"difference": 0.5}}, "study_plan_below"),
        ({"plan": {"colour": 1}}, "study_plan_field"),
        ({"speed": 1}, "field_unknown"),
    ],
)
def test_the_planner_refuses_what_makes_no_plan(owner, body, code):
    study = owner.draft()
    owner.refused("POST", f"/api/studies/{study}/planner", code, 422, json=body)


# decisions


def test_a_decision_rests_on_its_evidence_and_can_be_withdrawn(owner, studio):
    study = make(studio.database, protocol="ab", raters=12, state="closed", seed=12)
    path = f"/api/studies/{study}/decision"
    made = owner.ask("POST", path, 201, json={"condition": 0, "use": " Shorts "})
    assert made["use"] == "shorts"
    assert made["current"]
    assert made["wanted"]["engine"]
    evidence = made["evidence"]
    assert evidence["votes"] > 0
    assert evidence["raters"] > 0
    assert evidence["sentence"]["message"]
    assert evidence["low"] <= evidence["value"] <= evidence["high"]
    assert len(evidence["answers_sha256"]) == 64
    assert owner.study(study)["decision"]["id"] == made["id"]
    second = owner.ask("POST", path, 201, json={"condition": 1, "use": "shorts"})
    held = owner.ask("GET", "/api/decisions?use=shorts")["decisions"]
    assert [(one["id"], one["current"]) for one in held] == [
        (second["id"], True),
        (made["id"], False),
    ]
    owner.refused("DELETE", f"/api/studies/{study}?answers=true", "study_decided", 409)
    owner.ask("DELETE", f"/api/decisions/{second['id']}", 204)
    again = owner.ask("GET", "/api/decisions?use=shorts")["decisions"]
    assert [(one["id"], one["current"]) for one in again] == [(made["id"], True)]
    owner.refused("DELETE", f"/api/decisions/{second['id']}", "unknown_decision", 404)
    owner.ask("DELETE", f"/api/decisions/{made['id']}", 204)
    refusal = owner.refused("DELETE", f"/api/studies/{study}", "study_has_answers", 409)
    assert refusal.count > 0
    owner.ask("DELETE", f"/api/studies/{study}?answers=true", 204)
    assert owner.ask("GET", "/api/decisions?use=shorts")["decisions"] == []


def test_nothing_is_decided_before_the_result_may_be_seen(owner, studio):
    body = {"condition": 0}
    draft = owner.draft()
    owner.refused("POST", f"/api/studies/{draft}/decision", "study_not_opened", 409, json=body)
    running = make(
        studio.database,
        protocol="ab",
        raters=3,
        state="open",
        plan={"stopping": {"rule": "owner"}},
        seed=13,
    )
    owner.refused("POST", f"/api/studies/{running}/decision", "result_shut", 409, json=body)
