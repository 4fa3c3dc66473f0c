"""MiniMax against a local server that behaves like the real one, over real HTTP."""

import threading
import time

import pytest

from studio import locales
from studio.engines.contract import (
    Asked,
    Chunk,
    EngineProblem,
    Enrolment,
    Usage,
)
from studio.engines.minimax import failures
from studio.engines.minimax.engine import MiniMax
from studio.engines.services import service as service_module
from studio.settings import Settings
from tests.engines.benches.minimax import CLONED, KEY, MiniMaxBench
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

PATH = "/v1/t2a_v2"
asking = Asking("Korean_CalmLady", KEY)
request, speak, problem_of = asking.request, asking.speak, asking.problem_of


@pytest.fixture
def bench():
    with MiniMaxBench().running() as bench:
        yield bench


@pytest.fixture
def engine(bench, monkeypatch):
    with set_up(MiniMax, monkeypatch, bench.environment) as engine:
        yield engine


def test_a_take_is_the_audio_sent_in_order_and_its_usage(engine, bench):
    pieces = speak(engine)
    samples = audio(pieces)
    assert_is_the_tone(samples, 32000)
    assert rates(pieces) == {32000}
    assert [p for p in pieces if isinstance(p, Usage)] == [Usage(len(TEXT), "speech-2.8-hd")]


def test_the_request_says_what_was_asked(engine, bench):
    options = {
        "model": "speech-2.6-turbo",
        "emotion": "whisper",
        "speed": 0.8,
        "pitch": -3,
        "vol": 2.0,
    }
    speak(engine, options=options)
    sent = bench.asked(PATH)[0].json
    assert sent["model"] == "speech-2.6-turbo"
    assert sent["voice_setting"] == {
        "voice_id": "Korean_CalmLady",
        "speed": 0.8,
        "vol": 2.0,
        "pitch": -3,
        "emotion": "whisper",
    }
    assert sent["text"] == TEXT
    assert sent["language_boost"] == "Korean"
    assert sent["stream_options"] == {"exclude_aggregated_audio": True}
    speak(engine, options={"language_boost": "off"})
    plain = bench.asked(PATH)[1].json
    assert "language_boost" not in plain
    assert "emotion" not in plain["voice_setting"]


def test_the_first_chunk_is_heard_before_the_last_one_is_sent(engine, bench):
    bench.pause = 0.4
    stream = engine.synthesize(request(), threading.Event())
    first = next(stream)
    assert isinstance(first, Chunk)
    assert not bench.asked(PATH)[0].finished.is_set()
    assert list(stream)
    assert bench.asked(PATH)[0].finished.wait(1)


@pytest.mark.parametrize("trouble", ["silence", "stalls", "drips"])
def test_a_cancel_closes_the_connection_at_once(engine, bench, trouble):
    bench.trouble = trouble
    asking.assert_a_cancel_is_seen_at_once(engine)
    assert bench.asked(PATH)[0].left.wait(0.5)
    bench.trouble = ""
    assert audio(speak(engine)).size, "usable after a cancel"


def test_leaving_the_stream_closes_the_connection(engine, bench):
    bench.trouble = "stalls"
    stream = engine.synthesize(request(), threading.Event())
    next(stream)
    stream.close()
    assert bench.asked(PATH)[0].left.wait(0.5)


def test_a_stopped_take_asks_nothing(engine, bench):
    stop = threading.Event()
    stop.set()
    assert speak(engine, stop=stop) == []
    assert not bench.server.asked


def test_a_repeated_last_event_is_heard_once(engine, bench):
    bench.trouble = "repeats"
    assert len(audio(speak(engine))) == round(SECONDS * 32000)


def test_new_audio_in_the_last_event_is_not_lost(engine, bench):
    bench.trouble = "last_counts"
    assert len(audio(speak(engine))) == round((SECONDS + 0.05) * 32000)


