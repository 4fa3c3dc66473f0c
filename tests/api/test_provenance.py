"""Downloads and what they say of their origin, over HTTP: exported, then asked about."""

import io

import httpx
import numpy as np
import pytest

from studio.audio.encode import wav
from tests.api.test_comparisons import done
from tests.audio.speech import piper

TEXT = "The harbour was quiet that morning, and only a few boats moved."


def ask(client, data, **params):
    answer = client.post("/api/provenance", files={"file": ("x.wav", data)}, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def takes(address):
    engines = [{"engine": "test_speech"}, {"engine": "speaker"}]
    order = {"text": TEXT, "language": "en", "voice": "anna", "engines": engines}
    with httpx.Client(base_url=address, timeout=60) as client:
        return done(client, client.post("/api/comparisons", json=order).json())["takes"]


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_a_download_of_a_cloned_voice_tells_its_origin(client, takes, kind):
    place = f"/api/takes/{takes[0]['id']}/audio"
    answer = client.get(place, params={"format": kind})
    assert answer.headers["x-watermark"].startswith("resemble-perth")
    assert "attachment" in answer.headers["content-disposition"]
    found = ask(client, answer.content)
    assert found["verdict"] == "declared_and_marked"
    assert found["metadata"]["engine"] == "test_speech"
    assert found["metadata"]["consent"] == "consent-of-anna"
    assert found["watermark"]["state"] == "found"
    assert found["known"] == {
        "take": True,
        "comparison": takes[0]["comparison"],
        "voice": True,
        "consent": True,
    }


def test_the_player_hears_the_take_as_it_is_kept(client, takes):
    place = f"/api/takes/{takes[0]['id']}/audio"
    answer = client.get(place, params={"format": "wav", "listen": "true"})
    assert answer.headers["x-watermark"] == "none"
    assert answer.headers["content-disposition"] == "inline"
    found = ask(client, answer.content)
    assert (found["verdict"], found["watermark"]["state"]) == ("declared", "not_found")


def test_a_cloned_voice_without_its_mark_is_refused_with_the_reason(client, takes):
    place = f"/api/takes/{takes[0]['id']}/audio"
    answer = client.get(place, params={"watermark": "false", "lang": "ko"})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "watermark_required"
    assert "워터마크" in answer.json()["error"]["message"]


def test_the_engines_own_voice_says_what_it_is_and_carries_no_mark(client, takes):
    answer = client.get(f"/api/takes/{takes[1]['id']}/audio", params={"format": "flac"})
    assert answer.headers["x-watermark"] == "none"
    found = ask(client, answer.content)
    assert found["verdict"] == "declared"
    assert found["metadata"]["voice"]["kind"] == "closest"


def test_a_mark_without_words_is_found_and_nothing_is_said_to_prove_nothing(client, takes):
    import soundfile

    data = client.get(f"/api/takes/{takes[0]['id']}/audio", params={"format": "wav"}).content
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    assert ask(client, wav(samples, rate))["verdict"] == "marked"
    found = ask(client, wav(*piper()), lang="en")
    assert (found["verdict"], found["metadata"]) == ("nothing", None)
    assert "proves nothing" in found["message"]
    assert found["known"]["take"] is False


def test_a_file_without_speech_is_not_judged(client):
    tone = (0.3 * np.sin(np.arange(48_000) / 10)).astype(np.float32)
    found = ask(client, wav(tone, 24_000))
    assert found["watermark"]["state"] == "not_checked"
    assert found["watermark"]["message"]
    assert "could not be searched" in found["message"]
    assert "no watermark was found" not in found["message"]


@pytest.mark.parametrize("data", [b"", b"not audio at all" * 100, b"RIFF\x10\0\0\0WAVEfmt "])
def test_what_is_no_audio_is_refused_in_words(client, data):
    answer = client.post("/api/provenance", files={"file": ("x.wav", data)})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_what_a_file_claims_is_shortened_and_known_names_only(client):
    from studio.audio.tags import Tags, tagged
    from studio.takes.provenance import FIELD

    hostile = '{"synthetic":true,"engine":"%s","voice":[1],"take":{"a":1},"script":"<b>"}' % (
        "x" * 5000
    )
    data = tagged(wav(*piper()), "wav", Tags("", {FIELD: hostile}))
    about = ask(client, data)["metadata"]
    assert len(about["engine"]) == 500
    assert about["take"] is None
    assert about["voice"] == {"kind": None, "id": None, "preset": None}
    assert "script" not in about
    nested = tagged(wav(*piper()), "wav", Tags("", {FIELD: "[" * 60_000}))
    assert ask(client, nested)["metadata"] is None


@pytest.mark.parametrize("where", ['"generator":%s', '"take":%s', '"voice":{"id":%s}'])
def test_half_a_surrogate_pair_in_a_file_is_no_failure_of_the_studio(client, where):
    from studio.audio.tags import Tags, tagged
    from studio.takes.provenance import FIELD

    hostile = '{"synthetic":true,"consent":"x",%s}' % (where % r'"\ud800\u0000!"')
    found = ask(client, tagged(wav(*piper()), "wav", Tags("", {FIELD: hostile})))
    assert found["verdict"] == "declared"
    assert found["known"]["voice"] is False
    assert "?!" in str(found["metadata"]), "the zero between them is gone"
