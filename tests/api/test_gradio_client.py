"""Gradio's own Python client against the named endpoints, with and without accounts."""

import contextlib
import json
from pathlib import Path

import httpx
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError, AuthenticationError

from studio.api.clients.received import Received
from studio.problems import BadInput, TooMany
from tests.api.clients_bench import *  # noqa: F403 (fixtures)
from tests.api.clients_bench import engines  # noqa: F401 (a fixture of fixtures)

ENDPOINTS = {
    "/engines",
    "/voices",
    "/save_voice",
    "/plan",
    "/compare",
    "/speak",
    "/take",
    "/cancel",
    "/leaderboard",
}


def connected(studio, folder, **more):
    address = f"{studio.address}/gradio"
    options = {"verbose": False, "analytics_enabled": False, "download_files": str(folder)}
    return contextlib.closing(Client(address, **options, **more))


@pytest.fixture(scope="module")
def client(open_studio, tmp_path_factory):
    with connected(open_studio, tmp_path_factory.mktemp("downloads")) as client:
        yield client


@pytest.fixture(scope="module")
def voice(client, clip):
    return client.predict(
        recording=handle_file(clip),
        name="민지",
        language="ko",
        consent=True,
        api_name="/save_voice",
    )


def test_every_action_is_a_named_endpoint_with_documented_types(client):
    described = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(described) == ENDPOINTS
    for name, endpoint in described.items():
        for one in (*endpoint["parameters"], *endpoint["returns"]):
            assert one["type"], f"{name} says nothing about {one}"
        assert endpoint["description"], name
    told = described["/compare"]["returns"][0]["type"]
    assert set(told["properties"]) >= {"id", "final", "takes"}
    assert "state" in told["properties"]["takes"]["items"]["properties"]


def test_engines_are_listed_with_what_they_can_do(client):
    found = {engine["name"]: engine for engine in client.predict(api_name="/engines")}
    assert found["test_echo"]["clones"] is True
    assert found["espeak"]["ready"] is True
    assert "ko" in found["espeak"]["languages"]


def test_an_uploaded_recording_becomes_a_voice(client, voice):
    assert voice["name"] == "민지"
    assert voice["id"] in [one["id"] for one in client.predict(api_name="/voices")]


def test_a_recording_without_consent_is_refused_in_a_sentence(client, clip):
    with pytest.raises(AppError, match="consent"):
        client.predict(
            recording=handle_file(clip),
            name="x",
            language="ko",
            consent=False,
            api_name="/save_voice",
        )


def test_a_comparison_tells_progress_and_ends_with_the_sound_of_every_take(client, voice):
    job = client.submit(
        "Hello there", "en", ["test_echo", "test_slow"], voice["id"], api_name="/compare"
    )
    told = list(job)
    assert len(told) > 2
    assert not told[0]["final"]
    assert told[-1]["final"]
    assert [take["engine"] for take in told[-1]["takes"]] == ["test_echo", "test_slow"]
    for take in told[-1]["takes"]:
        samples, rate = soundfile.read(take["audio"])
        assert len(samples) / rate == pytest.approx(take["seconds"], abs=0.01)
    assert told[-1]["takes"][0]["aspects"]["reference"]["status"] == "honoured"
    assert told[-1]["takes"][1]["aspects"]["reference"]["status"] == "ignored"


def test_speech_comes_as_a_file(client):
    path = client.predict("안녕하세요", "ko", "espeak", api_name="/speak")
    assert Path(path).read_bytes()[:4] == b"RIFF"


def test_an_engine_s_own_voice_and_settings_can_be_named(client):
    path = client.predict("Hi", "en", "speaker:bob", options={"speed": 2.0}, api_name="/speak")
    assert soundfile.info(path).duration == pytest.approx(0.1, abs=0.02)


def test_a_plan_renders_nothing(client, open_studio):
    before = len(open_studio.studio.takes.recent("local", 100))
    (plan,) = client.predict("Hello", "en", ["test_echo"], api_name="/plan")
    assert plan["engine"] == "test_echo"
    assert plan["refusal"] is None
    assert len(open_studio.studio.takes.recent("local", 100)) == before


def test_a_take_is_found_by_its_id_and_its_address_works(client, voice):
    (take,) = list(client.submit("Again", "en", ["test_echo"], voice["id"], api_name="/compare"))[
        -1
    ]["takes"]
    again = client.predict(take["id"], api_name="/take")
    assert (again["state"], again["engine"]) == ("done", "test_echo")
    assert httpx.get(take["audio_url"]).status_code == 200


def test_a_take_can_be_cancelled(client):
    job = client.submit("chunks", "en", ["test_slow"], api_name="/compare")
    first = next(iter(job))
    stopped = client.predict(first["takes"][0]["id"], api_name="/cancel")
    assert stopped["state"] == "cancelled"
    assert job.result()["takes"][0]["state"] == "cancelled"


def test_the_leaderboard_says_on_what_it_stands(client):
    assert client.predict(api_name="/leaderboard")["votes"] == 0


