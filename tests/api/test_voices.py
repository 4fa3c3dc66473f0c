"""Voices and check-ups over HTTP, with real speech and hundreds of files that are none."""

import io
import socket
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
import uvicorn
from sqlalchemy import select

from studio.api.dependencies import owner
from studio.audio.resample import resample
from studio.store.tables import Consent, Voice
from tests.api.voices_bench import *  # noqa: F403 (fixtures)
from tests.audio import files, speech
from tests.audio.malformed import malformed_uploads

FIELDS = {"name": "민지", "language": "ko", "transcript": speech.KOREAN, "consent": "true"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def address(app):
    """The application behind a real server."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def save(client, data, filename="clip.wav", lang="en", **fields):
    return client.post(
        f"/api/voices?lang={lang}", files={"file": (filename, data)}, data=FIELDS | fields
    )


def connected(address):
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(p), p.stat().st_size) for p in folder.rglob("*") if p.is_file())


def kept(studio):
    with studio.database.read() as session:
        rows = [len(list(session.scalars(select(table)))) for table in (Voice, Consent)]
    return rows, listing(studio.settings.data_dir / "blobs")


def hangul(sentence: str) -> bool:
    return any("가" <= character <= "힣" for character in sentence)


def refusal(answer, status, code):
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith((".", "…", ")", "요.", "오."))
    return error


# what is refused


def test_every_malformed_upload_is_refused_in_a_sentence_and_leaves_nothing(
    client, studio, temporary, korean
):
    uploads = malformed_uploads()
    assert len(uploads) >= 200
    client.post("/api/checkups", files={"file": korean})  # the processes are up
    before = kept(studio), listing(temporary), descriptors(studio.runtime)
    wrong = []
    for name, data, why in uploads:
        for lang in ("ko", "en"):
            answer = save(client, data, name, lang)
            error = answer.json().get("error", {}) if answer.status_code < 500 else {}
            message = error.get("message", "")
            if not 400 <= answer.status_code < 500 or hangul(message) != (lang == "ko"):
                wrong.append((name, why, answer.status_code, answer.text[:200]))
            if "Traceback" in answer.text or "{" in message or len(message) < 10:
                wrong.append((name, why, "not a sentence", answer.text[:200]))
    assert not wrong, (len(wrong), wrong[:10])
    assert (kept(studio), listing(temporary)) == before[:2]
    assert descriptors(studio.runtime) <= before[2]
    assert client.get("/api/voices").json()["voices"] == []


def descriptors(runtime) -> int:
    """Open files of this process and of the one that decodes."""
    processes = ("self", runtime._benches["media"].pid)
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in processes)


FORMS = [
    ({"data": FIELDS}, "upload_not_a_form"),
    ({"json": FIELDS}, "upload_not_a_form"),
    ({"content": b"RIFF", "headers": {"Content-Type": "audio/wav"}}, "upload_not_a_form"),
    ({"files": {"name": (None, "x")}}, "upload_file_missing"),
    ({"files": {"file": (None, "not a file")}}, "upload_file_missing"),
    ({"files": {"recording": ("a.wav", b"RIFF")}}, "upload_file_missing"),
    ({"files": [("file", ("a.wav", b"x")), ("file", ("b.wav", b"x"))]}, "upload_two_files"),
    ({"files": {"file": ("a.wav", b"")}, "data": FIELDS}, "empty"),
    ({"files": {f"f{n}": (None, "x") for n in range(50)}}, "upload_broken"),
    ({"files": {"file": ("a" * 100_000, b"x")}}, "upload_broken"),
    ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, "upload_not_a_form"),
]
BODIES = [
    b"",
    b"garbage",
    b"--b\r\nno header at all\r\n\r\nx\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nno end',
    b'--b\r\nContent-Disposition: attachment; filename="a"\r\n\r\nx\r\n--b--\r\n',
    b"--b\r\nContent-Type: audio/wav\r\n\r\nx\r\n--b--\r\n",
    b"--b--\r\n" * 1000,
]
BOUNDARY = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize("route", ["/api/voices", "/api/checkups", "/api/doctor"])
@pytest.mark.parametrize("form", FORMS)
def test_a_form_without_exactly_one_file_is_refused(client, studio, temporary, route, form):
    upload, code = form
    refusal(client.post(route, **upload), 422, code)
    assert kept(studio) == ([0, 0], [])
    assert listing(temporary) == []


@pytest.mark.parametrize("body", BODIES)
def test_a_garbled_form_is_refused(client, studio, body):
    answer = client.post("/api/voices", content=body, headers=BOUNDARY)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] in ("upload_broken", "upload_file_missing")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": (None, "x" * 10 * MEGABYTE)}, "upload_field_too_long"),
        ({"name": (None, b"\xff\xfe")}, "upload_field_not_text"),
    ],
)
def test_a_field_that_is_no_short_text_is_refused(client, fields, code):
    refusal(client.post("/api/voices", files={"file": ("a.wav", b"x"), **fields}), 422, code)


def test_a_field_sent_twice_is_refused(client):
    twice = {"files": {"file": ("a.wav", b"x")}, "data": {"name": ["a", "b"]}}
    refusal(client.post("/api/voices", **twice), 422, "upload_field_twice")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"consent": "false"}, "consent_needed"),
        ({"consent": ""}, "consent_needed"),
        ({"consent": "maybe"}, "consent_needed"),
        ({"name": "\u202e"}, "name_missing"),
        ({"name": "n" * 81}, "name_too_long"),
        ({"language": ""}, "language_missing"),
        ({"language": "<script>"}, "language_unknown"),
        ({"transcript": "가" * 5001}, "transcript_too_long"),
    ],
)
def test_a_field_that_will_not_do_is_refused(client, studio, korean, wrong, code):
    refusal(save(client, korean, **wrong), 422, code)
    assert kept(studio) == ([0, 0], [])


def test_a_missing_field_is_refused_like_an_empty_one(client, korean):
    answer = client.post("/api/voices", files={"file": korean}, data={"consent": "true"})
    refusal(answer, 422, "name_missing")


def test_a_clip_that_is_too_short_is_refused_with_what_to_do(client, studio):
    short = files.make("wav", speech.espeak(speech.KOREAN, "ko")[0][: int(1.8 * 22050)], 22050)
    korean = refusal(save(client, short, lang="ko"), 422, "clip_refused")["message"]
    english = refusal(save(client, short, lang="en"), 422, "clip_refused")["message"]
    assert "초뿐입니다. 3초 이상 말한 녹음을 올려 주세요." in korean
    assert "seconds of speech. Upload a recording with 3 seconds or more" in english
    assert kept(studio) == ([0, 0], [])


def test_a_file_over_the_limit_is_refused_and_nothing_is_spooled(client, studio, temporary):
    big = files.make("wav", np.zeros(11 * MEGABYTE, np.float32), 48000)
    error = refusal(save(client, big), 413, "too_large")
    assert error["limit_megabytes"] == 20
    assert listing(temporary) == []
    assert kept(studio) == ([0, 0], [])


@pytest.mark.parametrize(
    "part", [b'name="file"; filename="a.wav"', b'name="nobody asked for this"']
)
def test_an_upload_without_an_announced_size_is_refused_before_its_end(address, temporary, part):
    with connected(address) as connection:
        connection.sendall(
            b"POST /api/checkups HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        )
        head = b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n\r\n"
        for block in (head, *[bytes(MEGABYTE)] * 21):
            connection.sendall(b"%x\r\n%b\r\n" % (len(block), block))
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")
    assert listing(temporary) == []


def test_a_browser_that_sends_far_too_much_still_reads_the_sentence(address, temporary):
    answer = httpx.post(f"{address}/api/checkups", files={"file": bytes(100 * MEGABYTE)})
    assert refusal(answer, 413, "too_large")["megabytes"] == 100
    assert listing(temporary) == []


def test_an_announced_size_over_the_limit_is_refused_unread(address):
    with connected(address) as connection:
        connection.sendall(
            b"POST /api/checkups HTTP/1.1\r\nHost: x\r\nContent-Length: 31457280\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_client_that_leaves_in_the_middle_leaves_nothing(address, studio, temporary, korean):
    with connected(address) as connection:
        connection.sendall(
            b"POST /api/voices HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
            b'Content-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + korean
        )
    assert httpx.get(f"{address}/api/voices").json()["voices"] == []
    assert listing(temporary) == []
    assert kept(studio) == ([0, 0], [])


# what is taken


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "opus", "m4a", "webm", "webm_live"])
def test_real_speech_of_every_container_is_saved(client, studio, temporary, kind):
    samples, rate = resample(speech.piper()[0], 22050, 48000), 48000
    before = listing(temporary)
    answer = save(
        client,
        files.make(kind, samples, rate),
        f"../../{kind}.{files.suffix(kind)}",
        language="en",
    )
    assert answer.status_code == 201, answer.text
    voice = answer.json()
    assert voice["check"]["verdict"] == "usable"
    assert voice["check"]["speech_seconds"] > 3
    assert len(voice["check"]["peaks"]) == 400
    assert client.get(f"/api/voices/{voice['id']}").json() == voice
    clip = client.get(f"/api/voices/{voice['id']}/clip").content
    heard, heard_rate = soundfile.read(io.BytesIO(clip))
    assert len(heard) / heard_rate == pytest.approx(len(samples) / rate, abs=0.1)
    assert len(kept(studio)[1]) == 2, "the clip and the reference"
    assert listing(temporary) == before


def test_a_check_up_answers_in_the_persons_language_and_keeps_nothing(client, studio, korean):
    quiet = files.make("wav", 0.004 * speech.espeak(speech.KOREAN, "ko")[0], 22050)
    answers = {
        lang: client.post(
            "/api/checkups", files={"file": quiet}, headers={"Accept-Language": lang}
        ).json()
        for lang in ("ko-KR,ko;q=0.9", "en")
    }
    said = {
        lang: [reason["message"] for reason in answer["reasons"] if reason["code"] == "too_quiet"]
        for lang, answer in answers.items()
    }
    assert said["en"][0].startswith("The recording is very quiet")
    assert said["ko-KR,ko;q=0.9"][0].startswith("소리가 너무 작습니다")
    assert answers["en"]["verdict"] == "warning"
    assert kept(studio) == ([0, 0], [])


def test_the_whole_life_of_a_voice(client, studio, korean):
    saved = save(client, korean, lang="ko").json()
    listed = client.get("/api/voices?lang=ko").json()
    assert listed["voices"] == [saved]
    assert saved["consent"]["statement"] == listed["consent_statement"]
    assert hangul(saved["consent"]["statement"])
    assert client.get(f"/api/voices/{saved['id']}/clip").headers["content-type"] == "audio/wav"
    assert client.delete(f"/api/voices/{saved['id']}").status_code == 204
    refusal(client.get(f"/api/voices/{saved['id']}/clip"), 404, "unknown_voice")
    refusal(client.delete(f"/api/voices/{saved['id']}"), 404, "unknown_voice")
    assert kept(studio) == ([0, 1], [])


def test_another_persons_voice_is_not_there(client, studio, app, korean):
    saved = save(client, korean).json()
    app.dependency_overrides[owner] = lambda: "other"
    assert client.get("/api/voices").json()["voices"] == []
    for path in ("", "/clip", "/closest/kokoro"):
        refusal(client.get(f"/api/voices/{saved['id']}{path}"), 404, "unknown_voice")
    refusal(client.delete(f"/api/voices/{saved['id']}"), 404, "unknown_voice")
    del app.dependency_overrides[owner]
    assert client.get(f"/api/voices/{saved['id']}").status_code == 200


@pytest.mark.parametrize(
    "voice", ["nobody", "..%2F..%2Fetc", "0" * 5000, "%00", "'; DROP TABLE voices"]
)
def test_a_voice_that_never_was_is_not_found(client, voice):
    assert client.get(f"/api/voices/{voice}").status_code in (404, 422)


def test_closest_presets_of_an_engine_without_them_are_refused(client, korean):
    saved = save(client, korean).json()
    refusal(client.get(f"/api/voices/{saved['id']}/closest/espeak"), 422, "no_closest_preset")
    refusal(client.get(f"/api/voices/{saved['id']}/closest/nothing"), 404, "unknown_engine")


def test_the_forms_are_in_the_api_description(app):
    paths = app.openapi()["paths"]
    form = paths["/api/voices"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(form["required"]) == {"file", "name", "language", "consent"}
    assert "multipart/form-data" in paths["/api/checkups"]["post"]["requestBody"]["content"]
