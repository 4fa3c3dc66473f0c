"""Compatible servers of several kinds, over real HTTP."""

import threading
import time

import numpy as np
import pytest

from studio import locales
from studio.engines import registry
from studio.engines.contract import (
    Asked,
    Chunk,
    EngineProblem,
    Enrolment,
    Usage,
)
from studio.engines.openai import engine as engine_module
from studio.engines.openai.engine import SERVER_ENGINES
from tests.engines.benches.openai import KEY, OpenAiBench
from tests.engines.remote_takes import (
    SECONDS,
    TEXT,
    Asking,
    assert_is_the_tone,
    audio,
    clip,
    rates,
    real_runtime,
)

asking = Asking("sohee", KEY)
request, speak, problem_of = asking.request, asking.speak, asking.problem_of

MODEL = "Qwen/Qwen3-TTS-12Hz-1.7B-Base"


@pytest.fixture(autouse=True)
def _no_servers(monkeypatch):
    for name in ("SERVERS", "KEY", "CLONING"):
        monkeypatch.delenv(f"STUDIO_OPENAI_{name}", raising=False)
    yield
    registry.forget()


@pytest.fixture
def bench():
    with OpenAiBench().running() as bench:
        yield bench


def loaded(bench, monkeypatch, **environment):
    for name, value in (bench.environment | environment).items():
        monkeypatch.setenv(name, value)
    engine = SERVER_ENGINES.members()[""]()
    engine.load(None, "cpu")
    return engine


@pytest.fixture
def engine(bench, monkeypatch):
    engine = loaded(bench, monkeypatch)
    yield engine
    engine.unload()


# the servers of the settings


def members(monkeypatch, value):
    monkeypatch.setenv("STUDIO_OPENAI_SERVERS", value)
    return SERVER_ENGINES.members()


def test_every_named_server_is_an_engine(monkeypatch):
    found = members(monkeypatch, "lab=http://127.0.0.1:8880/v1, office=https://host/v1")
    assert {name: kind.card.name for name, kind in found.items()} == {
        "lab": "openai-lab",
        "office": "openai-office",
    }
    lab = found["lab"].card
    assert [v.name for v in lab.variables if "KEY" in v.name] == ["STUDIO_OPENAI_KEY_LAB"]
    assert all(v.secret for v in lab.variables if "KEY" in v.name)


def test_the_registry_finds_them_under_their_full_names(monkeypatch):
    monkeypatch.setenv("STUDIO_OPENAI_SERVERS", "lab=http://127.0.0.1:8880/v1")
    registry.forget()
    assert "openai-lab" in registry.engine_names()
    assert "openai" not in registry.engine_names()
    assert registry.engine_class("openai-lab").server.url == "http://127.0.0.1:8880/v1"


def test_one_address_alone_is_the_plain_engine_and_may_leave_the_version_out(monkeypatch):
    found = members(monkeypatch, "http://127.0.0.1:8880")
    assert found[""].server.url == "http://127.0.0.1:8880/v1"
    assert found[""].card.name == "openai"


def test_without_a_server_a_plain_engine_says_how_to_name_one():
    kind = SERVER_ENGINES.members()[""]
    assert kind.card.variables[0].required
    assert "STUDIO_OPENAI_SERVERS" in locales.say("en", kind.card.summary)
    with pytest.raises(EngineProblem, match="openai_no_server"):
        kind().load(None, "cpu")


@pytest.mark.parametrize("value", ["lab=http://a/v1 Lab!=http://b/v1", "http://a/v1 http://b/v1"])
def test_what_cannot_be_read_is_shown_as_an_engine_that_says_so(monkeypatch, value):
    with pytest.raises(EngineProblem, match="openai_no_server"):
        members(monkeypatch, value)[""]().load(None, "cpu")


@pytest.mark.parametrize(
    "url", ["ftp://x/v1", "http://me:hunter2@x/v1", "http://x/v1?k=hunter2", "x"]
)
def test_an_address_must_be_one(monkeypatch, url):
    kind = members(monkeypatch, f"lab={url}")["lab"]
    assert "hunter2" not in kind.card.model_dump_json()
    with pytest.raises(EngineProblem, match="service_bad_address") as caught:
        kind().load(None, "cpu")
    assert "hunter2" not in repr(caught.value.params)


def test_listing_engines_asks_no_server(bench, monkeypatch):
    kinds = members(monkeypatch, f"lab={bench.url}")
    assert kinds["lab"].presets(None)[-1].id == "default"
    assert not bench.server.asked


