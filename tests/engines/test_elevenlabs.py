"""ElevenLabs' own client against a local server that behaves like the real one."""

import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from studio import locales
from studio.engines.contract import (
    Asked,
    Chunk,
    EngineProblem,
    Enrolment,
    Usage,
)
from studio.engines.elevenlabs import failures
from studio.engines.elevenlabs.engine import ElevenLabs
from studio.engines.services import bounds
from studio.engines.services import service as service_module
from tests.engines.benches.elevenlabs import GEORGE, KEY, OWN, ElevenLabsBench
from tests.engines.remote_takes import (
    SECONDS,
    TEXT,
    Asking,
    assert_is_the_tone,
    audio,
    clip,
    rates,
    real_runtime,
    set_up,
)

asking = Asking(GEORGE, KEY)
request, speak, problem_of = asking.request, asking.speak, asking.problem_of


@pytest.fixture
def bench():
    with ElevenLabsBench().running() as bench:
        yield bench


@pytest.fixture
def engine(bench, monkeypatch):
    with set_up(ElevenLabs, monkeypatch, bench.environment) as engine:
        yield engine


def test_a_take_is_the_audio_sent_and_its_usage_comes_first(engine):
    pieces = speak(engine)
    assert pieces[0] == Usage(len(TEXT), "eleven_v3")
    samples = audio(pieces)
    assert_is_the_tone(samples, 24000)
    assert rates(pieces) == {24000}


def test_the_request_says_what_was_asked(engine, bench):
    options = {"model": "eleven_flash_v2_5", "stability": 0.3, "speed": 0.9}
    speak(engine, options=options, seed=7)
    sent = bench.spoken[0]
    assert parse_qs(urlsplit(sent.path).query)["output_format"] == ["pcm_24000"]
    assert sent.json == {
        "text": TEXT,
        "model_id": "eleven_flash_v2_5",
        "language_code": "ko",
        "seed": 7,
        "voice_settings": {
            "stability": 0.3,
            "similarity_boost": 0.75,
            "style": 0.0,
            "speed": 0.9,
            "use_speaker_boost": True,
        },
    }


def test_credits_are_told_as_characters_at_the_list_price(engine):
    pieces = speak(engine, options={"model": "eleven_flash_v2_5"})
    assert pieces[0] == Usage(len(TEXT), "eleven_flash_v2_5")


def test_multilingual_v2_gets_no_language_code(engine, bench):
    speak(engine, options={"model": "eleven_multilingual_v2"})
    assert "language_code" not in bench.spoken[0].json


def test_tags_are_sent_before_the_text(engine, bench):
    speak(engine, options={"tags": "[whispers] [sad]"})
    assert bench.spoken[0].json["text"] == f"[whispers] [sad] {TEXT}"
    assert "use_speaker_boost" not in bench.spoken[0].json["voice_settings"]


def test_the_first_chunk_is_heard_before_the_last_one_is_sent(engine, bench):
    bench.pause = 0.4
    stream = engine.synthesize(request(), threading.Event())
    assert isinstance(next(stream), Usage)
    assert isinstance(next(stream), Chunk)
    assert not bench.spoken[0].finished.is_set()
    assert list(stream)
    assert bench.spoken[0].finished.wait(1)


@pytest.mark.parametrize("trouble", ["silence", "stalls"])
def test_a_cancel_closes_the_connection_at_once(engine, bench, trouble):
    bench.trouble = trouble
    asking.assert_a_cancel_is_seen_at_once(engine)
    assert bench.spoken[0].left.wait(0.5)
    bench.trouble = ""
    assert audio(speak(engine)).size, "usable after a cancel"


def test_a_plan_without_pcm_gets_mp3_and_is_not_asked_twice(engine, bench):
    bench.pcm_allowed = False
    for asked in (2, 3):
        pieces = speak(engine)
        assert abs(len(audio(pieces)) / 24000 - SECONDS) < 0.1
        assert len(bench.spoken) == asked
        assert [p for p in pieces if isinstance(p, Usage)] == [Usage(len(TEXT), "eleven_v3")]


def test_mp3_streams_too(engine, bench):
    bench.pcm_allowed, bench.pause = False, 0.3
    stream = engine.synthesize(request("안개가 짙게 깔린 아침입니다. " * 8), threading.Event())
    assert isinstance(next(stream), Usage)
    assert isinstance(next(stream), Chunk)
    assert not bench.spoken[1].finished.is_set()
    assert list(stream)


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("breaks_off", "service_cut_off"),
        ("odd_bytes", "service_cut_off"),
        ("nothing", "service_no_audio"),
        ("html", "service_not_audio"),
        ("json", "service_not_audio"),
        ("http_500", "service_failed"),
        ("http_302", "service_moved"),
        ("http_422", "service_refused"),
    ],
)
def test_what_goes_wrong_is_said(engine, bench, trouble, code):
    bench.trouble = trouble
    assert problem_of(engine).code == code
    bench.trouble = ""
    assert audio(speak(engine)).size, "usable after a failure"


