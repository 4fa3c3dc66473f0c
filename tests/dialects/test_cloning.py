"""The cloning service's contract with a whole studio behind it, by HTTP and in a browser."""

import shutil
import sqlite3
import subprocess
import uuid
from types import SimpleNamespace

import httpx
import pytest

from studio.accounts.principal import LOCAL, Principal, Role
from studio.dialects.cloning import Cloning
from studio.problems import BadInput, NotFound
from studio.settings import Settings
from tests.api.clients_bench import *  # noqa: F403 (fixtures)
from tests.api.clients_bench import engines  # noqa: F401 (a fixture of fixtures)
from tests.audio import files, speech

TEXT = "안녕하세요. 오늘은 날씨가 좋습니다."


@pytest.fixture(scope="module")
def studio(open_studio):
    """What clients see of a studio, and where it keeps things."""
    with httpx.Client(base_url=open_studio.address, timeout=120) as client:
        yield SimpleNamespace(
            client=client,
            address=open_studio.address,
            data_dir=open_studio.studio.settings.data_dir,
            settings=open_studio.studio.settings,
        )


@pytest.fixture(scope="module")
def recording():
    return files.make("wav", *speech.espeak(speech.KOREAN, "ko"))


def upload(studio, recording, user="alice", **fields):
    form = {"user_id": user, "language": "ko", **fields}
    return studio.client.post("/upload-voice", files={"file": ("a.wav", recording)}, data=form)


@pytest.fixture(scope="module")
def voice(studio, recording):
    answer = upload(studio, recording)
    assert answer.status_code == 200, answer.text
    return answer.json()


def synthesize(studio, voice, user="alice", text=TEXT, **fields):
    order = {"user_id": user, "text": text, "input_voice_gcs": voice, **fields}
    return studio.client.post("/synthesize", json=order)


def job(studio, voice, **fields):
    answer = synthesize(studio, voice, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def result(studio, voice):
    made = job(studio, voice["gcs_url"])
    assert studio.client.get(made["proxy_stream_url"]).status_code == 200
    return made


def stored(studio, name):
    return studio.data_dir / "blobs" / name


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


# the walk


def test_an_upload_answers_with_the_contract_s_four_fields_and_the_blob_lies_there(studio, voice):
    assert set(voice) == {"message", "user_id", "blob", "gcs_url"}
    kind, user, number = voice["blob"].split("/")
    assert (kind, user, voice["user_id"]) == ("voices", "alice", "alice")
    assert str(uuid.UUID(number)) == number
    assert stored(studio, voice["blob"]).is_file()
    assert voice["gcs_url"] == stored(studio, voice["blob"]).as_uri()


def test_a_synthesis_answers_at_once_and_its_result_lies_under_the_name_it_promised(studio, voice):
    made = job(studio, voice["gcs_url"], text=f"{TEXT} 하나.")
    assert set(made) == {"message", "job", "result_blob", "result_gs_url", "proxy_stream_url"}
    assert made["result_blob"] == f"results/alice/{made['job']}"
    assert not stored(studio, made["result_blob"]).exists()
    early = studio.client.get(f"{made['proxy_stream_url']}&wait=0")
    assert code(early) == (404, "result_not_ready")
    assert int(early.headers["retry-after"]) >= 1
    waited = studio.client.get(made["proxy_stream_url"])
    assert waited.status_code == 200
    assert waited.content[:4] == b"RIFF"
    assert stored(studio, made["result_blob"]).read_bytes()[:4] == b"fLaC"
    assert made["result_gs_url"] == stored(studio, made["result_blob"]).as_uri()


def test_a_second_synthesis_of_the_same_has_a_blob_of_its_own(studio, voice, result):
    again = job(studio, voice["blob"])
    assert again["result_blob"] != result["result_blob"]
    assert studio.client.get(again["proxy_stream_url"]).status_code == 200
    first, second = (stored(studio, made["result_blob"]) for made in (result, again))
    assert first.read_bytes() == second.read_bytes()


def test_the_consent_s_record_says_that_the_calling_service_vouches(studio, voice):
    record = _consents(studio)[0]
    assert "alice" in record
    assert "/upload-voice" in record


def _consents(studio):
    with sqlite3.connect(studio.data_dir / "studio.sqlite3") as rows:
        return [row[0] for row in rows.execute("select statement from consents")]


def test_curl_downloads_the_result_while_its_job_goes_on(studio, voice, tmp_path):
    made = job(studio, voice["gcs_url"], text=f"{TEXT} 둘.")
    target = tmp_path / "result.wav"
    curl = shutil.which("curl") or pytest.skip("no curl")
    subprocess.run([curl, "-sSf", "-o", target, made["proxy_stream_url"]], check=True, timeout=60)
    assert target.read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("file_format", "kind", "magic"),
    [("wav", "audio/wav", b"RIFF"), ("flac", "audio/flac", b"fLaC"), ("mp3", "audio/mpeg", b"ID3")],
)
def test_the_format_is_the_client_s_choice(studio, result, file_format, kind, magic):
    answer = studio.client.get(f"{result['proxy_stream_url']}&format={file_format}")
    assert answer.headers["content-type"] == kind
    assert answer.content.startswith(magic)


