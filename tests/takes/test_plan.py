"""The plan: what each kind of engine honours, approximates, ignores or refuses. Pure, no engine runs."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from studio.engines.card import Cloning, Instructing
from studio.engines.contract import Interpretation
from studio.locales import Note, note, say
from studio.problems import BadInput, TooLarge
from tests.takes.planning import BOB, facts, match, order, plan, voice

# reference


def test_without_a_reference_clip_nothing_is_claimed_about_it():
    made = plan()
    assert made.aspects.reference.status == "not_asked"
    assert (made.preset, made.speaker, made.voice) == ("ann", "preset", None)


def test_an_engine_that_cannot_clone_ignores_the_clip_and_says_so():
    made = plan(the_voice=voice())
    assert made.aspects.reference.status == "ignored"
    assert made.aspects.reference.note.code == "take.reference.cannot_clone"
    assert made.refusal is None


def test_the_closest_preset_that_speaks_the_language_stands_in():
    cloning = Cloning(closest_preset=True)
    matches = [match("ann", 0.9), match("bob", 0.4), match("gone", 0.99)]
    made = plan(facts(cloning=cloning), voice(), matches, language="ko")
    assert (made.preset, made.speaker) == ("bob", "closest")
    reference = made.aspects.reference
    assert reference.status == "approximated"
    assert reference.note.params == {"preset": "Bob", "similarity": 0.4}


def test_a_ranking_that_is_not_there_yet_leaves_the_preset_open():
    made = plan(facts(cloning=Cloning(closest_preset=True)), voice())
    assert (made.preset, made.speaker, made.voice) == ("", "closest", "v")
    assert made.aspects.reference.status == "approximated"
    assert made.aspects.reference.note.code == "take.reference.closest_later"


def test_a_preset_chosen_by_hand_goes_before_the_clip():
    made = plan(
        facts(cloning=Cloning(closest_preset=True)),
        voice(),
        [match("bob", 0.9)],
        engine={"voice": "ann"},
    )
    assert (made.preset, made.speaker) == ("ann", "preset")
    assert made.aspects.reference.status == "ignored"


@pytest.mark.parametrize("kind", ["speaker_embedding", "in_context", "remote"])
def test_an_engine_that_clones_honours_the_clip(kind):
    made = plan(facts(cloning=Cloning(kind=kind, min_seconds=3), presets=()), voice(3.0))
    assert (made.speaker, made.preset, made.voice) == ("clone", "", "v")
    assert made.aspects.reference.status == "honoured"
    assert made.refusal is None


def test_a_clip_shorter_than_the_engine_needs_is_refused():
    made = plan(facts(cloning=Cloning(kind="remote", min_seconds=10)), voice(9.9))
    assert made.refusal.code == "error.clip_too_short_for_engine"
    assert made.refusal.params == {"engine": "E", "seconds": 9.9, "minimum": 10}
    assert not made.insistable


def test_an_engine_that_needs_the_transcript_says_so():
    cloning = Cloning(kind="in_context", transcript="required")
    assert plan(facts(cloning=cloning), voice()).refusal.code == "error.transcript_required"
    assert plan(facts(cloning=cloning), voice(transcript="hello")).refusal is None


def test_an_engine_without_presets_needs_a_clip():
    made = plan(facts(presets=(), cloning=Cloning(kind="in_context")))
    assert made.refusal.code == "error.engine_needs_reference"


# instruction


@pytest.mark.parametrize("instructing", list(Instructing))
def test_without_an_instruction_nothing_is_claimed_about_it(instructing):
    made = plan(facts(instruction=instructing))
    assert made.aspects.instruction.status == "not_asked"
    assert made.instruction == ""


@pytest.mark.parametrize(
    ("instructing", "status", "given"),
    [
        (Instructing.NATIVE, "honoured", "gently"),
        (Instructing.EXPERIMENTAL, "approximated", "gently"),
        (Instructing.MAPPED, "ignored", ""),
        (Instructing.NONE, "ignored", ""),
    ],
)
def test_an_instruction_is_followed_as_the_card_says(instructing, status, given):
    made = plan(facts(instruction=instructing), instruction=" gently ")
    assert made.aspects.instruction.status == status
    assert made.instruction == given


def test_a_mapped_instruction_is_laid_over_the_options():
    def interpret(asked):
        assert (asked.instruction, asked.language) == ("gently", "ko")
        return Interpretation({"speed": 0.8}, note("state.ready"))

    made = plan(
        facts(instruction=Instructing.MAPPED, interpret=interpret),
        instruction="gently",
        language="ko",
        engine={"options": {"style": "x"}},
    )
    assert made.aspects.instruction.status == "approximated"
    assert made.aspects.instruction.note == note("state.ready")
    assert made.options == {"speed": 0.8, "style": "x"}


@pytest.mark.parametrize(
    ("turned", "status", "options"),
    [
        ({"speed": 0.8}, "ignored", {"speed": 1.5, "style": "plain"}),
        ({"speed": 0.8, "style": "x"}, "approximated", {"speed": 1.5, "style": "x"}),
    ],
)
def test_a_setting_of_the_persons_own_stands_against_the_instruction(turned, status, options):
    made = plan(
        facts(
            instruction=Instructing.MAPPED,
            interpret=lambda asked: Interpretation(turned, note("state.ready")),
        ),
        instruction="gently",
        engine={"options": {"speed": 1.5}},
    )
    assert made.options == options
    assert made.aspects.instruction.status == status
    assert "speed" in say("en", made.aspects.instruction.note).lower()


# language


def test_a_language_of_the_card_with_a_voice_for_it_is_honoured():
    made = plan(language="KO-kr")
    assert (made.language, made.preset) == ("ko", "bob")
    assert made.aspects.language.status == "honoured"
    assert not made.warnings


@pytest.mark.parametrize(
    ("language", "code"), [("ja", "state.loaded"), ("fi", "take.language.not_spoken")]
)
def test_a_language_spoken_wrongly_is_refused_with_the_reason(language, code):
    made = plan(language=language)
    assert made.refusal.code == "error.language_unsupported"
    assert made.refusal.params["reason"].code == code
    assert made.insistable
    assert made.by_input


@pytest.mark.parametrize("language", ["ja", "fi"])
def test_who_insists_is_warned(language):
    made = plan(language=language, engine={"insist": True})
    assert made.refusal is None
    assert made.aspects.language.status == "ignored"
    assert [w.code for w in made.warnings] == ["take.warning.unsupported_language"]


def test_insisting_on_a_good_language_changes_nothing():
    made = plan(engine={"insist": True})
    assert made.aspects.language.status == "honoured"
    assert made.warnings == ()


def test_a_language_without_an_installed_voice_is_refused():
    made = plan(facts(presets=(BOB,)))
    assert made.refusal.params["reason"].code == "take.language.no_preset"
    assert made.insistable


def test_a_chosen_preset_of_another_language_is_refused():
    made = plan(engine={"voice": "bob"})
    assert made.refusal.params["reason"].code == "take.language.preset_other"
    assert plan(engine={"voice": "bob", "insist": True}).preset == "bob"


def test_an_engine_without_any_voice_cannot_be_insisted_on():
    made = plan(facts(presets=()), language="fi", engine={"insist": True})
    assert made.refusal.code == "error.engine_without_presets"
    assert not made.insistable


# limits, options, state


def test_a_text_over_the_engines_limit_is_refused():
    assert plan(facts(max_characters=5)).refusal.code == "error.text_too_long_for_engine"
    assert plan(facts(max_characters=11)).refusal is None
    tight = facts(max_characters=100, max_characters_by_language={"en": 5})
    assert plan(tight).refusal.params["limit"] == 5
    assert not plan(tight, engine={"insist": True}).insistable


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"speed": 9}, "bad_option"),
        ({"speed": "fast"}, "bad_option"),
        ({"speed": None}, "bad_option"),
        ({"style": 3}, "bad_option"),
        ({"pitch": 1}, "unknown_option"),
    ],
)
def test_options_are_the_engines_own(options, code):
    with pytest.raises(BadInput) as refusal:
        plan(engine={"options": options})
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("options", "english", "korean"),
    [
        ({"speed": 9}, "at most 2", "2 이하"),
        ({"speed": -1}, "at least 0.5", "0.5 이상"),
        ({"speed": "fast"}, "must be a number", "숫자"),
        ({"speed": []}, "must be a number", "숫자"),
        ({"style": 3}, "must be", "합니다"),
        ({"style": "x" * 10_000}, "at most 20 characters", "20자 이하"),
        ({"style": "<b>"}, "may not hold", "쓸 수 없는"),
    ],
)
def test_a_bad_option_is_said_in_the_readers_language(options, english, korean):
    with pytest.raises(BadInput) as refusal:
        plan(engine={"options": options})
    problem = Note(f"error.{refusal.value.code}", refusal.value.params)
    assert english in say("en", problem)
    said = say("ko", problem)
    assert korean in said
    assert not re.search("[Ii]nput|should|valid", said)


def test_defaults_are_part_of_the_plan():
    assert plan().options == {"speed": 1.0, "style": "plain"}


def test_a_preset_the_engine_does_not_have_is_refused():
    with pytest.raises(BadInput, match="unknown_preset"):
        plan(engine={"voice": "zoe"})


def test_an_engine_that_cannot_serve_now_is_no_fault_of_the_order():
    made = plan(facts(trouble=note("state.failed", reason="x"), presets=()))
    assert made.refusal.code == "state.failed"
    assert not made.by_input
    assert not made.insistable


def test_an_estimate_follows_the_text_and_the_engines_speed():
    assert plan().estimate_seconds is None
    slow, fast = plan(facts(rtf=[2.0, 2.0, 9.0])), plan(facts(rtf=[0.1]))
    assert slow.estimate_seconds == pytest.approx(20 * fast.estimate_seconds, rel=0.15)
    korean = plan(facts(rtf=[1.0]), text="안녕하세요 반갑습니다", language="ko")
    assert 1.0 < korean.estimate_seconds < 3.0


# the order itself


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "text_empty"),
        ({"text": " \n\t "}, "text_empty"),
        ({"text": "?! … 🙂"}, "text_empty"),
        ({"text": "a\0b"}, "character_unspeakable"),
        ({"text": "a\x1b[31m"}, "character_unspeakable"),
        ({"text": "a\ue000"}, "character_unspeakable"),
        ({"text": "a\ud800"}, "character_unspeakable"),
        ({"instruction": "a\x07"}, "character_unspeakable"),
        ({"engines": [{"engine": "e", "options": {"x": ["\ud800"]}}]}, "character_unspeakable"),
        ({"engines": [{"engine": "e", "options": {"\ud800": 1}}]}, "character_unspeakable"),
        ({"language": ""}, "language_not_a_code"),
        ({"language": "english"}, "language_not_a_code"),
        ({"language": "e"}, "language_not_a_code"),
        ({"language": "en\n"}, "language_not_a_code"),
        ({"engines": []}, "no_engines"),
        ({"engines": [{"engine": "e"}] * 17}, "too_many_engines"),
        ({"engines": [{"engine": "e", "options": {"x": [float("nan")]}}]}, "option_not_finite"),
        ({"engines": [{"engine": "e", "options": {"x": float("inf")}}]}, "option_not_finite"),
    ],
)
def test_a_bad_order_is_refused_with_a_code(fields, code):
    with pytest.raises(BadInput) as refusal:
        order(**fields)
    assert refusal.value.code == code


def test_all_engines_of_the_studio_fit_into_one_comparison():
    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    names = pyproject["project"]["entry-points"]["voice_studio.engines"]
    assert len(order(engines=[{"engine": name} for name in names]).engines) == len(names) >= 13


@pytest.mark.parametrize("field", ["text", "instruction"])
def test_too_long_is_refused(field):
    with pytest.raises(TooLarge) as refusal:
        order(**{field: "a" * 100_000})
    assert refusal.value.code == f"{field}_too_long"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": 3},
        {"text": None},
        {"extra": 1},
        {"engines": "e"},
        {"engines": [{"engine": "e", "insist": "yes"}]},
        {"engines": [{"engine": "e", "seed": -1}]},
        {"engines": [{"engine": "e", "seed": 1.5}]},
        {"engines": [{"engine": "e", "speed": 2}]},
        {"engines": [{}]},
    ],
)
def test_wrong_types_and_unknown_fields_are_refused(fields):
    with pytest.raises(ValidationError):
        order(**fields)


def test_texts_are_kept_composed_with_one_kind_of_line_break():
    cleaned = order(text=" 가나\r\n다\r라 ", instruction="\tkind ")
    assert cleaned.text == "가나\n다\n라"
    assert cleaned.instruction == "kind"


def test_letters_of_rare_scripts_and_family_emoji_pass():
    text = "𐐷 می‌خواهم 👨‍👩‍👧 🫠"
    assert order(text=text).text == text
