"""From a clip to a voice with the doctor's help: picture, advice, words, whose voice, enrolments."""

import pytest
from playwright.sync_api import expect

from studio.locales import text
from studio.quality.models import WHISPER
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.audio import speech
from tests.e2e.axe import violations
from tests.e2e.speech import a_clip
from tests.studio_process import StudioProcess, running

_EXAMINED = 180_000


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A studio whose doctor hears words, with the smallest speech recogniser."""
    data = tmp_path_factory.mktemp("doctor") / "data"
    WeightStore(Settings(data_dir=data)).get(WHISPER, offline=True, set_name="base")
    with running(StudioProcess(data, plugins=None)) as started:
        yield started


def examined(person, clip):
    """Open the voices page, give it a clip, wait for the doctor."""
    page = person.go("voices")
    page.set_input_files("vs-clip input[type=file]", clip)
    page.wait_for_selector("vs-clip .vs-verdict", timeout=60_000)
    expect(page.locator("vs-clip button[type=submit]")).to_be_visible()
    page.wait_for_selector("vs-clip .vs-doctor:not([aria-busy])", timeout=_EXAMINED)
    expect(page.locator("vs-clip .vs-legend li").first).to_be_visible()
    return page


def test_the_doctor_helps_from_the_clip_to_the_voice(visit, studio, tmp_path):
    person = visit("ko", width=390)
    page = examined(person, a_clip(tmp_path / "clip.wav", "en"))

    # the picture, and the same in words
    legend = page.locator("vs-clip .vs-legend li")
    assert [one.locator("i").get_attribute("data-mark") for one in legend.all()][:2] == [
        "speech",
        "silence",
    ]
    marks = page.evaluate("document.querySelector('vs-clip vs-player').marked")
    assert marks["speech"]
    assert 0 <= marks["part"]["start"] < marks["part"]["end"] <= marks["seconds"]

    # the language heard is chosen, the words heard are proposed and checked for completeness
    expect(page.locator("vs-clip select[name=language]")).to_have_value("en")
    words = page.locator("vs-clip textarea")
    heard = words.input_value().lower()
    assert sum(word in heard for word in ("the", "and")) == 2, heard
    expect(page.locator("vs-clip .vs-covered")).to_be_visible()
    person.shoot("ko-390-doctor")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    # somebody else's voice is another consent
    consent = page.locator("vs-clip .vs-consent")
    page.fill("vs-clip input[name=name]", "이야기꾼")
    page.check("vs-clip input[name=consent]")
    page.check("vs-clip input[value=theirs]")
    expect(page.locator("vs-clip input[name=consent]")).not_to_be_checked()
    page.fill("vs-clip input[name=speaker]", "Narrator")
    expect(consent).to_have_text(text("ko", "voices.consent_statement_other", speaker="Narrator"))
    save = page.locator("vs-clip button[type=submit]")
    expect(save).to_be_disabled()
    page.check("vs-clip input[name=consent]")
    save.click()
    page.wait_for_selector("vs-clip .vs-saved", timeout=_EXAMINED)
    expect(page.locator("vs-clip .vs-enrolments li").first).to_be_visible()

    # the voice in the list: picture, words to correct, consent with its record
    (voice,) = studio.client.get("/api/voices").json()["voices"]
    row = page.locator(f"[data-voice='{voice['id']}']")
    expect(row.locator(".vs-legend li").first).to_be_visible()
    row.locator(".vs-voice-words .vs-button").click()
    box = row.locator("textarea")
    box.fill(box.input_value() + " ")
    row.locator(".vs-button-accent").click()
    expect(row.locator("textarea")).to_have_count(0)
    for fold in row.locator(".vs-voice-folds > details > summary").all():
        fold.click()
    expect(row.locator("vs-enrolments li").first).to_be_visible()
    expect(row).to_contain_text("Narrator")
    record = row.locator(f"a[href*='/api/voices/{voice['id']}/consent']")
    assert studio.client.get(record.get_attribute("href")).json()["speaker"] == "Narrator"
    person.shoot("ko-390-voice")
    assert violations(page) == []
    assert person.traffic.complaints == []


def test_words_that_leave_out_half_are_questioned(visit, tmp_path):
    person = visit("en", scheme="dark")
    page = examined(person, a_clip(tmp_path / "clip.wav", "en"))
    own = " ".join(speech.ENGLISH.split()[:3])
    page.fill("vs-clip textarea", own)
    page.fill("vs-clip input[name=name]", "Short of words")
    page.check("vs-clip input[name=consent]")
    page.click("vs-clip button[type=submit]")
    doubt = page.locator("vs-clip .vs-disagreement")
    expect(doubt).to_be_visible(timeout=_EXAMINED)
    expect(doubt.locator("dd")).to_have_count(2)
    expect(doubt.locator("dd").last).to_have_text(own)
    person.shoot("en-dark-words-refused")
    assert violations(page) == []
    doubt.locator(".vs-insist-transcript").click()
    page.wait_for_selector("vs-clip .vs-saved", timeout=_EXAMINED)


def test_without_a_recogniser_the_page_says_how_to_get_one(visit, studio, tmp_path):
    person = visit("en")
    clip = a_clip(tmp_path / "clip.wav", "en")
    heard = studio.client.post("/api/doctor", files={"file": clip.read_bytes()}, timeout=180)
    deaf = heard.json() | {"recogniser": None, "transcript": None, "language": None}
    person.page.route("**/api/doctor*", lambda route: route.fulfill(json=deaf))
    page = examined(person, clip)
    link = page.locator("vs-clip .vs-words-origin a")
    assert link.get_attribute("href").endswith("/en/engines#model-whisper")
    expect(page.locator("vs-clip textarea")).to_have_value("")


def test_a_doctor_that_does_not_answer_stops_nobody(visit, tmp_path):
    person = visit("ko")
    person.page.route("**/api/doctor*", lambda route: route.abort())
    page = person.go("voices")
    page.set_input_files("vs-clip input[type=file]", a_clip(tmp_path / "clip.wav", "ko"))
    expect(page.locator("vs-clip .vs-refusal")).to_be_visible(timeout=60_000)
    page.fill("vs-clip input[name=name]", "목소리")
    page.check("vs-clip input[name=consent]")
    expect(page.locator("vs-clip button[type=submit]")).to_be_enabled()
