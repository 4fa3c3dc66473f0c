"""The plan: what each kind of engine honours, approximates, ignores or refuses. Pure, no engine runs."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pydantic import BaseModel, Field, ValidationError

from studio.engines.card import Card, Cloning, Hardware, Instructing, LanguageFault, Licence, Price
from studio.engines.contract import Interpretation, Preset
from studio.locales import Note, note, say
from studio.problems import BadInput, TooLarge
from studio.settings import Settings
from studio.takes.facts import EngineFacts
from studio.takes.order import ComparisonOrder
from studio.takes.plan import plan_take

ANN, BOB = Preset("ann", "Ann", ("en-us", "ja")), Preset("bob", "Bob", ("ko",))
FAULT = note("state.loaded")


class Options(BaseModel):
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    style: str = "plain"


def match(preset, similarity):
    return SimpleNamespace(preset=preset, similarity=similarity)


def voice(seconds=4.0, transcript=""):
    check = SimpleNamespace(speech_seconds=seconds, seconds=seconds + 1)
    return SimpleNamespace(id="v", name="Anna", transcript=transcript, check=check)


def facts(presets=(ANN, BOB), interpret=None, trouble=None, rtf=(), **card):
    card = Card(
        name="e",
        title="E",
        summary=note("state.ready"),
        homepage="",
        hardware=Hardware(runs_on=("cpu",), memory_mb=1),
        **{
            "licence": Licence(code="MIT", weights="MIT", commercial=True, url=""),
            "languages": ("en", "ko"),
            "language_faults": {"ja": LanguageFault(reason=FAULT)},
            **card,
        },
    )
    return EngineFacts(card, Options, presets, interpret or (lambda asked: None), trouble, rtf)


def order(engine=None, **fields):
    engines = [{"engine": "e", **(engine or {})}]
    whole = {"text": "Hello there", "language": "en", "engines": engines, **fields}
    return ComparisonOrder(**whole).cleaned(Settings())


def plan(the_facts=None, the_voice=None, closest=None, engine=None, **fields):
    ordered = order(engine, voice=the_voice.id if the_voice else None, **fields)
    return plan_take(ordered, ordered.engines[0], the_facts or facts(), the_voice, closest)


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
        engine={"options": {"speed": 1.5, "style": "x"}},
    )
    assert made.aspects.instruction.status == "approximated"
    assert made.aspects.instruction.note == note("state.ready")
    assert made.options == {"speed": 0.8, "style": "x"}


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


# who speaks, further


def test_an_engine_whose_card_says_why_it_cannot_clone_refuses_a_clip_with_the_reason():
    the_facts = facts(cloning=Cloning(why_not=FAULT))
    made = plan(the_facts, voice())
    assert made.refusal.code == "error.cannot_take_on_voice"
    assert made.refusal.params == {"engine": "E", "reason": FAULT}
    assert made.insistable
    assert made.by_input
    assert plan(the_facts, voice(), engine={"voice": "ann"}).refusal is None, "a preset was chosen"
    assert plan(the_facts).refusal is None, "no clip was given"


def test_who_insists_on_it_gets_a_preset_and_is_told():
    made = plan(facts(cloning=Cloning(why_not=FAULT)), voice(), engine={"insist": True})
    assert made.refusal is None
    assert (made.speaker, made.preset, made.voice) == ("preset", "ann", None)
    assert made.aspects.reference.status == "ignored"
    assert made.aspects.reference.note.params == {"engine": "E", "reason": FAULT}


class Design(Options):
    voice_description: str = ""


def designer(**card):
    return replace(facts(voice_design=True, **card), options=Design)


def test_a_description_takes_the_place_of_preset_and_clip():
    engine = {"voice": "bob", "options": {"voice_description": " an old sailor "}}
    made = plan(designer(cloning=Cloning(kind="in_context")), voice(), engine=engine)
    assert (made.speaker, made.preset, made.voice) == ("designed", "", None)
    assert made.aspects.reference.status == "ignored"
    assert made.aspects.reference.note.code == "take.reference.designed"
    assert made.aspects.language.status == "honoured", "Bob's language does not matter"
    assert [w.code for w in made.warnings] == ["take.warning.preset_unused"]


def test_an_empty_description_designs_nothing():
    assert plan(designer(), engine={"options": {"voice_description": "  "}}).speaker == "preset"
    other = replace(facts(), options=Design)
    wanted = {"options": {"voice_description": "an old sailor"}}
    assert plan(other, engine=wanted).speaker == "preset", "only where the card says so"


def test_an_engine_without_presets_may_design_a_voice():
    wanted = {"options": {"voice_description": "an old sailor"}}
    assert plan(replace(designer(), presets=()), engine=wanted).refusal is None


def test_a_service_turns_down_a_clip_that_is_too_long_and_a_local_engine_does_not():
    remote = facts(cloning=Cloning(kind="remote", max_seconds=10))
    made = plan(remote, voice(9.5))
    assert made.refusal.code == "error.clip_too_long_for_engine"
    assert made.refusal.params == {"engine": "E", "seconds": 10.5, "maximum": 10}
    assert plan(remote, voice(9.0)).refusal is None
    local = facts(cloning=Cloning(kind="in_context", max_seconds=10))
    assert plan(local, voice(60.0)).refusal is None


# what the engine itself says


def asking(**card):
    """Facts that note what the engine is asked."""
    heard = []

    def listen(answer):
        def ask(asked):
            heard.append(asked)
            return answer

        return ask

    the_facts = facts(sets_serve="each", **card)
    the_facts = replace(
        the_facts, sets=frozenset({"base"}), checkpoints=listen(("base",)), refuse=listen(None)
    )
    return the_facts, heard


def test_an_engine_is_asked_with_everything_that_is_known():
    the_facts, heard = asking(cloning=Cloning(kind="in_context", transcript="optional"))
    plan(the_facts, voice(transcript="hi"), language="ko", engine={"options": {"speed": 2.0}})
    for asked in heard:
        assert (asked.text, asked.language, asked.speaker) == ("Hello there", "ko", "clone")
        assert asked.options == {"speed": 2.0, "style": "plain"}
        assert asked.transcript
        assert asked.sets == {"base"}
    plan(the_facts, voice(), engine={"voice": "bob", "insist": True})
    assert (heard[-1].speaker, heard[-1].preset, heard[-1].transcript) == ("preset", "bob", False)


def test_an_engine_is_asked_with_the_options_that_its_instruction_became():
    the_facts, heard = asking(instruction=Instructing.MAPPED)
    reading = Interpretation({"speed": 0.8}, FAULT)
    plan(replace(the_facts, interpret=lambda asked: reading), instruction="gently")
    assert [asked.options["speed"] for asked in heard] == [0.8, 0.8]


def test_a_weight_set_that_is_missing_is_named_with_the_command_that_gets_it():
    the_facts = replace(asking()[0], checkpoints=lambda asked: ("base", "design"))
    made = plan(the_facts)
    assert made.checkpoints == ("base", "design")
    assert "weights get e --set design" in say("en", made.refusal)
    assert not made.by_input
    assert not made.insistable
    whole = replace(the_facts, sets=frozenset({"base", "design"}))
    assert plan(whole).refusal is None


def test_with_no_weights_at_all_the_set_that_is_needed_is_named():
    trouble = note("state.weights_missing")
    the_facts = replace(asking(presets=(), trouble=trouble)[0], sets=frozenset())
    assert plan(the_facts).refusal == trouble, "libraries, say"
    made = plan(replace(the_facts, lacks_weights=True))
    assert made.refusal.params["set"] == "base"
    assert not made.by_input


def test_an_engines_own_word_on_a_missing_set_goes_before_ours():
    the_facts = replace(asking()[0], sets=frozenset(), refuse=lambda asked: FAULT)
    assert (plan(the_facts).refusal, plan(the_facts).by_input) == (FAULT, False)


def test_sets_that_stand_for_each_other_are_not_asked_for():
    the_facts = replace(facts(), checkpoints=lambda asked: ("design",))
    assert (plan(the_facts).refusal, plan(the_facts).checkpoints) == (None, ())


def test_what_an_engine_cannot_do_at_all_is_refused_even_to_those_who_insist():
    the_facts = replace(facts(), refuse=lambda asked: FAULT)
    made = plan(the_facts, engine={"insist": True})
    assert (made.refusal, made.insistable, made.by_input) == (FAULT, False, True)


@pytest.mark.parametrize("status", ["honoured", "approximated", "ignored"])
@pytest.mark.parametrize("passes", [True, False])
def test_an_engines_own_reading_of_an_instruction_is_told_as_it_says(status, passes):
    reading = Interpretation({}, FAULT, status=status, passes=passes)
    the_facts = facts(instruction=Instructing.EXPERIMENTAL, interpret=lambda asked: reading)
    made = plan(the_facts, instruction="gently")
    assert (made.aspects.instruction.status, made.aspects.instruction.note) == (status, FAULT)
    assert made.instruction == ("gently" if passes else "")


def test_a_licence_that_was_not_accepted_is_refused_whoever_insists():
    made = plan(replace(facts(), accepted=False), engine={"insist": True})
    assert made.refusal.code == "error.licence_not_accepted"
    assert (made.insistable, made.by_input) == (False, False)


# what it costs, whom to credit


def test_a_plan_tells_the_cost_with_the_prices_date_and_source():
    price = Price(per_million_characters=50.0, currency="EUR", as_of="2026-01-31", source="list")
    cost = plan(replace(facts(), price=price)).cost
    assert (cost.characters, cost.amount, cost.currency) == (11, 11 * 50 / 1e6, "EUR")
    assert (cost.as_of, cost.source) == ("2026-01-31", "list")
    assert plan().cost is None


def test_a_plan_tells_whom_to_credit():
    licence = Licence(code="MIT", weights="CC-BY-4.0", commercial=True, url="", attribution="By E")
    assert plan(facts(licence=licence)).attribution == "By E"
    assert plan().attribution == ""


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
        ({"engines": [{"engine": "e"}] * 13}, "too_many_engines"),
        ({"engines": [{"engine": "e", "options": {"x": [float("nan")]}}]}, "option_not_finite"),
        ({"engines": [{"engine": "e", "options": {"x": float("inf")}}]}, "option_not_finite"),
    ],
)
def test_a_bad_order_is_refused_with_a_code(fields, code):
    with pytest.raises(BadInput) as refusal:
        order(**fields)
    assert refusal.value.code == code


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