def test_each_server_gets_its_own_key_and_no_other(monkeypatch):
    with OpenAiBench(key="key-lab").running() as lab, OpenAiBench(key="").running() as rest:
        monkeypatch.setenv("STUDIO_OPENAI_KEY_LAB", "key-lab")
        monkeypatch.setenv("STUDIO_OPENAI_KEY", "key-of-the-only-server")
        found = members(monkeypatch, f"lab={lab.url} rest={rest.url}")
        for name in ("lab", "rest"):
            engine = found[name]()
            engine.load(None, "cpu")
            assert audio(speak(engine)).size
            engine.unload()
        assert not any("authorization" in one.headers for one in rest.server.asked)


def test_a_server_without_a_key_gets_none(monkeypatch):
    with OpenAiBench(key="").running() as bench:
        speak(loaded(bench, monkeypatch))
        assert not any("authorization" in one.headers for one in bench.server.asked)


# speaking


@pytest.mark.parametrize("form", ["wav", "pcm", "mp3", "flac", "opus"])
@pytest.mark.parametrize("stream", ["audio", "off"])
def test_every_format_is_decoded_by_its_bytes(engine, bench, form, stream):
    pieces = speak(engine, options={"response_format": form, "stream": stream})
    (rate,) = rates(pieces)
    samples = audio(pieces)
    assert rate == (48000 if form == "opus" else 24000)
    assert abs(len(samples) / rate - SECONDS) < 0.1
    assert 0.15 < np.sqrt(np.mean(samples**2)) < 0.25
    assert Usage(len(TEXT), MODEL) in pieces


@pytest.mark.parametrize("form", ["wav", "pcm"])
@pytest.mark.parametrize("headers", [True, False])
def test_events_are_joined_to_one_recording(engine, bench, form, headers):
    bench.kind = "vllm" if headers else "speaches"
    pieces = speak(engine, preset="default", options={"response_format": form, "stream": "sse"})
    samples = audio(pieces)
    assert_is_the_tone(samples, 24000)


def test_the_request_says_what_was_asked(engine, bench):
    options = {"speed": 1.5, "language": "name", "response_format": "mp3", "model": "other"}
    speak(engine, instruction="속삭이듯이", options=options)
    assert bench.spoken[0].json == {
        "input": TEXT,
        "model": "other",
        "voice": "sohee",
        "instructions": "속삭이듯이",
        "response_format": "mp3",
        "speed": 1.5,
        "language": "Korean",
    }
    speak(engine)
    assert bench.spoken[1].json == {
        "input": TEXT,
        "model": MODEL,
        "voice": "sohee",
        "response_format": "wav",
        "stream_format": "audio",
    }


@pytest.mark.parametrize("stream", ["audio", "sse"])
def test_the_first_chunk_is_heard_before_the_last_one_is_sent(engine, bench, stream):
    bench.pause = 0.4
    pieces = engine.synthesize(request(options={"stream": stream}), threading.Event())
    assert isinstance(next(pieces), Usage)
    assert isinstance(next(pieces), Chunk)
    assert not bench.spoken[0].finished.is_set()
    assert list(pieces)


@pytest.mark.parametrize("trouble", ["silence", "stalls"])
def test_a_cancel_closes_the_connection_at_once(engine, bench, trouble):
    bench.trouble = trouble
    asking.assert_a_cancel_is_seen_at_once(engine)
    assert bench.spoken[0].left.wait(0.5)
    bench.trouble = ""
    assert audio(speak(engine)).size, "usable after a cancel"


def test_a_cancel_is_seen_while_the_voices_are_asked_for(engine, bench):
    bench.listing = "silence"
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert speak(engine, stop=stop) == []
    assert time.monotonic() - began < 0.8
    assert not bench.spoken


def test_a_server_that_knows_no_streaming_field_is_asked_without(engine, bench):
    bench.trouble = "no_stream_format"
    assert audio(speak(engine)).size
    assert ["stream_format" in one.json for one in bench.spoken] == [True, False]


def test_a_wav_of_unknown_length_is_whole(engine, bench):
    bench.trouble = "unknown_length"
    assert len(audio(speak(engine))) == round(SECONDS * 24000)


def test_an_announced_rate_counts(engine, bench):
    bench.trouble = "other_rate"
    pieces = speak(engine, options={"response_format": "pcm"})
    assert rates(pieces) == {16000}


def test_the_rate_of_raw_samples_can_be_set(engine):
    pieces = speak(engine, options={"response_format": "pcm", "sample_rate": 44100})
    assert rates(pieces) == {44100}


