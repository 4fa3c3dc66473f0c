"""The plan, further: designed voices, what an engine itself says, weight sets, licence and price."""

from dataclasses import replace

import pytest

from studio.engines.card import Cloning, Instructing, Licence, Price
from studio.engines.contract import Interpretation
from studio.locales import note, say
from tests.takes.planning import FAULT, Options, facts, plan, voice

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
    assert plan(remote, voice(60.0, reference_seconds=9.5)).refusal is None, "it gets a part"
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