@pytest.mark.parametrize(
    ("arguments", "api_name", "words"),
    [
        (("x",), "/take", "no such take"),
        ((5,), "/take", "take"),
        (("Hello", "en", ["nope"]), "/compare", "no engine"),
        (("Hello", "en", "espeak"), "/compare", "engines"),
        (("", "en", ["espeak"]), "/compare", "."),
        ((["Hello"], "en", ["espeak"]), "/compare", "text"),
        (("Hello", "en", ["espeak"], "../../x"), "/compare", "voice"),
        (("Hello", "en", "test_crash"), "/speak", "."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(client, arguments, api_name, words):
    with pytest.raises(AppError, match=words):
        client.predict(*arguments, api_name=api_name)


# what Gradio would do and the studio does not


def test_no_file_of_the_machine_and_no_address_can_be_named(open_studio, client, tmp_path):
    secret = tmp_path / "secret.wav"
    secret.write_bytes(b"RIFF")
    for path, url in (
        (str(secret), None),
        ("/etc/passwd", None),
        ("https://example.org/a.wav", "https://example.org/a.wav"),
        ("upload-" + "0" * 32, "http://127.0.0.1:1/"),
    ):
        file = {"path": path, "url": url, "meta": {"_type": "gradio.FileData"}}
        body = {"data": [file, "x", "ko", True]}
        address = f"{open_studio.address}/gradio/gradio_api/call/save_voice"
        answer = httpx.post(address, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "action_file")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "gradio_api/file=/etc/passwd"),
        ("GET", "gradio_api/file/etc/passwd"),
        ("GET", "gradio_api/proxy=https://example.org"),
        ("GET", "gradio_api/stream/a/b/c/playlist.m3u8"),
        ("POST", "gradio_api/component_server"),
        ("POST", "gradio_api/process_recording"),
        ("POST", "login"),
        ("GET", ""),
        ("GET", "../config"),
    ],
)
def test_gradio_s_other_doors_are_shut(open_studio, client, method, path):
    answer = httpx.request(method, f"{open_studio.address}/gradio/{path}")
    assert answer.status_code in (404, 405)


def test_an_upload_is_used_once_and_lies_on_no_disk(open_studio, client, clip, monkeypatch):
    address = f"{open_studio.address}/gradio/gradio_api/upload"
    before = set(open_studio.folder.rglob("*"))
    with clip.open("rb") as file:
        (name,) = httpx.post(address, files={"files": file}).json()
    assert set(open_studio.folder.rglob("*")) == before
    assert name.startswith("upload-")


def test_an_upload_over_the_limit_is_refused(open_studio):
    much = b"0" * (open_studio.studio.settings.upload_max_bytes + 1)
    address = f"{open_studio.address}/gradio/gradio_api/upload"
    assert httpx.post(address, files={"files": ("a.wav", much)}).status_code == 413


def test_a_page_of_another_site_can_call_no_endpoint(open_studio):
    answer = httpx.post(
        f"{open_studio.address}/gradio/gradio_api/call/engines",
        json={"data": []},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403


def test_recordings_that_wait_are_their_owner_s_and_few():
    received = Received(100)
    name = received.keep("a", b"x" * 10)
    with pytest.raises(BadInput):
        received.take("b", name)
    assert received.take("a", name) == b"x" * 10
    with pytest.raises(BadInput):
        received.take("a", name)
    names = [received.keep("a", b"x" * 10) for _ in range(6)]
    with pytest.raises(BadInput):
        received.take("a", names[0])
    assert received.take("a", names[-1])
    received.keep("b", b"x" * 70)
    with pytest.raises(TooMany):
        received.keep("c", b"x" * 70)


# with accounts


def test_with_accounts_nobody_connects_without_a_key(guarded, tmp_path):
    with pytest.raises(AuthenticationError):
        connected(guarded, tmp_path)
    with pytest.raises(ValueError, match="config"):
        connected(guarded, tmp_path, headers=guarded.keys["rae"])


def test_with_accounts_everybody_has_their_own_voices_and_takes(guarded, clip, tmp_path):
    with (
        connected(guarded, tmp_path, headers=guarded.keys["ada"]) as ada,
        connected(guarded, tmp_path, headers=guarded.keys["mina"]) as mina,
    ):
        hers = mina.predict(handle_file(clip), "민지", "ko", True, api_name="/save_voice")
        assert [one["id"] for one in mina.predict(api_name="/voices")] == [hers["id"]]
        assert ada.predict(api_name="/voices") == []
        with pytest.raises(AppError, match="no such voice"):
            ada.predict("Hello", "en", ["test_echo"], hers["id"], api_name="/compare")
        made = mina.predict("Hello", "en", ["test_echo"], hers["id"], api_name="/compare")
        (take,) = made["takes"]
        assert Path(take["audio"]).read_bytes()[:4] == b"RIFF"
        with pytest.raises(AppError, match="no such take"):
            ada.predict(take["id"], api_name="/take")
        file = f"{guarded.address}/gradio/gradio_api/stream/takes/{take['id']}.wav"
        assert httpx.get(file, headers=guarded.keys["mina"]).status_code == 200
        assert httpx.get(file, headers=guarded.keys["ada"]).status_code == 404
        assert httpx.get(file).status_code == 401


def test_an_event_cannot_use_another_person_s_upload(guarded, clip):
    address = f"{guarded.address}/gradio/gradio_api"
    with clip.open("rb") as file:
        answer = httpx.post(
            f"{address}/upload", files={"files": file}, headers=guarded.keys["mina"]
        )
    (name,) = answer.json()
    file = {"path": name, "meta": {"_type": "gradio.FileData"}}
    body = {"data": [file, "x", "ko", True, "", ""]}
    joined = httpx.post(f"{address}/call/save_voice", json=body, headers=guarded.keys["ada"])
    event = joined.json()["event_id"]
    told = httpx.get(f"{address}/call/save_voice/{event}", headers=guarded.keys["ada"]).text
    assert "event: error" in told
    assert json.loads(told.rpartition("data: ")[2])
    assert guarded.studio.voices.list("local") == []