def test_the_services_words_are_quoted(engine, bench):
    bench.trouble = "http_422"
    assert problem_of(engine).params["words"] == "field required"


def test_a_huge_answer_is_not_read_to_its_end(engine, bench, monkeypatch):
    monkeypatch.setattr(bounds, "_LARGEST_ANSWER", 3_000_000)
    bench.trouble = "huge"
    assert problem_of(engine).code == "service_too_much"
    assert bench.spoken[0].left.wait(1)


@pytest.mark.parametrize("word", sorted(failures._CODES))
def test_every_error_word_has_its_sentence(engine, bench, word):
    bench.refuse = (400, word)
    problem = problem_of(engine)
    expected = failures._CODES[word]
    assert problem.code == ("unknown_preset" if expected == "elevenlabs_voice" else expected)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "service_key_refused"), (402, "service_unpaid"), (429, "service_busy")],
)
def test_a_status_without_a_known_word_has_its_sentence_too(engine, bench, status, code):
    bench.refuse = (status, "news_to_us")
    assert problem_of(engine).code == code


@pytest.mark.filterwarnings("error")
def test_a_take_that_fails_leaves_no_connection_open(engine, bench):
    bench.trouble = "html_stays"
    with pytest.raises(EngineProblem, match="service_not_audio") as caught:
        speak(engine)
    assert bench.spoken[0].left.wait(0.5)
    assert caught.value.__traceback__, "its frames hold the take until here"


def test_a_silent_server_is_given_up(engine, bench, monkeypatch):
    monkeypatch.setattr(service_module, "PROGRESS_SECONDS", 0.4)
    for trouble in ("silence", "stalls"):
        bench.trouble = trouble
        assert problem_of(engine).code == "service_silent"


def test_a_short_wait_is_obeyed_and_a_long_one_told(engine, bench):
    bench.trouble = "busy"
    began = time.monotonic()
    assert audio(speak(engine)).size
    assert time.monotonic() - began >= 0.4
    assert len(bench.spoken) == 3
    bench.trouble = "busy_long"
    problem = problem_of(engine)
    assert (problem.code, problem.params["seconds"]) == ("service_busy_until", 120)


def test_a_wrong_key_is_said_and_never_shown(bench, monkeypatch):
    wrong = "sk_secret_0815"
    monkeypatch.setenv("STUDIO_ELEVENLABS_API_KEY", wrong)
    monkeypatch.setenv("STUDIO_ELEVENLABS_URL", bench.server.url)
    engine = ElevenLabs()
    engine.load(None, "cpu")
    problem = problem_of(engine)  # the server quotes the key in its answer
    assert problem.code == "service_key_refused"
    assert wrong not in repr(problem.params)
    with pytest.raises(EngineProblem, match="service_key_refused"):
        engine.roster()


def test_no_key_is_said(monkeypatch):
    monkeypatch.delenv("STUDIO_ELEVENLABS_API_KEY", raising=False)
    monkeypatch.setenv("ELEVENLABS_API_KEY", "another program's")
    with pytest.raises(EngineProblem, match="service_key_missing"):
        ElevenLabs().load(None, "cpu")


def test_a_clip_is_cloned_and_then_spoken_with(engine, bench):
    enrolment = engine.enroll(clip(12))
    voice = enrolment.values["voice_id"]
    assert bench.voices[voice]["labels"] == {"made_by": "voice-studio", "language": "ko"}
    assert audio(speak(engine, preset="", enrolment=enrolment)).size
    assert f"/{voice}/" in bench.spoken[0].path


@pytest.mark.parametrize(
    ("seconds", "code"), [(3, "clip_too_short_for_engine"), (200, "service_clip_too_long")]
)
def test_a_clip_of_the_wrong_length_is_refused_before_it_is_sent(engine, bench, seconds, code):
    with pytest.raises(EngineProblem, match=code):
        engine.enroll(clip(seconds, 8000))
    assert not bench.server.asked


def test_the_longest_clip_stays_below_the_limit_of_an_upload(engine, bench):
    engine.enroll(clip(180, 48000))


def test_a_voice_to_be_verified_first_is_said(engine, bench):
    bench.trouble = "verify"
    with pytest.raises(EngineProblem, match="elevenlabs_verification"):
        engine.enroll(clip(12))