def test_an_answer_without_events_is_understood_too(engine, bench):
    bench.trouble = "at_once"
    pieces = speak(engine)
    assert len(audio(pieces)) == 32000
    assert Usage(7, "speech-2.8-hd") in pieces


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("cut_hex", "service_cut_off"),
        ("odd_bytes", "service_cut_off"),
        ("not_hex", "service_garbled"),
        ("no_end", "service_cut_off"),
        ("breaks_off", "service_cut_off"),
        ("nothing", "service_no_audio"),
        ("other_rate", "service_garbled"),
        ("html", "service_garbled"),
        ("not_json", "service_garbled"),
        ("other_json", "service_garbled"),
        ("endless", "service_too_much"),
        ("http_500", "service_failed"),
        ("http_400", "minimax_parameters"),
        ("http_302", "service_moved"),
        ("busy_silent", "service_busy"),
    ],
)
def test_what_goes_wrong_is_said(engine, bench, trouble, code):
    bench.trouble = trouble
    assert problem_of(engine).code == code
    bench.trouble = ""
    assert audio(speak(engine)).size, "usable after a failure"


def test_a_server_that_says_nothing_is_given_up(engine, bench, monkeypatch):
    monkeypatch.setattr(service_module, "PROGRESS_SECONDS", 0.4)
    for trouble in ("silence", "stalls", "drips"):
        bench.trouble = trouble
        began = time.monotonic()
        assert problem_of(engine).code == "service_silent"
        assert time.monotonic() - began < 1.5


def test_the_studio_waits_longer_than_the_engine():
    assert MiniMax.card.patience.silence_seconds > service_module.PROGRESS_SECONDS
    assert Settings().engine_silence_seconds > service_module.PROGRESS_SECONDS
    assert service_module.SILENCE_SECONDS < service_module.PROGRESS_SECONDS


def test_usage_counts_also_where_the_take_fails(engine, bench):
    bench.trouble = "fails_later"
    pieces = []
    stream = engine.synthesize(request(), threading.Event())
    with pytest.raises(EngineProblem, match="minimax_sensitive_output"):
        pieces.extend(iter(stream))
    assert Usage(5, "speech-2.8-hd") in pieces


def test_a_short_wait_is_obeyed(engine, bench):
    bench.trouble = "busy"
    began = time.monotonic()
    assert audio(speak(engine)).size
    assert time.monotonic() - began >= 0.4
    assert len(bench.asked(PATH)) == 3


def test_a_cancel_ends_the_waiting_too(engine, bench):
    bench.trouble = "busy_awhile"
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert speak(engine, stop=stop) == []
    assert time.monotonic() - began < 0.8
    assert len(bench.asked(PATH)) == 1


def test_waiting_has_an_end(engine, bench):
    bench.trouble = "busy_always"
    problem = problem_of(engine)
    assert problem.code == "service_busy_until"
    assert len(bench.asked(PATH)) == 3


def test_a_long_wait_is_told_not_waited_for(engine, bench):
    bench.trouble = "busy_long"
    began = time.monotonic()
    problem = problem_of(engine)
    assert (problem.code, problem.params["seconds"]) == ("service_busy_until", 120)
    assert time.monotonic() - began < 1
    assert "120" in locales.text("en", f"error.{problem.code}", **problem.params)


@pytest.mark.parametrize("number", sorted(failures._CODES))
def test_every_error_number_has_a_sentence_of_its_own(engine, bench, number):
    bench.number = number
    problem = problem_of(engine)
    if number in failures.VOICE_LOST:
        assert problem.code == "unknown_preset"
    else:
        sentence = locales.text("en", f"error.{problem.code}", **problem.params)
        assert str(number) in sentence


def test_an_unknown_error_number_is_told_with_its_words(engine, bench):
    bench.number = 4711
    problem = problem_of(engine)
    assert problem.code == "minimax_other"
    assert problem.params["number"] == "4711"
    assert problem.params["words"] == "told 4711"