def test_mp3_in_place_of_samples_is_recognised(engine, bench):
    bench.trouble = "mp3_anyway"
    pieces = speak(engine, options={"response_format": "pcm"})
    assert abs(len(audio(pieces)) / 24000 - SECONDS) < 0.1


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("short_wav", "service_cut_off"),
        ("garbage", "service_not_audio"),
        ("garbled_flac", "service_not_audio"),
        ("html", "service_not_audio"),
        ("nothing", "service_no_audio"),
        ("breaks_off", "service_cut_off"),
        ("http_500", "service_failed"),
        ("http_302", "service_moved"),
        ("no_model", "service_refused"),
        ("unpaid", "service_unpaid"),
    ],
)
def test_what_goes_wrong_is_said(engine, bench, trouble, code):
    bench.trouble = trouble
    assert problem_of(engine).code == code
    bench.trouble = ""
    assert audio(speak(engine)).size, "usable after a failure"


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("no_done", "service_cut_off"),
        ("cut_base64", "service_cut_off"),
        ("error_event", "service_refused"),
        ("endless_event", "service_too_much"),
    ],
)
def test_what_goes_wrong_in_events_is_said(engine, bench, trouble, code):
    bench.trouble = trouble
    problem = problem_of(engine, options={"stream": "sse"})
    assert problem.code == code
    if trouble == "error_event":
        assert problem.params["words"] == "out of memory"


def test_the_servers_words_are_quoted(engine, bench):
    bench.trouble = "no_model"
    assert problem_of(engine).params["words"] == "The model `x` does not exist."


def test_a_short_wait_is_obeyed_and_a_long_one_told(engine, bench):
    bench.trouble = "busy"
    began = time.monotonic()
    assert audio(speak(engine)).size
    assert time.monotonic() - began >= 0.4
    bench.trouble = "busy_long"
    problem = problem_of(engine)
    assert (problem.code, problem.params["seconds"]) == ("service_busy_until", 120)


def test_a_silent_server_is_given_up(bench, monkeypatch):
    monkeypatch.setattr(engine_module, "SILENCE_SECONDS", 10.5)  # for any byte: half a second
    engine = loaded(bench, monkeypatch)
    bench.trouble = "stalls"
    began = time.monotonic()
    assert problem_of(engine).code == "service_silent"
    assert time.monotonic() - began < 2


def test_the_studio_waits_longer_than_the_engine():
    kind = SERVER_ENGINES.members()[""]
    assert kind.card.patience.silence_seconds > engine_module.SILENCE_SECONDS


def test_a_wrong_key_is_said_at_once_and_never_shown(bench, monkeypatch):
    wrong = "sk-secret-0815"
    with pytest.raises(EngineProblem, match="service_key_refused") as caught:
        loaded(bench, monkeypatch, STUDIO_OPENAI_KEY=wrong)
    assert wrong not in repr(caught.value.params)
    assert caught.value.params["variable"] == "STUDIO_OPENAI_KEY"


def test_a_server_that_is_not_there_is_said_at_once(monkeypatch):
    with pytest.raises(EngineProblem, match="service_unreachable"):
        members(monkeypatch, "lab=http://127.0.0.1:9/v1")["lab"]().load(None, "cpu")


# models and voices


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("vllm", MODEL),
        ("kokoro", "tts-1"),
        ("speaches", "speaches-ai/Kokoro-82M-v1.0-ONNX"),
        ("bare", None),
    ],
)
def test_the_servers_first_speech_model_is_the_default(bench, monkeypatch, kind, model):
    bench.kind = kind
    engine = loaded(bench, monkeypatch)
    assert audio(speak(engine, preset="default")).size
    assert bench.spoken[0].json.get("model") == model
    assert all(locales.say("ko", remark) for remark in engine.remarks)


def test_voices_are_read_in_every_shape(bench, monkeypatch):
    engine = loaded(bench, monkeypatch)
    assert [preset.id for preset in engine.roster()] == ["vivian", "sohee"]
    bench.kind = "kokoro"
    assert [(p.id, p.languages, p.gender) for p in engine.roster()] == [
        ("af_bella", ("en",), "female"),
        ("jf_alpha", ("ja",), "female"),
        ("am_adam", ("en",), "male"),
    ]
    bench.kind = "speaches"
    assert [(p.id, p.languages, p.gender) for p in engine.roster()] == [
        ("af_heart", ("en-us",), "female"),
        ("ko_x", ("ko",), ""),
    ]
    bench.kind = "bare"
    assert engine.roster() == []


def test_the_default_voice_is_the_named_one_else_the_servers_first(engine, bench):
    speak(engine, preset="default", options={"voice": "af_bella+af_sky"})
    speak(engine, preset="default")
    assert [one.json["voice"] for one in bench.spoken] == ["af_bella+af_sky", "vivian"]


def test_an_unknown_preset_is_refused_not_replaced(engine, bench):
    problem = problem_of(engine, preset="nobody")
    assert (problem.code, problem.params["preset"]) == ("unknown_preset", "nobody")
    assert not bench.spoken