def test_a_voice_that_the_account_lost_is_to_be_cloned_again(engine):
    lost = Enrolment(values={"voice_id": "Gone0000000000000001"})
    assert problem_of(engine, preset="", enrolment=lost).code == "enrolment_lost"


@pytest.mark.parametrize("preset", ["nobody", "../../v1/user", ""])
def test_an_unknown_preset_is_refused_not_replaced(engine, preset):
    assert problem_of(engine, preset=preset).code == "unknown_preset"


def test_the_roster_turns_pages_and_shows_nobodys_clones_of_the_studio(engine, bench):
    mine = engine.enroll(clip(12)).values["voice_id"]
    bench.voices["Last0000000000000001"] = {"name": "Last", "labels": {}}
    found = {preset.id: preset for preset in engine.roster()}
    assert set(found) == set(bench.voices) - {mine}
    assert {GEORGE, OWN, "Last0000000000000001"} <= set(found)
    assert mine not in found
    assert found[OWN].title == "My narrator"
    assert found[OWN].gender == "female"


def test_a_roster_of_another_shape_is_a_problem(engine, bench):
    bench.trouble = "roster_garbled"
    with pytest.raises(EngineProblem, match="service_garbled"):
        engine.roster()


def test_the_roster_can_be_asked_for_while_a_take_is_under_way(engine, bench):
    bench.pause = 0.2
    asking.assert_the_roster_comes_during_a_take(engine)


@pytest.mark.parametrize("text", ["", " \n", "!!! ...", "🙂"])
def test_nothing_to_say_is_a_refusal_that_costs_nothing(engine, bench, text):
    assert problem_of(engine, text=text).code == "nothing_to_say"
    assert not bench.server.asked


def interpreted(instruction, model="eleven_v3"):
    return ElevenLabs.interpret(
        Asked(TEXT, "ko", instruction=instruction, options={"model": model})
    )


def test_an_instruction_becomes_tags_where_the_model_takes_them():
    reading = interpreted("속삭이듯이 슬프게, 천천히")
    assert reading.status == "approximated"
    assert reading.options["tags"] == "[whispers] [sad]"
    assert reading.options["speed"] < 1
    assert "[whispers]" in locales.say("en", reading.note)
    ElevenLabs.Options.model_validate(dict(reading.options))


def test_other_models_ignore_the_instruction_and_say_why():
    reading = interpreted("슬프게", "eleven_flash_v2_5")
    assert (reading.status, dict(reading.options)) == ("ignored", {})
    assert "eleven_flash_v2_5" in locales.say("en", reading.note)
    tempo = interpreted("천천히 슬프게", "eleven_multilingual_v2")
    assert set(tempo.options) == {"speed"}
    assert "beyond this engine: sad" in locales.say("en", tempo.note)
    assert interpreted("like a lighthouse").status == "ignored"
    assert "speed" not in interpreted("천천히 슬프게", "eleven_v4").options


def refused(text=TEXT, language="ko", **options):
    values = ElevenLabs.Options(**options).model_dump()
    reason = ElevenLabs.refuse(Asked(text, language, options=values))
    if reason:
        assert locales.say("ko", reason)
    return reason


def test_what_a_model_cannot_do_is_refused_in_the_plan():
    long = "가" * 6000
    assert refused(long, model="eleven_v3")
    assert not refused(long, model="eleven_multilingual_v2")
    assert refused("가" * 4995, tags="[whispers]"), "tags count"
    assert refused(language="sw", model="eleven_flash_v2_5")
    assert not refused(language="sw", model="eleven_v3")
    assert refused(model="eleven_flash_v2_5", tags="[sad]")
    assert refused(model="eleven_v3", stability=0.3)
    assert not refused(model="eleven_multilingual_v2", stability=0.3)
    assert refused(model="eleven_v4", speed=1.1)


@pytest.mark.parametrize("tags", ["sad", "[sad", "[<break>]", "[a]" * 60])
def test_tags_are_tags_and_nothing_else(tags):
    with pytest.raises(ValidationError):
        ElevenLabs.Options(tags=tags)


def test_a_whole_take_and_a_cancel_through_the_real_process(bench, monkeypatch, tmp_path):
    for name, value in bench.environment.items():
        monkeypatch.setenv(name, value)
    with real_runtime(tmp_path) as runtime:
        heard = []
        runtime.render("elevenlabs", request(), heard.append, threading.Event())
        assert len(audio(heard)) == round(SECONDS * 24000)
        assert runtime.enroll("elevenlabs", clip(11, 16000)).values["voice_id"] in bench.voices
        bench.trouble = "silence"
        asking.assert_a_cancel_reaches_the_process(runtime, "elevenlabs", heard)
        assert bench.spoken[-1].left.wait(0.5)