def test_a_wrong_key_is_said_and_never_shown(bench, monkeypatch):
    wrong = "sk-secret-0815"
    monkeypatch.setenv("STUDIO_MINIMAX_API_KEY", wrong)
    monkeypatch.setenv("STUDIO_MINIMAX_URL", bench.server.url)
    engine = MiniMax()
    engine.load(None, "cpu")
    problem = problem_of(engine)  # the server quotes the key in its answer
    assert problem.code == "minimax_key_refused"
    assert wrong not in repr(problem.params)
    assert wrong not in repr(engine._service.identity)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "service_key_missing"),
        ("a b", "service_key_malformed"),
        ("키", "service_key_malformed"),
    ],
)
def test_a_key_that_cannot_be_is_refused_without_quoting_it(monkeypatch, key, code):
    monkeypatch.setenv("STUDIO_MINIMAX_API_KEY", key)
    with pytest.raises(EngineProblem, match=code) as caught:
        MiniMax().load(None, "cpu")
    assert not key or key not in repr(caught.value.params)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "api.minimax.io",
        "http://",
        "http://me:pass@x",
        "http://x/?k=1",
        "ftp://x",
    ],
)
def test_an_address_must_be_one(monkeypatch, url):
    monkeypatch.setenv("STUDIO_MINIMAX_API_KEY", KEY)
    monkeypatch.setenv("STUDIO_MINIMAX_URL", url)
    with pytest.raises(EngineProblem, match="service_bad_address") as caught:
        MiniMax().load(None, "cpu")
    assert "pass" not in repr(caught.value.params)


def test_a_service_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("STUDIO_MINIMAX_API_KEY", KEY)
    monkeypatch.setenv("STUDIO_MINIMAX_URL", "http://127.0.0.1:9")
    engine = MiniMax()
    engine.load(None, "cpu")
    assert problem_of(engine).code == "service_unreachable"


def test_a_clip_is_cloned_once_and_then_spoken_with(engine, bench):
    enrolment = engine.enroll(clip(12))
    voice = enrolment.values["voice_id"]
    assert voice in bench.voices
    assert len(voice) >= 8
    assert voice[0].isalpha()
    assert bench.asked("/v1/voice_clone")[0].json["language_boost"] == "Korean"
    pieces = speak(engine, preset="", enrolment=enrolment)
    assert audio(pieces).size
    assert bench.asked(PATH)[0].json["voice_setting"]["voice_id"] == voice


@pytest.mark.parametrize(
    ("seconds", "code"), [(3, "clip_too_short_for_engine"), (301, "service_clip_too_long")]
)
def test_a_clip_of_the_wrong_length_is_refused_before_it_is_sent(engine, bench, seconds, code):
    with pytest.raises(EngineProblem, match=code):
        engine.enroll(clip(seconds, 8000))
    assert not bench.server.asked


def test_five_minutes_stay_below_the_limit_of_an_upload(engine, bench):
    engine.enroll(clip(300, 48000))
    assert len(next(iter(bench.files.values()))) < 20_000_000


def test_a_cloning_that_fails_says_why(engine, bench):
    bench.number = 2038
    with pytest.raises(EngineProblem, match="minimax_cloning_not_allowed"):
        engine.enroll(clip(12))


def test_a_voice_that_the_service_deleted_is_to_be_cloned_again(engine):
    lost = Enrolment(values={"voice_id": "studio-gone"})
    assert problem_of(engine, preset="", enrolment=lost).code == "enrolment_lost"


def test_an_unknown_preset_is_refused_not_replaced(engine):
    problem = problem_of(engine, preset="nobody")
    assert (problem.code, problem.params["preset"]) == ("unknown_preset", "nobody")


def test_the_roster_lists_the_account_but_nobodys_clones_of_the_studio(engine):
    mine = engine.enroll(clip(12)).values["voice_id"]
    found = {preset.id: preset for preset in engine.roster()}
    assert found["Korean_CalmLady"].languages == ("ko",)
    assert found["Thai_male_1_sample8"].languages == ("th",)
    assert found["hindi_male_1_v2"].languages == ("hi",)
    assert CLONED in found
    assert mine not in found


