"""What a study showed: simulated raters with known preferences come out, and what is wrong is told."""

import json

import pytest

from studio.locales import say
from studio.settings import Settings
from studio.store.database import Database
from studio.studies.dataset import read
from studio.studies.results.result import result, shut
from studio.studies.results.wording import worded
from tests.studies.made import make

DRAWS = 100
EVERY = ("ab", "axy", "abx", "acr", "smos", "ccr", "mushra")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database(Settings(data_dir=tmp_path_factory.mktemp("studies")))
    database.start()
    yield database
    database.close()


def data_of(database, **recipe):
    study = make(database, **recipe)
    with database.read() as session:
        return read(session, study)


def found(database, **recipe):
    data = data_of(database, **recipe)
    assert shut(data) is None
    return result(data, DRAWS)


def order(result_, which="kept"):
    rows = result_["board"][which]
    return [row["position"] for row in rows if row["role"] == "condition"]


def codes(result_):
    return {one.code.rpartition(".")[2] for one in result_["headline"]["notes"]}


@pytest.mark.parametrize("protocol", ["ab", "axy", "acr", "smos", "ccr", "mushra"])
def test_known_preferences_come_out_in_order(database, protocol):
    question = "likeness" if protocol in ("axy", "smos") else "naturalness"
    quality = (-0.9, 1.1, 0.1)
    seen = found(
        database, protocol=protocol, question=question, quality=quality, trials=40, title="order"
    )
    assert order(seen) == [1, 2, 0]
    assert seen["headline"]["sure"]
    assert seen["headline"]["first"] == 1
    assert seen["headline"]["second"] == 2
    assert seen["headline"]["low"] < seen["headline"]["value"] < seen["headline"]["high"]


def test_abx_says_whether_a_difference_is_heard(database):
    heard = found(database, protocol="abx", quality=(0.2, 0.0), hears=0.8, title="heard")
    deaf = found(database, protocol="abx", quality=(0.2, 0.0), hears=0.0, raters=40, title="deaf")
    assert heard["headline"]["sure"]
    assert heard["abx"][0]["correct"] == round(heard["abx"][0]["share"] * heard["abx"][0]["trials"])
    assert not deaf["headline"]["sure"]
    assert deaf["abx"][0]["low"] < 0.5


def test_the_headline_is_the_sentence_of_the_plan_in_both_languages(database):
    seen = found(database, quality=(1.0, 0.0), title="sentence", raters=23)
    head = seen["headline"]
    share, low, high = (round(100 * head[name]) for name in ("value", "low", "high"))
    assert say("en", head["message"]) == (
        f"Qwen3 1.7B is preferred over Kokoro for Korean news: {share} % [{low}, {high}], "
        f"{head['votes']} votes by {head['raters']} listeners."
    )
    assert say("ko", head["message"]) == (
        f"한국어 뉴스에서는 Qwen3 1.7B가 Kokoro보다 선호도가 더 높습니다: {share}% [{low}, {high}], "
        f"평가자 {head['raters']}명의 {head['votes']}표."
    )


def test_too_few_votes_claim_nothing_and_say_how_many_are_missing(database):
    seen = found(database, quality=(0.3, 0.0), raters=6, trials=6, title="few")
    head = seen["headline"]
    assert not head["sure"]
    assert head["missing"] > 0
    assert f"{head['missing']:,}" in say("en", head["message"])
    assert f"{head['missing']:,}" in say("ko", head["message"])


def test_three_raters_never_speak_for_others_however_clear_they_are(database):
    seen = found(database, quality=(4.0, -4.0), raters=3, trials=30, title="three")
    assert not seen["headline"]["sure"]
    assert "few_raters" in codes(seen)


def test_no_difference_that_matters_is_said_to_be_none(database):
    seen = found(
        database, quality=(0.0, 0.0), raters=60, trials=60, rater_sd=0.0, text_sd=0.0, title="alike"
    )
    assert seen["headline"]["code"] == "equal"
    assert not seen["headline"]["sure"]


def test_honest_equals_are_hardly_ever_called_different(database):
    claims = [
        found(
            database, quality=(0.0, 0.0, 0.0), raters=12, trials=12, seed=seed, title=f"null {seed}"
        )["headline"]["sure"]
        for seed in range(20)
    ]
    assert sum(claims) <= 3  # 5 % of 20 is 1; more than 3 has a chance below 2 %


def test_bots_and_one_sided_and_careless_raters_are_left_out_and_counted(database):
    seen = found(
        database,
        quality=(0.8, 0.0, -0.8),
        raters=20,
        trials=40,
        bots=3,
        favourite=2,
        one_sided=1,
        careless=2,
        plan={"attention": 0.2},
        title="bots",
    )
    rules = {rule["rule"]: rule for rule in seen["exclusions"]["rules"]}
    assert rules["favouring_p"]["raters"] == 3
    assert rules["one_sided"]["raters"] == 1
    assert rules["attention_failed"]["raters"] >= 1
    out = seen["exclusions"]
    assert out["raters_removed"] == len({who for rule in rules.values() for who in rule["ids"]})
    assert out["answers_removed"] == 40 * out["raters_removed"]
    assert seen["basis"]["counted"] == out["answers"] - out["answers_removed"]
    gap = {which: seen["board"][which] for which in ("kept", "everyone")}
    stuffed = {w: next(r["value"] for r in rows if r["position"] == 2) for w, rows in gap.items()}
    assert stuffed["kept"] < stuffed["everyone"] - 20


