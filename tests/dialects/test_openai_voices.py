"""Voices as vLLM-Omni's clients send them: uploaded, listed, spoken with, deleted."""

import httpx
import openai
import pytest

from tests.audio import files, speech
from tests.dialects.openai_bench import OWNER, server

__all__ = ["server"]


@pytest.fixture(scope="module")
def sample():
    return files.make("wav", *speech.espeak(speech.KOREAN, "ko"))


@pytest.fixture(scope="module")
def http(server):
    with httpx.Client(base_url=f"{server.address}/v1/audio", timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def anna(http, sample):
    answer = upload(http, sample, speaker_description="warm narrator", ref_text="")
    assert answer.status_code == 200, answer.text
    return answer.json()["voice"]


def upload(http, sample, **fields):
    given = {"name": "Anna", "consent": "consent-4711", "language": "ko", **fields}
    return http.post(
        "/voices",
        data={name: value for name, value in given.items() if value is not None},
        files={"audio_sample": ("../../x.wav", sample, "audio/wav")},
    )


def test_an_upload_is_answered_with_what_is_kept_of_it(anna, sample):
    assert anna["name"] == "Anna"
    assert anna["consent"] == "consent-4711"
    assert anna["speaker_description"] == "warm narrator"
    assert anna["mime_type"] == "audio/wav"
    assert anna["file_size"] == len(sample)
    assert anna["created_at"] > 1_600_000_000
    assert "ref_text" not in anna  # none was sent


def test_the_consent_is_recorded_as_the_clients_statement(server, anna):
    consent = server.studio.voices.consent(OWNER, anna["id"])
    assert "consent-4711" in consent.statement
    assert "/v1/audio/voices" in consent.statement


def test_the_list_names_presets_and_own_voices(http, anna):
    found = http.get("/voices", params={"model": "test_echo"}).json()
    assert found["model"] == "test_echo"
    assert found["voices"] == ["low", "high", "Anna"]
    assert found["uploaded_voices"] == [anna]
    unknown = http.get("/voices", params={"model": "gpt-9"})
    assert (unknown.status_code, unknown.json()["error"]["param"]) == (404, "model")


def test_the_voice_speaks_by_name_and_by_id(server, anna):
    for voice in ("Anna", anna["id"], {"id": anna["id"]}):
        answer = server.client.audio.speech.with_raw_response.create(
            model="test_echo", voice=voice, input="안녕하세요.", response_format="wav"
        )
        assert answer.content[:4] == b"RIFF"
        assert "reference=honoured" in answer.headers["x-studio-aspects"]
        assert answer.headers["x-studio-language"] == "ko"


def test_an_engine_that_cannot_take_on_the_voice_does_not_speak_with_another(server, anna):
    with pytest.raises(openai.BadRequestError) as refused:
        server.client.audio.speech.create(model="espeak", voice="Anna", input="안녕하세요.")
    assert (refused.value.code, refused.value.param) == ("voice_not_taken_on", "voice")


def test_the_default_model_for_a_cloned_voice_is_an_engine_that_clones(server, anna):
    answer = server.client.audio.speech.with_raw_response.create(
        model="tts-1", voice="Anna", input="반갑습니다."
    )
    assert answer.headers["x-studio-engine"] == "test_echo"


WRONG = {
    "taken name": ({}, 409, "voice_exists", "name"),
    "no name": ({"name": " "}, 400, "name_missing", "name"),
    "no consent": ({"name": "B", "consent": None}, 400, "consent_needed", "consent"),
    "consent denied": ({"name": "B", "consent": "false"}, 400, "consent_needed", "consent"),
    "language": ({"name": "B", "language": "klingon"}, 400, "language_unknown", "language"),
}


@pytest.mark.parametrize(("fields", "status", "code", "param"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_kept_is_refused_and_nothing_is_kept(
    server, http, sample, anna, fields, status, code, param
):
    answer = upload(http, sample, **fields)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert [voice.name for voice in server.studio.voices.list(OWNER)] == ["Anna"]


def test_a_file_that_is_no_recording_or_missing_is_refused(http):
    no_sound = upload(http, b"#!/bin/sh\nrm -rf /", name="B")
    assert no_sound.status_code == 400
    fields = {"name": (None, "B"), "consent": (None, "c"), "file": ("x.wav", b"RIFF")}
    missing = http.post("/voices", files=fields)
    error = missing.json()["error"]
    assert (missing.status_code, error["param"]) == (400, "audio_sample")
    assert http.post("/voices", json={}).status_code == 400


def test_a_deleted_voice_is_gone(server, http, sample, anna):
    assert upload(http, sample, name="안나 / 2").status_code == 200
    for name, status in (("nobody", 404), ("안나 %2F 2", 404)):
        assert http.delete(f"/voices/{name}").status_code == status
    by_id = next(v.id for v in server.studio.voices.list(OWNER) if v.name != "Anna")
    assert http.delete(f"/voices/{by_id}").json()["success"] is True
    gone = http.delete("/voices/Anna")
    assert (gone.status_code, gone.json()["success"]) == (200, True)
    assert "Anna" in gone.json()["message"]
    assert http.get("/voices", params={"model": "test_echo"}).json()["uploaded_voices"] == []
    with pytest.raises(openai.BadRequestError):
        server.client.audio.speech.create(model="test_echo", voice="Anna", input="Hello.")
