"""Takes over HTTP: heard while they are made, downloaded in every format, cancelled, retried."""

import io
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import soundfile

from tests.api.test_comparisons import done, order
from tests.waiting import until


@pytest.fixture(scope="module")
def finished(address):
    import httpx

    with httpx.Client(base_url=address, timeout=30) as client:
        posted = client.post("/api/comparisons", json=order('say "안녕/하세요" ok')).json()
        return done(client, posted)["takes"][0]


def begin(client, text):
    return client.post("/api/comparisons", json=order(text)).json()["takes"][0]["id"]


def state(client, take):
    return client.get(f"/api/takes/{take}").json()["state"]


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_a_done_take_downloads_in_every_format(client, finished, kind):
    answer = client.get(f"/api/takes/{finished['id']}/audio", params={"format": kind})
    assert answer.status_code == 200
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert rate == 24_000
    assert samples.size / rate == pytest.approx(0.6, abs=0.1)
    assert np.abs(samples).max() == pytest.approx(0.2, abs=0.05)
    disposition = answer.headers["content-disposition"]
    assert disposition.isascii()
    assert f"speaker-ann-say-______-ok.{kind}" in disposition or "filename=" in disposition
    assert "%EC%95%88%EB%85%95" in disposition
    assert "/" not in disposition.split("filename*")[0].split("=")[1]


def test_another_format_is_refused(client, finished):
    answer = client.get(f"/api/takes/{finished['id']}/audio?format=exe")
    assert answer.status_code == 422
    assert "format" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-50", slice(-50, None)),
        ("bytes=0-999999999", slice(0, None)),
        ("bytes=-999999999", slice(0, None)),
    ],
)
def test_a_range_gives_that_part(client, finished, asked, part):
    place = f"/api/takes/{finished['id']}/audio"
    whole = client.get(place)
    answer = client.get(place, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == whole.content[part]
    start, _, rest = answer.headers["content-range"].removeprefix("bytes ").partition("-")
    assert whole.content[int(start) : int(rest.split("/")[0]) + 1] == answer.content
    assert whole.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "lines=1-2", "x", ""])
def test_a_range_that_is_none_gives_the_whole(client, finished, asked):
    answer = client.get(f"/api/takes/{finished['id']}/audio", headers={"Range": asked})
    assert answer.status_code == 200