def test_rules_that_are_switched_off_remove_nobody(database):
    off = dict.fromkeys(("attention_failed", "consistency_below", "favouring_p", "one_sided"))
    seen = found(database, bots=3, one_sided=2, plan={"exclusions": off}, title="off")
    assert seen["exclusions"]["rules"] == []
    assert seen["board"]["kept"] == seen["board"]["everyone"]


def test_a_failed_headphone_check_counts_where_the_plan_says_so(database):
    plan = {"exclusions": {"headphones_failed": True}}
    seen = found(database, failed_headphones=3, plan=plan, title="headphones")
    rule = next(r for r in seen["exclusions"]["rules"] if r["rule"] == "headphones_failed")
    assert rule["raters"] == 3
    assert seen["basis"]["headphones"]["failed"] == 3


def test_mushra_leaves_out_who_misses_the_hidden_reference(database):
    seen = found(database, protocol="mushra", careless=2, raters=10, trials=10, title="reference")
    rule = next(r for r in seen["exclusions"]["rules"] if r["rule"] == "mushra_reference")
    assert rule["raters"] == 2
    roles = {row["role"]: row for row in seen["board"]["kept"]}
    assert roles["reference"]["value"] > 90 > roles["anchor"]["value"]
    assert roles["reference"]["rank"] is None


def test_exclusions_that_change_the_first_place_are_told(database):
    seen = found(
        database, quality=(0.25, 0.0), raters=16, trials=30, bots=6, favourite=1, title="turned"
    )
    assert seen["exclusions"]["changes_first"]
    assert "without_exclusions" in codes(seen)


def test_an_advantage_of_the_first_position_is_measured_and_adjusted_for(database):
    seen = found(database, first_advantage=0.8, raters=20, trials=40, title="first")
    assert seen["first_position"]["low"] > 0.5
    position = next(one for one in seen["board"]["covariates"] if one["name"] == "position")
    assert position["low"] < 0.8 < position["high"]
    assert position["low"] > 0


@pytest.mark.parametrize("protocol", EVERY)
def test_the_same_answers_give_the_same_result_to_the_last_bit(database, protocol):
    data = data_of(database, protocol=protocol, raters=8, trials=8, title="twice")
    one, two = (json.dumps(worded(result(data, DRAWS), "en")) for _ in range(2))
    assert one == two


def test_one_answer_more_gives_another_hash(database):
    from dataclasses import replace

    data = data_of(database, raters=4, trials=4, title="hash")
    fewer = replace(data, answers=data.answers[:-1])
    assert result(data, DRAWS)["answers_sha256"] != result(fewer, DRAWS)["answers_sha256"]


@pytest.mark.parametrize("protocol", EVERY)
def test_a_study_without_an_answer_has_a_result_without_numbers(database, protocol):
    from dataclasses import replace

    data = replace(
        data_of(database, protocol=protocol, raters=2, trials=2, title="empty"), answers=()
    )
    seen = result(data, DRAWS)
    assert seen["headline"]["code"] == "nothing"
    assert seen["board"] is None
    assert "board" in seen["reasons"]


@pytest.mark.parametrize("protocol", EVERY)
def test_every_part_is_there_or_says_why_not(database, protocol):
    seen = found(database, protocol=protocol, raters=8, trials=8, title="parts")
    for part in ("board", "matrix", "ties", "agreement", "first_position", "abx", "tests"):
        assert (seen[part] is None) == (part in seen["reasons"])
        if seen[part] is None:
            assert say("ko", seen["reasons"][part])


@pytest.mark.parametrize("protocol", EVERY)
def test_a_result_is_plain_json_with_sentences(database, protocol):
    seen = worded(found(database, protocol=protocol, raters=6, trials=6, title="json"), "ko")
    again = json.loads(json.dumps(seen, allow_nan=False))
    assert again == seen
    assert "{" not in seen["headline"]["message"]


def test_repeats_identical_pairs_and_checks_are_no_votes(database):
    plan = {"repeats": 0.5, "identical": 0.3, "attention": 0.3}
    seen = found(database, raters=10, trials=10, plan=plan, title="checks")
    assert seen["basis"]["counted"] + seen["exclusions"]["answers_removed"] == 100
    assert seen["basis"]["by_kind"] == {"main": 100, "repeat": 50, "identical": 30, "attention": 30}
    assert seen["consistency"]["repeats"] <= 50
    assert seen["identical"]["pairs"] <= 30
    assert sum(row["votes"] for row in seen["matrix"]) == seen["basis"]["counted"]


def test_a_tie_beside_a_choice_is_no_contradiction(database):
    seen = found(database, quality=(0.1, 0.0), ties=0.6, raters=20, trials=40, title="wavering")
    rule = next(r for r in seen["exclusions"]["rules"] if r["rule"] == "consistency_below")
    assert rule["raters"] <= 1
    assert seen["consistency"]["share"] < 0.75


def test_an_abx_or_mushra_screen_counts_once_by_rater_and_by_text(database):
    for protocol in ("abx", "mushra"):
        seen = found(database, protocol=protocol, raters=5, trials=6, title="once")
        assert {one["votes"] for one in seen["by_rater"]} == {6}
        assert sum(one["votes"] for one in seen["by_text"]) == seen["basis"]["counted"]


def test_views_by_text_and_by_rater_add_up(database):
    seen = found(database, raters=9, trials=12, title="views")
    assert sum(one["votes"] for one in seen["by_text"]) == seen["basis"]["counted"]
    everyone = seen["exclusions"]["answers"]
    assert sum(one["votes"] for one in seen["by_rater"]) == everyone
    for row in seen["by_text"]:
        shares = sum(one["value"] * one["votes"] for one in row["values"])
        assert shares == pytest.approx(row["votes"], abs=1e-3)