def test_speech_with_a_cloned_voice_carries_the_watermark(studio, result, monkeypatch):
    monkeypatch.setattr(studio.settings, "watermark", True)
    answer = studio.client.get(result["proxy_stream_url"])
    assert answer.headers["x-watermark"].startswith("resemble-perth")


# ranges and validators


def test_parts_of_a_result_are_the_whole_s(studio, result):
    whole = studio.client.get(result["proxy_stream_url"])
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(whole.content)
    for asked, expected in (
        ("bytes=0-", whole.content),
        ("bytes=100-199", whole.content[100:200]),
        ("bytes=-50", whole.content[-50:]),
        (f"bytes={size - 10}-{size + 10}", whole.content[-10:]),
    ):
        part = studio.client.get(result["proxy_stream_url"], headers={"Range": asked})
        assert part.status_code == 206
        assert part.content == expected
        assert part.headers["content-range"].endswith(f"/{size}")
        assert part.headers["etag"] == whole.headers["etag"]
    beyond = studio.client.get(result["proxy_stream_url"], headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{size}"


def test_a_range_of_another_version_gets_the_whole(studio, result):
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert studio.client.get(result["proxy_stream_url"], headers=headers).status_code == 200


def test_what_a_client_has_already_is_not_sent_again(studio, result):
    etag = studio.client.get(result["proxy_stream_url"]).headers["etag"]
    headers = {"If-None-Match": f'"other", W/{etag}'}
    again = studio.client.get(result["proxy_stream_url"], headers=headers)
    assert (again.status_code, again.content) == (304, b"")


def test_head_says_what_get_would_without_the_sound(studio, result):
    whole = studio.client.get(result["proxy_stream_url"])
    head = studio.client.head(result["proxy_stream_url"], headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "accept-ranges"):
        assert head.headers[name] == whole.headers[name]


# what is refused


def test_a_recording_is_its_user_s_alone(studio, voice):
    assert code(synthesize(studio, voice["gcs_url"], user="bob")) == (404, "unknown_voice_blob")


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "voices/alice/../../studio.sqlite3",
        "gs://elsewhere/voices/alice/00000000-0000-0000-0000-000000000000",
        "file:///etc/passwd",
        "https://example.org/a.wav",
        "' OR 1=1 --",
        "{0.__class__}",
    ],
)
def test_a_reference_that_is_no_recording_of_the_user_is_unknown(studio, reference):
    assert code(synthesize(studio, reference)) == (404, "unknown_voice_blob")


@pytest.mark.parametrize("user", ["", "../alice", "a/b", "a b", "가", "a" * 65, "-a", "a\n", "%s"])
def test_a_user_that_cannot_be_a_folder_is_refused(studio, voice, recording, user):
    assert code(upload(studio, recording, user=user)) == (422, "user_id_unusable")
    assert code(synthesize(studio, voice["blob"], user=user)) == (422, "user_id_unusable")


def test_a_form_without_user_is_refused(studio, recording):
    answer = studio.client.post("/upload-voice", files={"file": ("a.wav", recording)})
    assert code(answer) == (422, "field_missing")


def test_an_upload_that_is_no_recording_is_refused_and_leaves_nothing(studio):
    assert upload(studio, b"<html>", user="carol").status_code == 422
    assert not (studio.data_dir / "blobs" / "voices" / "carol").exists()


@pytest.mark.parametrize(
    "blob",
    [
        "results/alice/00000000-0000-0000-0000-000000000000",
        "results/alice/../../studio.sqlite3",
        "results/alice/",
        "/etc/passwd",
        "' OR 1=1 --",
        "<script>",
    ],
)
def test_a_blob_that_is_no_result_is_unknown(studio, blob):
    answer = studio.client.get("/results/stream", params={"blob": blob})
    assert code(answer) == (404, "unknown_result")


