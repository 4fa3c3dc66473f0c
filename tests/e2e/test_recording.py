"""Recording a voice: a text to read, the level in words, the words, the part that is used."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

from studio.quality.models import WHISPER
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.audio import speech
from tests.e2e.axe import violations
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.studio_process import ROOT, StudioProcess, running

TEXTS = json.loads((ROOT / "assets/reading/texts.json").read_text())
_EXAMINED = 180_000
_QUIET_SECONDS = 5
"""The microphone hears the room until the countdown is over."""


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A studio whose doctor hears words, with the smallest speech recogniser."""
    data = tmp_path_factory.mktemp("booth") / "data"
    WeightStore(Settings(data_dir=data)).get(WHISPER, offline=True, set_name="base")
    with running(StudioProcess(data, plugins=None)) as started:
        yield started


def heard_by_the_microphone(path: Path, gain: float) -> Path:
    """Somebody reads the first English text, after a while in a quiet room."""
    samples, rate = speech.espeak(TEXTS["en"][0], "en-us", 150)
    noise = np.random.default_rng(7).normal(0, 1e-4, rate * _QUIET_SECONDS)
    said = np.clip(samples * gain, -1, 1)
    sound = np.concatenate([noise.astype(np.float32), said, noise[:rate].astype(np.float32)])
    soundfile.write(path, sound, rate, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def browsers(playwright, tmp_path_factory):
    """Browsers by the gain of their microphone."""
    folder = tmp_path_factory.mktemp("sound")
    started = {}

    def browser(gain: float):
        if gain not in started:
            sound = heard_by_the_microphone(folder / f"{gain}.wav", gain)
            flags = [*FLAGS, f"--use-file-for-fake-audio-capture={sound}"]
            started[gain] = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        return started[gain]

    yield browser
    for one in started.values():
        one.close()


@pytest.fixture
def browser(browsers):
    """The one whose microphone is set well."""
    return browsers(0.6)


def opened(person):
    """The booth, with the microphone on."""
    page = person.go("voices")
    page.click("vs-clip .vs-button-record")
    page.wait_for_selector(".vs-booth[data-stage=ready]")
    return page


def begun(page) -> None:
    page.click(".vs-booth .vs-button-record")
    page.wait_for_selector(".vs-booth[data-stage=recording]", timeout=15_000)


def settled(page) -> None:
    page.wait_for_selector("vs-clip .vs-doctor:not([aria-busy])", timeout=_EXAMINED)


def test_a_text_is_read_and_its_words_are_there(visit, studio):
    person = visit("en")
    page = opened(person)
    expect(page.locator(".vs-booth-text")).to_have_text(TEXTS["en"][0])
    assert violations(page) == []
    page.click(".vs-booth .vs-button-record")
    expect(page.locator(".vs-booth-count")).to_be_visible()
    expect(page.locator(".vs-level-word")).to_contain_text("The room is quiet")
    before = page.locator(".vs-booth").bounding_box()
    page.wait_for_selector(".vs-booth[data-stage=recording]", timeout=15_000)
    word = page.locator(".vs-level-word")
    expect(word).to_have_text("Good level.", timeout=10_000)
    assert page.locator(".vs-booth").bounding_box() == before, "nothing moves while one reads"
    assert violations(page) == []
    page.wait_for_timeout(7000)
    person.shoot("en-recording")
    page.click(".vs-booth .vs-button-record")
    page.wait_for_selector("vs-clip .vs-verdict", timeout=60_000)
    settled(page)

    # the words are those of the text, not the recogniser's own spelling
    words = page.locator("vs-clip textarea").input_value()
    assert words in TEXTS["en"][0]
    assert len(words.split()) > 12
    expect(page.locator(".vs-words-origin")).to_contain_text("The words you read")

    # the best part is shown, and said
    marks = page.evaluate("document.querySelector('vs-clip vs-player').marked.part")
    start = page.locator("vs-clip [data-handle=start]")
    assert float(start.get_attribute("aria-valuenow")) == pytest.approx(marks["start"], abs=0.06)
    expect(page.locator(".vs-part-words")).to_contain_text("Best part")
    assert violations(page) == []

    # another part, by keys: its words follow
    end = page.locator("vs-clip [data-handle=end]")
    end.focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    chosen = float(end.get_attribute("aria-valuenow"))
    assert chosen == pytest.approx(marks["end"] - 4, abs=0.06)
    expect(page.locator(".vs-part-words")).to_contain_text("New part")
    person.shoot("en-another-part")
    page.get_by_role("button", name="Use this part").click()
    page.wait_for_selector("vs-clip .vs-doctor[aria-busy]")
    settled(page)
    fewer = page.locator("vs-clip textarea").input_value()
    assert fewer in words
    assert len(fewer) < len(words)
    expect(page.locator(".vs-part-words")).to_contain_text("Part in use")

    page.fill("vs-clip input[name=name]", "Reader")
    page.check("vs-clip input[name=consent]")
    page.click("vs-clip button[type=submit]")
    page.wait_for_selector("vs-clip .vs-saved", timeout=_EXAMINED)
    (voice,) = studio.client.get("/api/voices").json()["voices"]
    assert voice["transcript"] == fewer
    assert voice["doctor"]["part"]["end"] == pytest.approx(chosen, abs=0.11)

    # and once it is saved: hear the part, change it back, with the words that are heard in it
    row = page.locator(f"[data-voice='{voice['id']}']")
    expect(row.locator(".vs-enrolment-sum")).not_to_be_empty()
    row.locator(".vs-another-part > summary").click()
    row.locator("[data-handle=end]").focus()
    page.keyboard.press("End")
    row.get_by_role("button", name="Use this part").click()
    take = row.get_by_role("button", name="Use the words that were heard")
    expect(take).to_be_visible(timeout=_EXAMINED)
    person.shoot("en-saved-part")
    take.click()
    expect(row.locator(".vs-another-part")).not_to_have_attribute("open", "", timeout=_EXAMINED)
    (now,) = studio.client.get("/api/voices").json()["voices"]
    assert now["doctor"]["part"]["end"] > voice["doctor"]["part"]["end"] + 2
    assert len(now["transcript"]) > len(fewer)
    assert violations(page) == []
    refused = [one for one in person.traffic.complaints if "422" not in one]
    assert refused == [], "only the words that did not fit the part were refused"
    studio.client.delete(f"/api/voices/{voice['id']}")


def test_saving_at_once_waits_for_the_words(visit, studio):
    person = visit("ko", width=390)
    page = opened(person)
    page.locator(".vs-booth-head select").select_option("en")
    begun(page)
    page.wait_for_timeout(7000)
    page.click(".vs-booth .vs-button-record")
    page.wait_for_selector("vs-clip .vs-verdict", timeout=60_000)
    page.fill("vs-clip input[name=name]", "Hasty")
    page.check("vs-clip input[name=consent]")
    page.click("vs-clip button[type=submit]")
    waiting = page.locator("vs-clip .vs-problem .vs-doctor-busy")
    expect(waiting).to_contain_text("맞춰 본 뒤 바로 저장합니다")
    expect(page.locator("vs-clip button[type=submit]")).to_be_disabled()
    assert violations(page) == []
    person.shoot("ko-390-saving-waits")
    page.wait_for_selector("vs-clip .vs-saved", timeout=_EXAMINED)
    (voice,) = studio.client.get("/api/voices").json()["voices"]
    # the seven seconds of the text that were read, not all that stood there
    assert voice["transcript"] in TEXTS["en"][0]
    assert 0 < len(voice["transcript"]) < len(TEXTS["en"][0])
    assert person.traffic.complaints == []
    studio.client.delete(f"/api/voices/{voice['id']}")


def test_a_handle_is_dragged(visit, tmp_path):
    person = visit("ko", width=390, scheme="dark")
    page = person.go("voices")
    clip = heard_by_the_microphone(tmp_path / "clip.wav", 0.6)
    page.set_input_files("vs-clip input[type=file]", clip)
    page.wait_for_selector("vs-clip .vs-part-handle", timeout=_EXAMINED)
    handle = page.locator("vs-clip [data-handle=start]")
    handle.scroll_into_view_if_needed()
    box, wave = handle.bounding_box(), page.locator("vs-clip .vs-track").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(wave["x"] + wave["width"] * 0.6, box["y"] + 40, steps=4)
    page.mouse.up()
    seconds = page.evaluate("document.querySelector('vs-clip vs-player').marked.seconds")
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(seconds * 0.6, abs=0.1)
    drawn = page.evaluate("document.querySelector('vs-clip vs-player').marked.part.start")
    assert drawn == pytest.approx(seconds * 0.6, abs=0.1)
    person.shoot("ko-390-dark-part")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # what is dragged can be typed, too
    page.locator("vs-clip .vs-part details summary").click()
    page.locator("vs-clip .vs-part input[name=start]").fill("5.2")
    page.keyboard.press("Tab")
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(5.2)


@pytest.mark.parametrize(
    ("gain", "word"), [(0.02, "Too quiet"), (12.0, "Distorted"), (0.0, "Nothing is heard")]
)
def test_what_is_wrong_is_said_while_one_speaks(browsers, studio, gain, word):
    context = browsers(gain).new_context(permissions=["microphone"], locale="en-US")
    page = context.new_page()
    page.goto(f"{studio.address}/en/voices")
    page.click("vs-clip .vs-button-record")
    page.wait_for_selector(".vs-booth[data-stage=ready]")
    begun(page)
    expect(page.locator(".vs-level-word")).to_contain_text(word, timeout=12_000)
    context.close()


def test_another_text_another_language_and_once_more(visit):
    person = visit("ko", width=390)
    page = opened(person)
    text = page.locator(".vs-booth-text")
    expect(text).to_have_text(TEXTS["ko"][0])
    page.get_by_role("button", name="다른 글").click()
    expect(text).to_have_text(TEXTS["ko"][1])
    page.locator(".vs-booth-head select").select_option("ar")
    expect(text).to_have_text(TEXTS["ar"][0])
    assert text.get_attribute("lang") == "ar"
    assert text.evaluate("one => getComputedStyle(one).direction") == "rtl"
    page.locator(".vs-booth-head select").select_option("de")
    page.get_by_role("button", name="다른 글").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    begun(page)
    page.wait_for_timeout(1500)
    person.shoot("ko-390-recording")
    page.get_by_role("button", name="처음부터 다시").click()
    page.wait_for_selector(".vs-booth[data-stage=ready]")
    expect(text).to_have_text(TEXTS["de"][1])
    begun(page)
    page.wait_for_timeout(5000)
    page.click(".vs-booth .vs-button-record")
    page.wait_for_selector("vs-clip .vs-verdict", timeout=60_000)
    page.locator("vs-clip .vs-retake").click()
    page.wait_for_selector(".vs-booth[data-stage=ready]")
    expect(text).to_have_text(TEXTS["de"][1])
    page.get_by_role("button", name="버리기").click()
    expect(page.locator("vs-clip input[type=file]")).to_be_attached()


def test_the_whole_of_it_by_keyboard(visit):
    page = opened(visit("en"))
    expect(page.locator(".vs-booth .vs-button-record")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector(".vs-booth[data-stage=recording]", timeout=15_000)
    expect(page.locator(".vs-booth .vs-button-record")).to_be_focused()
    page.wait_for_timeout(4500)
    page.keyboard.press("Enter")
    page.wait_for_selector("vs-clip .vs-verdict", timeout=60_000)


def test_without_a_microphone_the_page_says_what_to_do(visit):
    person = visit("en")
    person.context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('', 'NotFoundError'))"
    )
    page = person.go("voices")
    page.click("vs-clip .vs-button-record")
    expect(page.locator("vs-clip [role=alert]")).to_contain_text("No microphone was found")
    expect(page.locator("vs-clip input[type=file]")).to_be_attached()


