"""OpenAI's own client, unchanged, speaks to the studio: whole, streamed, in events, in threads."""

import base64
import json
import threading
import time

import httpx
import numpy as np
import openai
import pytest

from tests.dialects.openai_bench import FORMATS, OWNER, decoded, seconds, server
from tests.waiting import at_once, until

__all__ = ["server"]

TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


def speak(server, text, **fields):
    given = {"model": "speaker", "voice": "ann", "response_format": "wav", **fields}
    return server.client.audio.speech.with_raw_response.create(input=text, **given)


def streamed(server, text, **fields):
    given = {"model": "speaker", "voice": "ann", "response_format": "pcm", **fields}
    return server.client.audio.speech.with_streaming_response.create(input=text, **given)


def take_of(server, answer):
    return server.studio.takes.take(OWNER, answer.headers["x-studio-take"])


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_the_whole_take(server, name):
    answer = speak(server, f"say one two three {name}", response_format=name)
    assert answer.headers["content-type"].startswith(TYPES[name])
    take = take_of(server, answer)
    assert take.state == "done"
    assert seconds(name, answer.content) == pytest.approx(take.seconds, abs=0.15)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_heard_while_the_take_is_being_made(server, name):
    begun = time.monotonic()
    with streamed(server, f"chunks 12 0.3 0.15 {name}", response_format=name) as answer:
        pieces = [(time.monotonic() - begun, piece) for piece in answer.iter_bytes()]
    total = pieces[-1][0]
    early = b"".join(piece for at, piece in pieces if at < 0.6 * total)
    assert total > 1.5
    assert seconds(name, early) > 0.5  # it can be played before it has ended


def test_without_a_format_it_is_mp3_as_openai_has_it(server):
    answer = server.client.audio.speech.create(model="speaker", voice="ann", input="say default")
    assert answer.response.headers["content-type"] == "audio/mpeg"
    assert seconds("mp3", answer.content) > 0.3


def test_pcm_is_at_24_khz_whatever_the_engine_speaks_at(server):
    answer = speak(server, "Rain falls.", model="espeak", voice="default", response_format="pcm")
    take = take_of(server, answer)
    assert take.sample_rate != 24000
    assert len(answer.content) / 48000 == pytest.approx(take.seconds, abs=0.01)


def test_events_carry_the_same_sound_and_end_with_done(server):
    text = "say it in events"
    plain = speak(server, text, response_format="pcm").content
    with streamed(server, text, stream_format="sse") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    *deltas, done = events
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    heard = b"".join(base64.b64decode(event["audio"]) for event in deltas)
    # live samples are rounded once to 16 bits, stored ones to 24 before
    np.testing.assert_allclose(
        np.frombuffer(heard, "<i2").astype(int), np.frombuffer(plain, "<i2"), atol=1
    )
    assert done["type"] == "speech.audio.done"
    assert set(done["usage"]) >= {"input_tokens", "output_tokens", "total_tokens"}


def test_models_are_the_engines_that_can_speak_now(server):
    names = [model.id for model in server.client.models.list()]
    assert {"tts-1", "speaker", "espeak"} <= set(names)
    assert "test_broken_import" not in names
    assert "test_no_library" not in names
    assert server.client.models.retrieve("speaker").object == "model"
    with pytest.raises(openai.NotFoundError) as refused:
        server.client.models.retrieve("gpt-9")
    assert refused.value.code == "model_not_found"


WRONG = {
    "voice": ({"voice": "nobody"}, "voice", "voice_not_found"),
    "voice id": ({"voice": {"id": "nobody"}}, "voice", "voice_not_found"),
    "nothing to say": ({"input": " ... "}, "input", "text_empty"),
    "too long": ({"input": "word " * 1100}, "input", "text_too_long"),
    "too long for it": ({"input": "word " * 500}, "input", "text_too_long_for_engine"),
    "control character": ({"input": "a\x07b"}, "input", "character_unspeakable"),
    "format": ({"response_format": "ogg"}, "response_format", "field_choice"),
    "stream format": ({"stream_format": "tcp"}, "stream_format", "field_choice"),
    "speed 9": ({"speed": 9}, "speed", "speed_out_of_range"),
    "speed 0.4": ({"speed": 0.4}, "speed", "speed_out_of_range"),
    "no speed": ({"model": "test_slow", "voice": "low", "speed": 2}, "speed", "speed_unsupported"),
    "two speeds": (
        {"speed": 1.2, "extra_body": {"options": {"speed": 1.5}}},
        "speed",
        "speed_given_twice",
    ),
    "language": ({"input": "雨が降っています"}, "language", "language_unsupported"),
    "instructions": ({"instructions": "x" * 600}, "instructions", "instruction_too_long"),
    "unknown field": ({"extra_body": {"ref_audio": "file:///etc/passwd"}}, "ref_audio", None),
    "unknown option": ({"extra_body": {"options": {"x": 1}}}, "options", "unknown_option"),
    "input of another type": ({"input": 5}, "input", "field_type"),
}