def test_openais_own_voices_and_limit_are_known(monkeypatch):
    kind = members(monkeypatch, "https://api.openai.com/v1")[""]
    assert kind.presets(None)[0].id == "alloy"
    assert kind.card.max_characters == 4096


@pytest.mark.parametrize("text", ["", " \n", "!!! ...", "🙂"])
def test_nothing_to_say_is_a_refusal_that_asks_nothing(engine, bench, text):
    assert problem_of(engine, text=text).code == "nothing_to_say"
    assert not bench.spoken


# cloning


def test_cloning_is_claimed_for_the_servers_of_the_setting_alone(monkeypatch):
    monkeypatch.setenv("STUDIO_OPENAI_CLONING", "lab")
    found = members(monkeypatch, "lab=http://a/v1 office=http://b/v1")
    assert found["lab"].card.cloning.kind == "remote"
    assert found["office"].card.cloning.kind == "none"
    assert "STUDIO_OPENAI_CLONING" in locales.say("en", found["office"].card.cloning.why_not)


def test_a_clip_is_given_to_the_voices_api_and_then_spoken_with(engine, bench):
    enrolment = engine.enroll(clip(5, transcript="안녕하세요."))
    voice = enrolment.values["voice"]
    assert bench.uploaded[voice]["ref_text"] == "안녕하세요."
    assert audio(speak(engine, preset="", enrolment=enrolment)).size
    assert bench.spoken[0].json["voice"] == voice
    assert voice not in {preset.id for preset in engine.roster()}, "nobody else's to use"


def test_two_minutes_stay_below_the_limit_of_an_upload(engine, bench):
    engine.enroll(clip(120, 48000))
    assert bench.uploaded


@pytest.mark.parametrize("kind", ["kokoro", "bare"])
def test_a_server_that_takes_no_recordings_says_so(bench, monkeypatch, kind):
    bench.kind = kind
    with pytest.raises(EngineProblem, match="openai_no_voices_api"):
        loaded(bench, monkeypatch).enroll(clip(5))


def test_an_upload_that_fails_says_why(engine, bench):
    bench.trouble = "upload_fails"
    with pytest.raises(EngineProblem, match="service_refused") as caught:
        engine.enroll(clip(5))
    assert caught.value.params["words"] == "the sample is silent"


def test_a_voice_that_the_server_lost_is_to_be_cloned_again(engine, bench):
    enrolment = engine.enroll(clip(5))
    bench.uploaded.clear()
    assert problem_of(engine, preset="", enrolment=enrolment).code == "enrolment_lost"
    lost = Enrolment(values={"voice": "studio-gone"})
    assert problem_of(engine, preset="", enrolment=lost).code == "enrolment_lost"


# the plan


def test_an_instruction_is_passed_on_and_nothing_is_promised():
    kind = SERVER_ENGINES.members()[""]
    reading = kind.interpret(Asked(TEXT, "ko", instruction="신나게"))
    assert reading.passes
    assert reading.status == "approximated"
    assert "not known" in locales.say("en", reading.note)


def test_formats_that_events_cannot_join_are_refused():
    kind = SERVER_ENGINES.members()[""]

    def refused(**options):
        return kind.refuse(Asked(TEXT, "ko", options=kind.Options(**options).model_dump()))

    assert refused(stream="sse", response_format="mp3")
    assert not refused(stream="sse", response_format="wav")
    assert not refused(stream="audio", response_format="mp3")


def test_a_members_options_are_labelled():
    import gradio as gr

    from studio.ui.options import controls
    from studio.ui.texts import Texts

    with gr.Blocks():
        made = controls("openai-lab", SERVER_ENGINES.members()[""].Options, Texts("ko"))
    assert {one.name: one.control.label for one in made}["stream"] == "스트리밍"


def test_a_whole_take_and_a_cancel_through_the_real_process(bench, monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_OPENAI_SERVERS", f"lab={bench.url}")
    monkeypatch.setenv("STUDIO_OPENAI_KEY_LAB", KEY)
    monkeypatch.setenv("STUDIO_OPENAI_CLONING", "lab")
    registry.forget()
    with real_runtime(tmp_path) as runtime:
        heard = []
        runtime.render("openai-lab", request(), heard.append, threading.Event())
        assert len(audio(heard)) == round(SECONDS * 24000)
        enrolment = runtime.enroll("openai-lab", clip(4, 16000))
        assert enrolment.values["voice"] in bench.uploaded
        bench.trouble = "silence"
        asking.assert_a_cancel_reaches_the_process(runtime, "openai-lab", heard)
        assert bench.spoken[-1].left.wait(0.5)