_LEVELS = """
async ([room, said]) => {
  const { Levels } = await import("/assets/js/voices/level.js");
  const levels = new Levels();
  for (let i = 0; i < 60; i += 1) levels.hush({ rms: room });
  let word = "";
  for (const [rms, peak, clipped] of said)
    for (let i = 0; i < 30; i += 1) word = levels.hear({ rms: i % 5 ? rms : room, peak, clipped });
  return word;
}
"""


@pytest.mark.parametrize(
    ("room", "said", "word"),
    [
        (-70, [[-22, -8, False]], "good"),
        (-70, [[-44, -30, False]], "quiet"),
        (-70, [[-8, -2, False]], "loud"),
        (-70, [[-22, -0.1, True]], "clipped"),
        (-70, [[-69, -60, False]], "silent"),
        (-38, [[-24, -8, False]], "noisy"),
        (-70, [[-22, -0.1, True], [-22, -8, False]], "clipped"),  # it stands, to be read
        (-70, [[-22, -0.1, True], *([[-22, -8, False]] * 4)], "good"),
        (-70, [[-44, -30, False], *([[-22, -8, False]] * 2)], "good"),
    ],
)
def test_levels_in_words(visit, room, said, word):
    page = visit("en").go("voices")
    assert page.evaluate(_LEVELS, [room, said]) == word


_READ = """async ([text, heard]) =>
  (await import("/assets/js/voices/reading.js")).readPart(text, heard)"""


@pytest.mark.parametrize(
    ("text", "heard", "part"),
    [
        ("One two, three. Four five six!", "one too three", "One two, three."),
        ("One two, three. Four five six!", "four five, six", "Four five six!"),
        (
            "맑은 아침이면 강가를 천천히 걷습니다.",
            "강가를 천천이 것습니다",
            "강가를 천천히 걷습니다.",
        ),
        ("晴れた朝は、川まで歩いて行くのが好きです。", "川まで歩いて行く", "川まで歩いて行く"),
        ("One two, three. Four five six!", "something else altogether", None),
        ("One two three", "", None),
    ],
)
def test_the_part_of_a_text_that_was_read(visit, text, heard, part):
    page = visit("en").go("voices")
    assert page.evaluate(_READ, [text, heard]) == part