@pytest.mark.parametrize(("wrong", "param", "code"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_followed_is_refused_in_openais_shape_and_nothing_is_kept(
    server, wrong, param, code
):
    before = len(server.studio.takes.recent(OWNER, 100))
    with pytest.raises(openai.BadRequestError) as refused:
        speak(server, **{"text": "say it", **wrong}) if "input" not in wrong else speak(
            server, wrong["input"], **{k: v for k, v in wrong.items() if k != "input"}
        )
    error = refused.value
    assert set(error.body) == {"message", "type", "param", "code"}
    assert (error.type, error.param) == ("invalid_request_error", param)
    assert error.code == (code or "field_unknown")
    assert len(error.body["message"]) > 20
    assert len(server.studio.takes.recent(OWNER, 100)) == before


@pytest.mark.parametrize("model", ["gpt-9", "speaker/large", "", "../../etc", "speaker\x00"])
def test_an_unknown_model_is_not_found(server, model):
    with pytest.raises(openai.NotFoundError) as refused:
        speak(server, "say it", model=model)
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")


def test_speed_is_honoured_by_each_engine_in_its_own_way(server):
    for model, voice in (("speaker", "ann"), ("espeak", "default")):
        text = "say what the weather will be like in the evening"
        usual = len(speak(server, text, model=model, voice=voice).content)
        fast = len(speak(server, text, model=model, voice=voice, speed=2).content)
        assert fast / usual == pytest.approx(0.5, abs=0.12), model


def test_headers_tell_what_became_of_every_part_of_the_request(server):
    answer = speak(server, "say it kindly", instructions="kindly")
    headers = answer.headers
    take = take_of(server, answer)
    assert headers["x-studio-engine"] == "speaker"
    assert headers["x-studio-voice"] == "ann"
    assert headers["x-studio-language"] == "en"
    assert headers["x-studio-comparison"] == take.comparison
    said = dict(part.split("=") for part in headers["x-studio-aspects"].split(", "))
    assert said == {
        "reference": "not_asked",
        "instruction": "ignored",
        "language": "honoured",
    }
    native = speak(server, "hello", model="test_echo", voice="low", instructions="kindly")
    assert "instruction=honoured" in native.headers["x-studio-aspects"]


def test_the_language_follows_the_script_of_the_text_unless_it_is_said(server):
    korean = speak(server, "say 안녕하세요 반갑습니다", voice="bob")
    assert korean.headers["x-studio-language"] == "ko"
    said = speak(server, "say hola", voice="bob", extra_body={"language": "Korean"})
    assert said.headers["x-studio-language"] == "ko"
    auto = speak(server, "say hola two", voice="bob", extra_body={"language": "Auto"})
    assert auto.headers["x-studio-language"] == "en"


def test_scripts_for_openai_get_the_studios_default_voice(server):
    welsh = {"language": "cy"}  # which of the engines here only one speaks
    answer = speak(server, "Bore da.", model="tts-1", voice="alloy", extra_body=welsh)
    assert answer.headers["x-studio-engine"] == "espeak"
    with pytest.raises(openai.BadRequestError):  # but no engine takes it for one of its own
        speak(server, "say it", voice="alloy")


def test_a_failure_before_the_first_sound_is_told_and_not_tried_again(server):
    with pytest.raises(openai.InternalServerError) as failed:
        speak(server, "hello", model="test_crash_load", voice="low")
    assert failed.value.status_code == 503
    assert failed.value.type == "server_error"
    assert failed.value.response.headers["x-should-retry"] == "false"


def test_a_take_that_breaks_off_is_not_passed_off_as_whole(server):
    text = "A text that is long enough to be broken off in the middle of it."
    with pytest.raises(openai.APIConnectionError):
        speak(server, text, model="test_crash", voice="low")
    with streamed(
        server, text + ".", model="test_crash", voice="low", stream_format="sse"
    ) as answer:
        lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
    last = json.loads(lines[-1].removeprefix("data: "))
    assert last["type"] == "speech.audio.error"
    assert last["error"]["message"]


@pytest.mark.parametrize("stream_format", ["audio", "sse"])
def test_a_client_that_goes_away_in_the_middle_ends_the_take(server, stream_format):
    with streamed(server, f"slowly 200 {stream_format}", stream_format=stream_format) as answer:
        take = answer.headers["x-studio-take"]
        next(answer.iter_bytes())
    gone = time.monotonic()
    until(lambda: server.studio.takes.take(OWNER, take).state == "cancelled", 5)
    assert time.monotonic() - gone < 1.5
    assert speak(server, f"say the engine is free {stream_format}").content


def test_a_client_that_goes_away_before_the_first_sound_ends_the_take(server):
    begun = threading.Event()

    def impatient():
        body = {"model": "speaker", "voice": "ann", "input": "chunks 3 0.1 9", "speed": 1.0}
        begun.set()
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{server.address}/v1/audio/speech", json=body, timeout=1.0)

    thread = threading.Thread(target=impatient)
    thread.start()
    begun.wait()

    def latest():
        found = server.studio.takes.recent(OWNER, 1)[0]
        return found.takes[0] if found.text.startswith("chunks 3 0.1 9") else None

    take = until(latest, 5)
    thread.join()
    until(lambda: server.studio.takes.take(OWNER, take.id).state == "cancelled", 3)


def test_many_listeners_at_once_hinder_nobody(server):
    """The loop serves others while eight takes are made, encoded and sent."""
    slowest = []
    stop = threading.Event()

    def watch():
        with httpx.Client(base_url=server.address) as client:
            while not stop.is_set():
                begun = time.monotonic()
                assert client.get("/api/loop").text == '"free"'
                slowest.append(time.monotonic() - begun)
                time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    numbers = iter(range(8))
    lock = threading.Lock()

    def listen():
        with lock:
            number = next(numbers)
        model = ("speaker", "second", "test_echo", "espeak")[number % 4]
        voice = {"second": "cat", "test_echo": "low", "espeak": "default"}.get(model, "ann")
        name = FORMATS[number % len(FORMATS)]
        text = "chunks 20 0.2 0.02 " + "and so it goes on " * 20 + str(number)
        return seconds(
            name, speak(server, text, model=model, voice=voice, response_format=name).content
        )

    heard = at_once(listen, 8)
    stop.set()
    watcher.join()
    assert len(heard) == 8
    assert min(heard) > 3
    assert len(slowest) > 20
    assert np.quantile(slowest, 0.9) < 0.2


def test_a_take_for_a_client_is_a_take_like_any_other(server):
    answer = speak(server, "say this one again")
    comparison = server.studio.takes.comparison(OWNER, answer.headers["x-studio-comparison"])
    assert comparison.text == "say this one again"
    again = speak(server, "say this one again", response_format="flac")
    assert take_of(server, again).reused
    first, second = decoded("wav", answer.content)[0], decoded("flac", again.content)[0]
    np.testing.assert_allclose(first, second, atol=2 / 32768)


def test_refusals_have_openais_shape_below_v1_and_the_studios_elsewhere(server):
    shapes = {"/v1/nothing": 404, "/v1/audio/speech": 405, "/v1/broken": 500}
    for path, status in shapes.items():
        answer = httpx.get(server.address + path)
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}, path
        assert "42" not in answer.text
    speech = f"{server.address}/v1/audio/speech"
    other = httpx.post(speech, json={}, headers={"Origin": "http://evil.example"})
    assert (other.status_code, other.json()["error"]["code"]) == (403, "cross_site")
    assert other.json()["error"]["type"] == "permission_error"
    large = httpx.post(speech, content=b"x" * 2_000_000)
    assert large.status_code == 413
    assert large.json()["error"]["type"] == "invalid_request_error"
    nothing = httpx.post(speech, content=b"{", headers={"Content-Type": "application/json"})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (400, "json_invalid")
    elsewhere = httpx.get(f"{server.address}/api/broken").json()["error"]
    assert "type" not in elsewhere
    assert elsewhere["code"] == "internal"


def test_refusals_come_in_the_readers_language(server):
    with pytest.raises(openai.BadRequestError) as refused:
        speak(server, "say it", speed=9, extra_headers={"Accept-Language": "ko"})
    assert "속도" in refused.value.body["message"]