def test_a_voice_is_no_result(studio, voice):
    answer = studio.client.get("/results/stream", params={"blob": voice["blob"]})
    assert code(answer) == (404, "unknown_result")


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_job_without_result_says_so_instead_of_not_yet(studio, voice, state):
    made = job(studio, voice["gcs_url"], text=f"{TEXT} {state}.")
    studio.client.get(made["proxy_stream_url"])
    error = '{"code": "error.engine_crashed", "params": {"engine": "X", "reason": "SIGKILL"}}'
    with sqlite3.connect(studio.data_dir / "studio.sqlite3") as rows:
        rows.execute("update takes set state=?, error=? where id=?", (state, error, made["job"]))
    answer = studio.client.get(made["proxy_stream_url"])
    assert code(answer) == (409, f"result_{state}")


def test_an_engine_that_cannot_clone_does_not_speak_with_another_voice(studio, voice):
    answer = synthesize(studio, voice["gcs_url"], engine="test_crash")
    assert code(answer) == (422, "engine_cannot_clone")


def test_an_engine_with_the_most_alike_preset_is_told_as_an_approximation(studio, voice):
    made = job(studio, voice["gcs_url"], engine="speaker")
    assert "closest" in made["message"] or "most" in made["message"], made["message"]


def test_unless_one_is_set_the_engine_is_the_first_that_clones(studio, voice):
    made = job(studio, voice["gcs_url"], text="Hello.", engine="auto")
    with sqlite3.connect(studio.data_dir / "studio.sqlite3") as rows:
        (engine,) = rows.execute("select engine from takes where id=?", (made["job"],)).fetchone()
    assert engine == "test_echo"


# with accounts


def owner(settings, who, user_id):
    return Cloning(settings, *[None] * 5).owner(who, user_id)


def test_with_accounts_nobody_acts_for_another_user():
    accounts = Settings(auth="on")
    mina = Principal(id="u1", name="mina", roles=frozenset({Role.CREATOR}))
    assert owner(accounts, mina, "u1") == owner(accounts, mina, "mina") == "u1"
    for other in ("u2", "local", "MINA"):
        with pytest.raises(NotFound):
            owner(accounts, mina, other)


def test_without_accounts_the_user_is_who_the_service_says():
    assert owner(Settings(), LOCAL, "anybody") == "anybody"
    with pytest.raises(BadInput):
        owner(Settings(), LOCAL, "any/body")


# in a browser


@pytest.mark.browser
def test_a_browser_plays_a_result_and_seeks_in_it_by_ranges(studio, voice):
    from playwright.sync_api import sync_playwright

    from tests.e2e.conftest import CHROMIUM, FLAGS

    long = " ".join(
        f"This is sentence number {n} of a long story about the sea." for n in range(40)
    )
    made = job(studio, voice["gcs_url"], text=long, language="en")
    page_of_ours = f"{studio.address}/docs"
    statuses = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, "--autoplay-policy=no-user-gesture-required"]
        )
        page = browser.new_page()
        page.on(
            "response",
            lambda answer: (
                "/results/stream" in answer.url
                and statuses.append((answer.status, answer.request.headers.get("range")))
            ),
        )
        page.goto(page_of_ours)
        found = page.evaluate(
            """async (address) => {
              const audio = document.createElement("audio");
              audio.preload = "metadata";
              audio.src = address;
              document.body.append(audio);
              const told = (name) => new Promise((yes, no) => {
                audio.addEventListener(name, yes, { once: true });
                audio.addEventListener("error", () => no(audio.error.message), { once: true });
              });
              await told("loadedmetadata");
              const target = audio.duration * 0.9;
              audio.currentTime = target;
              await told("seeked");
              audio.play();
              await told("timeupdate");
              await new Promise((go) => setTimeout(go, 400));
              return { duration: audio.duration, target, at: audio.currentTime };
            }""",
            made["proxy_stream_url"],
        )
        browser.close()
    assert found["duration"] > 60
    assert found["at"] > found["target"]
    assert {status for status, _ in statuses} == {206}
    starts = [int(asked.removeprefix("bytes=").split("-")[0]) for _, asked in statuses]
    size = int(httpx.head(made["proxy_stream_url"], timeout=60).headers["content-length"])
    assert max(starts) > size / 2, "it read all from the beginning instead of seeking"
