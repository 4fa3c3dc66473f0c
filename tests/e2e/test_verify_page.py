"""The page that says where a file comes from: from a cloned voice's download to its consent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from studio.audio.encode import wav
from tests.audio.speech import espeak
from tests.e2e.axe import violations
from tests.e2e.conftest import Visit
from tests.e2e.speech import a_clip
from tests.studio_process import StudioProcess, running

TEXT = "The harbour was quiet that morning, and only a few boats moved."
_LOOK = 120_000


@pytest.fixture(scope="module")
def cloning(tmp_path_factory) -> Iterator[StudioProcess]:
    """A studio with an engine that clones."""
    folder = tmp_path_factory.mktemp("cloning")
    with running(StudioProcess(folder / "data", STUDIO_MEASURE="0")) as started:
        yield started


@pytest.fixture(scope="module")
def download(cloning, tmp_path_factory):
    """A cloned voice's take as MP3."""
    clip = a_clip(tmp_path_factory.mktemp("clip") / "spoken.wav", "en")
    form = {
        "name": "Anna Example",
        "language": "en",
        "consent": "true",
        "insist_clip": "true",
        "insist_transcript": "true",
    }
    saved = cloning.client.post(
        "/api/voices", data=form, files={"file": clip.read_bytes()}, timeout=180
    )
    assert saved.status_code == 201, saved.text
    order = cloning.order(TEXT, [{"engine": "test_speech"}], voice=saved.json()["id"])
    take = cloning.finished(order["id"])["test_speech"]
    assert take["state"] == "done", take["error"]
    answer = cloning.client.get(f"/api/takes/{take['id']}/audio?format=mp3", timeout=180)
    assert answer.headers["x-watermark"].startswith("resemble-perth")
    file = tmp_path_factory.mktemp("download") / "take.mp3"
    file.write_bytes(answer.content)
    return file


@pytest.fixture
def person(browser, cloning):
    contexts = []

    def arrive(language: str, width: int = 1440, scheme: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        return Visit(context, cloning, language)

    yield arrive
    for context in contexts:
        context.close()


def look(page, file):
    page.set_input_files("vs-verify input[type=file]", file)
    page.wait_for_selector("vs-verify .vs-verify-verdict", timeout=_LOOK)


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1440, "light"), ("ko", 390, "dark")]
)
def test_a_cloned_voices_download_leads_to_the_consent(person, download, language, width, scheme):
    somebody = person(language, width, scheme)
    page = somebody.go("verify")
    look(page, download)
    verdict = page.locator(".vs-verify-verdict")
    expect(verdict).to_have_attribute("data-verdict", "declared_and_marked")
    expect(page.locator(".vs-verify-mark")).to_have_attribute("data-state", "found")
    expect(page.locator("[data-fact=engine] dd")).to_have_text("Test engine: speech")
    page.locator(".vs-verify-said button").click()
    expect(page.locator(".vs-verify-record blockquote")).not_to_be_empty()
    page.evaluate("scrollTo(0, 0)")
    somebody.shoot(f"{language}-{width}-{scheme}-verify-found")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    page.locator(".vs-verify-said a.vs-button").click()
    page.wait_for_selector("vs-take[data-engine=test_speech]")
    assert somebody.traffic.outside == []


def test_finding_nothing_is_said_to_prove_nothing(person, tmp_path):
    file = tmp_path / "plain.wav"
    file.write_bytes(wav(*espeak()))
    somebody = person("en")
    page = somebody.go("verify")
    look(page, file)
    expect(page.locator(".vs-verify-verdict")).to_have_attribute("data-verdict", "nothing")
    expect(page.locator(".vs-verify-verdict")).to_contain_text("proves nothing")
    somebody.shoot("en-1440-light-verify-nothing")
    page.locator(".vs-verify-verdict button").click()
    expect(page.locator("vs-verify .vs-drop")).to_be_visible()


def test_a_file_that_is_no_audio_is_refused_in_words_and_another_can_be_chosen(person, tmp_path):
    file = tmp_path / "letter.wav"
    file.write_text("Dear reader")
    page = person("ko").go("verify")
    page.set_input_files("vs-verify input[type=file]", file)
    expect(page.locator("vs-verify .vs-alert")).to_be_visible(timeout=_LOOK)
    expect(page.locator("vs-verify input[type=file]")).to_be_attached()