def test_the_roster_can_be_asked_for_while_a_take_is_under_way(engine, bench):
    bench.pause = 0.2
    asking.assert_the_roster_comes_during_a_take(engine)


@pytest.mark.parametrize("text", ["", " \n", "!!! ...", "🙂"])
def test_nothing_to_say_is_a_refusal_that_costs_nothing(engine, bench, text):
    assert problem_of(engine, text=text).code == "nothing_to_say"
    assert not bench.server.asked


def test_presets_are_known_without_a_key():
    presets = MiniMax.presets(None)
    assert presets[0].languages == ("ko",)
    assert {"ko", "en", "ja", "zh"} <= {tag for p in presets for tag in p.languages}
    assert len({p.id for p in presets}) == len(presets)
    assert any(not p.languages for p in presets)


def interpreted(instruction, **options):
    return MiniMax.interpret(Asked(TEXT, "ko", instruction=instruction, options=options))


def test_an_instruction_becomes_an_emotion_and_is_called_approximated():
    reading = interpreted("신나고 열정적인 목소리로")
    assert reading.options == {"emotion": "happy"}
    assert reading.status == "approximated"
    assert not reading.passes
    assert "emotion “happy”" in locales.say("en", reading.note)


def test_tempo_pitch_and_loudness_become_settings():
    reading = interpreted("천천히, 낮은 목소리로, 크게")
    assert reading.options["speed"] < 1
    assert reading.options["pitch"] < 0
    assert reading.options["vol"] > 1
    assert "semitones" in locales.say("en", reading.note)
    MiniMax.Options.model_validate(dict(reading.options))


def test_whispering_needs_a_model_that_can():
    assert interpreted("속삭이듯이", model="speech-2.6-hd").options == {"emotion": "whisper"}
    alone = interpreted("속삭이듯이", model="speech-2.8-hd")
    assert (alone.status, dict(alone.options)) == ("ignored", {})
    assert "speech-2.8-hd has no setting for: whispering" in locales.say("en", alone.note)
    both = interpreted("속삭이듯이 슬프게", model="speech-2.8-hd")
    assert both.options == {"emotion": "sad"}
    assert "beyond this engine: whispering" in locales.say("en", both.note)


def test_words_that_mean_nothing_to_it_are_not_interpreted():
    assert interpreted("like a lighthouse") is None


def refused(language="ko", **options):
    return MiniMax.refuse(Asked(TEXT, language, options=MiniMax.Options(**options).model_dump()))


def test_what_a_model_cannot_do_is_refused_in_the_plan():
    assert refused(model="speech-2.8-hd", emotion="whisper")
    assert refused(model="speech-02-hd", emotion="fluent")
    assert refused("bg", model="speech-02-turbo")
    assert not refused(model="speech-2.6-hd", emotion="whisper")
    assert not refused("bg", model="speech-2.6-turbo")
    for reason in (
        refused(model="speech-2.8-hd", emotion="whisper"),
        refused("bg", model="speech-02-hd"),
    ):
        assert locales.say("ko", reason)


def test_a_whole_take_and_a_cancel_through_the_real_process(bench, monkeypatch, tmp_path):
    for name, value in bench.environment.items():
        monkeypatch.setenv(name, value)
    with real_runtime(tmp_path) as runtime:
        heard = []
        report = runtime.render("minimax", request(), heard.append, threading.Event())
        assert len(audio(heard)) == round(SECONDS * 32000)
        assert not report.cancelled
        enrolment = runtime.enroll("minimax", clip(11, 16000))
        assert enrolment.values["voice_id"] in bench.voices
        bench.trouble = "silence"
        asking.assert_a_cancel_reaches_the_process(runtime, "minimax", heard)
        assert bench.asked(PATH)[-1].left.wait(0.5)
        bench.trouble = ""
        pid = runtime.state("minimax").pid
        runtime.render("minimax", request(), heard.append, threading.Event())
        assert runtime.state("minimax").pid == pid, "the process stayed"