def test_a_range_beyond_the_end_is_refused_and_a_stale_one_ignored(client, finished):
    place = f"/api/takes/{finished['id']}/audio"
    beyond = client.get(place, headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"].startswith("bytes */")
    stale = client.get(place, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert stale.status_code == 200


def test_the_waveform_and_the_spectrogram_can_be_drawn(client, finished):
    drawn = client.get(f"/api/takes/{finished['id']}/peaks").json()
    assert drawn["seconds"] == pytest.approx(0.6)
    assert all(-127 <= low <= high <= 127 for low, high in drawn["peaks"])
    assert max(high for _, high in drawn["peaks"]) > 20
    image = client.get(f"/api/takes/{finished['id']}/spectrogram.png")
    assert image.content.startswith(b"\x89PNG")


def test_the_first_sound_is_heard_before_the_take_is_done(client):
    take = begin(client, "slowly 15 first")
    with client.stream("GET", f"/api/takes/{take}/stream") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "audio/wav"
        assert answer.headers["x-sample-rate"] == "24000"
        pieces = answer.iter_bytes()
        heard = next(pieces)
        assert state(client, take) == "running"
        heard += b"".join(pieces)
    assert heard[:4] == b"RIFF"
    assert struct.unpack("<I", heard[40:44])[0] == 0xFFFFFFFF
    assert len(heard) - 44 == 15 * 4800 * 2


def test_listeners_who_come_late_hear_all_from_the_beginning(client, address):
    take = begin(client, "slowly 15 late")
    heard = []

    def listen(delay):
        import httpx

        time.sleep(delay)
        answer = httpx.get(f"{address}/api/takes/{take}/stream?format=pcm", timeout=30)
        heard.append(answer.content)

    threads = [threading.Thread(target=listen, args=(0.4 * n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {len(each) for each in heard} == {15 * 4800 * 2}
    stored = client.get(f"/api/takes/{take}/stream?format=pcm").content
    wav = client.get(f"/api/takes/{take}/audio?format=wav").content
    assert wav[44 : 44 + len(stored)] == stored
    live, kept = (np.frombuffer(pcm, "<i2").astype(int) for pcm in (heard[0], stored))
    assert np.abs(live - kept).max() <= 1, "the store keeps 24 bits"


def test_a_stream_ends_with_a_take_that_fails_or_is_cancelled(client):
    take = begin(client, "crash on the way")
    with client.stream("GET", f"/api/takes/{take}/stream") as answer:
        assert answer.status_code == 200
        answer.read()
    take = begin(client, "slowly 300 on")
    with client.stream("GET", f"/api/takes/{take}/stream") as answer:
        pieces = answer.iter_bytes()
        next(pieces)
        assert client.delete(f"/api/takes/{take}").json()["state"] == "cancelled"
        began = time.monotonic()
        for _ in pieces:
            pass
    assert time.monotonic() - began < 2


def test_a_stream_awaited_by_a_listener_of_a_take_without_sound_is_empty_and_no_error(client):
    take = begin(client, "hang")  # one chunk, then silence: the next take waits behind it
    waiting = begin(client, "say hello")
    with ThreadPoolExecutor(1) as listener:
        heard = listener.submit(client.get, f"/api/takes/{waiting}/stream")
        time.sleep(0.5)
        client.delete(f"/api/takes/{waiting}")
        answer = heard.result(10)
    client.delete(f"/api/takes/{take}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_take_without_sound_has_no_stream_and_no_audio(client):
    take = begin(client, "nothing at all")
    until(lambda: client.get(f"/api/takes/{take}").json()["state"] == "failed")
    answer = client.get(f"/api/takes/{take}/stream")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "take_without_sound"
    for place in ("audio", "peaks", "spectrogram.png"):
        answer = client.get(f"/api/takes/{take}/{place}")
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "take_not_done"


def test_a_listener_who_leaves_disturbs_nobody(client):
    take = begin(client, "slowly 8 leaving")
    with client.stream("GET", f"/api/takes/{take}/stream") as answer:
        next(answer.iter_bytes())
    assert len(client.get(f"/api/takes/{take}/stream?format=pcm").content) == 8 * 4800 * 2
    deadline = time.monotonic() + 5
    while state(client, take) != "done":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_retry_of_a_cancelled_take_renders_it(client):
    take = begin(client, "slowly 4 retry")
    client.delete(f"/api/takes/{take}")
    assert client.post(f"/api/takes/{take}/retry").status_code == 202
    assert len(client.get(f"/api/takes/{take}/stream?format=pcm").content) == 4 * 4800 * 2
    deadline = time.monotonic() + 5
    while state(client, take) != "done":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    again = client.post(f"/api/takes/{take}/retry")
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "take_not_retryable"


@pytest.mark.parametrize("identity", ["x", "0" * 36, "%00", "a" * 3000])
def test_an_unknown_take_is_not_found(client, identity):
    for place in ("", "/audio", "/stream", "/peaks", "/spectrogram.png"):
        assert client.get(f"/api/takes/{identity}{place}").status_code == 404
    assert client.delete(f"/api/takes/{identity}").status_code == 404
    assert client.post(f"/api/takes/{identity}/retry").status_code == 404


def test_the_engines_are_listed_with_their_cards_and_state(client):
    listed = {e["name"]: e for e in client.get("/api/engines").json()["engines"]}
    speaker = listed["speaker"]
    assert speaker["state"] in ("ready", "loaded")
    assert [preset["id"] for preset in speaker["presets"]] == ["ann", "bob"]
    assert speaker["options"]["properties"]["speed"]["maximum"] == 2.0
    assert speaker["cloning"]["closest_preset"] is True
    assert speaker["language_faults"] == [{"language": "ja", "reason": "in memory"}]
    assert client.get("/api/engines/speaker").json()["name"] == "speaker"
    assert client.get("/api/engines/nobody").status_code == 404
