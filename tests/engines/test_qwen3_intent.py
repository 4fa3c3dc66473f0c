"""What a plan learns of Qwen3-TTS before anything is loaded."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from studio import locales
from studio.engines.contract import Asked
from studio.engines.qwen3.engine import Qwen3
from studio.takes.casting import cast
from studio.takes.facts import EngineFacts
from tests.engines.qwen3_tiny import folders

ALL = frozenset(weights.name for weights in Qwen3.card.weights)


def asked(speaker="preset", *, sets=ALL, instruction="", transcript=True, **options) -> Asked:
    return Asked(
        "안녕하세요.",
        "ko",
        speaker=speaker,
        instruction=instruction,
        transcript=transcript,
        sets=sets,
        options=Qwen3.Options(**options).model_dump(mode="json"),
    )


def test_presets_of_the_large_model_and_designed_voices_honour_an_instruction():
    for question in (
        asked(instruction="sad"),
        asked("designed", instruction="sad", voice_description="an old man"),
    ):
        reading = Qwen3.interpret(question)
        assert (reading.status, reading.passes) == ("honoured", True)


@pytest.mark.parametrize(
    "question",
    [
        asked(instruction="sad", size="0.6b"),
        asked(instruction="sad", sets=frozenset({"0.6b-custom", "1.7b-base"})),
    ],
)
def test_presets_of_the_small_model_ignore_it_and_say_why(question):
    reading = Qwen3.interpret(question)
    assert (reading.status, reading.passes) == ("ignored", False)
    assert "0.6B" in locales.say("en", reading.note)


@pytest.mark.parametrize(
    ("route", "status", "passes", "needed"),
    [
        ("instruct_ids", "approximated", True, ("1.7b-base",)),
        ("designed_reference", "approximated", True, ("1.7b-base", "1.7b-design")),
        ("ignore", "ignored", False, ("1.7b-base",)),
    ],
)
def test_on_a_clone_the_route_decides_and_is_named(route, status, passes, needed):
    question = asked("clone", instruction="sad", instruction_route=route)
    reading = Qwen3.interpret(question)
    assert (reading.status, reading.passes) == (status, passes)
    assert reading.note.code == f"engine.qwen3.route_{route}"
    assert Qwen3.checkpoints(question) == needed


def test_without_an_instruction_there_is_nothing_to_read_and_no_second_checkpoint():
    question = asked("clone", instruction_route="designed_reference")
    assert Qwen3.interpret(question) is None
    assert Qwen3.checkpoints(question) == ("1.7b-base",)


@pytest.mark.parametrize(
    ("question", "needed"),
    [
        (asked(), "1.7b-custom"),
        (asked(size="0.6b"), "0.6b-custom"),
        (asked(sets=frozenset({"0.6b-custom"})), "0.6b-custom"),
        (asked(sets=frozenset()), "1.7b-custom"),
        (asked("clone"), "1.7b-base"),
        (asked("clone", sets=frozenset({"0.6b-base"})), "0.6b-base"),
        (asked("designed", voice_description="a child"), "1.7b-design"),
        (asked(voice_description="a child"), "1.7b-design"),
    ],
)
def test_the_checkpoint_follows_speaker_size_and_what_is_at_hand(question, needed):
    assert Qwen3.checkpoints(question) == (needed,)


def test_in_context_without_a_transcript_is_refused():
    assert Qwen3.refuse(asked("clone", transcript=False, clone_mode="in_context"))
    assert not Qwen3.refuse(asked("clone", clone_mode="in_context"))
    assert not Qwen3.refuse(asked("clone", transcript=False))
    assert not Qwen3.refuse(asked(transcript=False, clone_mode="in_context"))
    acted = asked(
        "clone",
        transcript=False,
        clone_mode="in_context",
        instruction="sad",
        instruction_route="designed_reference",
    )
    assert not Qwen3.refuse(acted)


def test_a_designed_voice_of_the_small_model_is_refused():
    assert Qwen3.refuse(asked(voice_description="a child", size="0.6b"))
    assert not Qwen3.refuse(asked(voice_description="a child"))


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 2.1},
        {"temperature": -0.1},
        {"top_p": 0.0},
        {"top_k": 0},
        {"repetition_penalty": 0.9},
        {"size": "7b"},
        {"clone_mode": "both"},
        {"instruction_route": "shout"},
        {"voice_description": "x" * 501},
        {"speed": 1.0},
    ],
)
def test_options_are_bounded(options):
    with pytest.raises(ValidationError):
        Qwen3.Options(**options)


def test_a_temperature_of_zero_is_greedy():
    sampling = Qwen3.Options(temperature=0.0, subtalker_temperature=0.0).sampling()
    assert not sampling["do_sample"]
    assert not sampling["subtalker_dosample"]
    assert sampling["temperature"] > 0
    assert Qwen3.Options().sampling()["do_sample"]


def test_planning_imports_no_library():
    program = (
        "import sys; from studio.engines.qwen3.engine import Qwen3; from pathlib import Path\n"
        "Qwen3.presets(Path('.'))\n"
        "heavy = {'torch', 'transformers', 'qwen_tts', 'librosa', 'torchaudio'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("language", "speaker"),
    [("ko", "sohee"), ("ja", "ono_anna"), ("en", "ryan"), ("zh", "vivian"), ("de", "vivian")],
)
def test_the_default_speaker_is_a_native_one_where_there_is_any(language, speaker):
    facts = EngineFacts(
        Qwen3.card, Qwen3.Options, Qwen3.presets(folders()["1.7b-custom"]), Qwen3.interpret
    )
    assert cast(language, None, {}, facts, None, None).preset.id == speaker
