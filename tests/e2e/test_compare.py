"""Takes side by side: one playhead, pictures, marks, ways on; by pointer and by keys."""

import hashlib
import io
import itertools
import json
import re
import zipfile

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.steps import card

TEXT = "The first train leaves at six, and the whole city is still asleep."
DECK = "document.querySelector('vs-comparison').deck"
_SHIFT = 0.02
_GAP_SECONDS = 0.005


@pytest.fixture(scope="module")
def comparison(studio):
    made = studio.order(TEXT, [{"engine": "piper"}, {"engine": "espeak"}])["id"]
    studio.finished(made)
    return made


@pytest.fixture
def fresh(studio):
    """Another comparison of the same text, which a test may write on."""
    made = studio.order(TEXT, [{"engine": "piper"}, {"engine": "espeak"}])["id"]
    studio.finished(made)
    return made


def opened(visit, comparison, language="en", **more):
    person = visit(language, **more)
    page = person.go("", f"?comparison={comparison}")
    page.wait_for_selector("vs-comparison[over] vs-take[data-state=done]")
    expect(page.locator(".vs-deck .vs-play")).to_be_enabled()
    return person, page


def state(page):
    """Who is heard, whether, where (seconds), and the rules."""
    return page.evaluate(
        f"(() => {{ const d = {DECK}; return {{ who: d.current?.place, playing: d.playing,"
        " seconds: d.seconds, moment: d.moment, loop: d.loop, part: d.part, turn: d.turn }; })()"
    )


def until(page, what):
    page.wait_for_function(f"(() => {{ const deck = {DECK}; return {what}; }})()")


# one playhead


def test_another_take_goes_on_at_the_same_moment_without_a_gap(visit):
    """Two tones on a deck of their own, rendered to samples: sound never stops, nothing clicks."""
    page = visit("en").go("verify")
    heard = page.evaluate(
        """async () => {
      const { Deck } = await import("/assets/js/compare/deck.js");
      const context = new OfflineAudioContext(1, 48000 * 2, 48000);
      const goOn = context.resume.bind(context);
      context.resume = () => Promise.resolve();
      const deck = new Deck(() => context);
      const tone = (hertz, seconds, rate) => {
        const buffer = context.createBuffer(1, seconds * rate, rate);
        const samples = buffer.getChannelData(0);
        for (let i = 0; i < samples.length; i += 1)
          samples[i] = 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate);
        return Promise.resolve(buffer);
      };
      const take = (position, seconds, loudness_lufs) =>
        ({ id: `${position}`, position, state: "done", title: "x", seconds, loudness_lufs });
      deck.show([take(0, 4, -20), take(1, 8, -14)], [0, 1]);
      deck.seat(0).sound = tone(437, 4, 24000);
      deck.seat(1).sound = tone(913, 8, 16000);
      await deck.play();
      const told = {};
      context.suspend(0.7).then(async () => {
        told.before = deck.moment;
        await deck.hear(deck.seat(1));
        told.after = deck.moment;
        told.length = deck.current.length;
        goOn();
      });
      const made = (await context.startRendering()).getChannelData(0);
      deck.halt();
      return { ...told, samples: [...made] };
    }"""
    )
    sound = np.array(heard["samples"])
    assert heard["length"] == 8
    assert heard["after"] == pytest.approx(heard["before"], abs=0.01)
    loud = np.flatnonzero(np.abs(sound) > 0.02)
    assert loud[-1] - loud[0] > 1.9 * 48_000
    assert np.diff(loud).max() / 48_000 < _GAP_SECONDS
    assert np.abs(np.diff(sound)).max() < 0.07, "a click"
    # six LU louder, so turned down by six
    assert np.abs(sound[10_000:30_000]).max() == pytest.approx(0.5, rel=0.02)
    assert np.abs(sound[60_000:90_000]).max() == pytest.approx(0.5 * 10 ** (-6 / 20), rel=0.02)
    # the other take is there: 913 Hz, no longer 437
    spectrum = np.abs(np.fft.rfft(sound[60_000:84_000]))
    assert np.argmax(spectrum) * 2 == pytest.approx(913, abs=4)


def test_keys_play_switch_step_and_loop(visit, comparison):
    _, page = opened(visit, comparison)
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("Space")
    until(page, "deck.playing && deck.seconds > 0.3")
    before = state(page)
    assert before["who"] == 0
    page.keyboard.press("2")
    until(page, "deck.playing && deck.current.place === 1")
    after = state(page)
    assert before["moment"] <= after["moment"] < before["moment"] + 0.35
    expect(page.locator("vs-take[current]")).to_have_attribute("data-engine", "espeak")
    page.keyboard.press("Space")
    until(page, "!deck.playing")
    at = state(page)["seconds"]
    page.keyboard.press("ArrowRight")
    assert state(page)["seconds"] == pytest.approx(at + 1, abs=0.05)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("[")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("]")
    part = state(page)["part"]
    assert 0 <= part["from"] < part["to"] <= 1
    assert state(page)["loop"] is True
    page.keyboard.press("l")
    assert state(page)["loop"] is False
    page.keyboard.press("Escape")
    assert state(page)["part"] is None


def test_keys_leave_alone_who_types_and_who_does_not_want_them(visit, comparison):
    _, page = opened(visit, comparison)
    page.click("#vs-text textarea")
    page.keyboard.type("12 l a [ ]")
    assert state(page)["playing"] is False
    assert state(page)["part"] is None
    assert page.input_value("#vs-text textarea").endswith("12 l a [ ]")
    page.locator(".vs-shortcuts summary").click()
    page.get_by_role("switch", name="Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("2")
    assert state(page)["who"] == 0


def test_a_dragged_part_is_looped_on_every_take(visit, comparison):
    _, page = opened(visit, comparison)
    picture = card(page, "piper").locator(".vs-picture")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 30, steps=5)
    page.mouse.up()
    part = state(page)["part"]
    assert part["from"] == pytest.approx(0.4, abs=0.03)
    assert part["to"] == pytest.approx(0.6, abs=0.03)
    page.click(".vs-deck .vs-play")
    until(page, "deck.playing")
    moments = []
    for _ in range(24):
        page.wait_for_timeout(80)
        moments.append(state(page)["moment"])
    assert all(part["from"] - 0.02 <= moment <= part["to"] + 0.02 for moment in moments)
    assert any(later < earlier for earlier, later in itertools.pairwise(moments))
    page.locator(".vs-deck-chip").nth(1).click()
    until(page, "deck.current.place === 1")
    page.wait_for_timeout(300)
    assert part["from"] - 0.02 <= state(page)["moment"] <= part["to"] + 0.02


def test_all_are_played_in_turn(visit, comparison):
    _, page = opened(visit, comparison)
    page.click(".vs-in-turn")
    until(page, "deck.playing && deck.current.place === 0")
    page.evaluate(f"{DECK}.seek(0.93)")
    until(page, "deck.playing && deck.current.place === 1")
    assert state(page)["moment"] < 0.2, "from its beginning"
    page.evaluate(f"{DECK}.seek(0.95)")
    until(page, "!deck.playing")
    assert state(page)["turn"] is False


def test_the_same_word_where_words_were_measured(visit, studio, comparison):
    """The first take says the first half of the text within its first quarter."""
    body = studio.client.get(f"/api/comparisons/{comparison}?lang=en").json()
    first, second = body["takes"]
    length = first["seconds"]
    for take, moments in ((first, [[0.5, length / 4]]), (second, [[0.5, second["seconds"] / 2]])):
        take["report"] = {
            "state": "done",
            "figures": [],
            "findings": [],
            "remarks": [],
            "heard": {"text": "x", "language": "en", "moments": moments},
            "measured_at": None,
            "seconds": 1.0,
        }
    person = visit("en")
    person.page.route(f"**/api/comparisons/{comparison}?*", lambda r: r.fulfill(json=body))
    page = person.go("", f"?comparison={comparison}")
    expect(page.locator(".vs-deck-same")).to_contain_text("keeps the word")
    page.evaluate(f"{DECK}.hear({DECK}.seat(0), {{ seconds: {length / 4}, play: false }})")
    page.evaluate(f"{DECK}.hear({DECK}.seat(1), {{ play: false }})")
    assert state(page)["seconds"] == pytest.approx(second["seconds"] / 2, abs=0.05)


def test_takes_are_equally_loud_unless_one_wants_them_as_they_are(visit, comparison, studio):
    _, page = opened(visit, comparison)
    takes = studio.client.get(f"/api/comparisons/{comparison}").json()["takes"]
    quietest = max(-27, min(take["loudness_lufs"] for take in takes))
    turned = page.evaluate(f"{DECK}.ready.map((seat) => {DECK}.turned(seat))")
    for take, decibels in zip(takes, turned, strict=True):
        assert take["loudness_lufs"] + decibels == pytest.approx(quietest, abs=0.05)
    switch = page.get_by_role("switch", name="Same loudness")
    switch.uncheck()
    assert page.evaluate(f"{DECK}.ready.map((seat) => {DECK}.turned(seat))") == [0, 0]


# pictures


def test_pictures_change_on_all_cards_at_once_and_are_told_in_words(visit, comparison):
    person, page = opened(visit, comparison)
    for view, told in (("pitch", "Median"), ("waveform", "LUFS"), ("spectrogram", None)):
        page.locator(f".vs-view[data-view={view}]").click()
        expect(page.locator(f".vs-picture[data-view={view}]")).to_have_count(2)
        for each in page.locator("vs-take").all():
            if told:
                name = each.locator(".vs-picture-canvas")
                expect(name).to_have_attribute("role", "img")
                expect(name).to_have_attribute("aria-label", re.compile(told))
            else:
                expect(each.locator(".vs-spectrogram")).to_be_visible()
                assert each.locator(".vs-spectrogram").get_attribute("alt")
    page.locator(".vs-view[data-view=pitch]").click()
    page.reload()
    expect(page.locator(".vs-picture[data-view=pitch]")).to_have_count(2)
    expect(page.locator(".vs-picture-words").first).to_contain_text("voice")
    assert person.traffic.complaints == []


# marks


def test_marks_are_kept_and_the_pinned_come_first(visit, fresh, studio):
    person, page = opened(visit, fresh, language="ko")
    second = card(page, "espeak")
    second.locator(".vs-star").click()
    expect(second.locator(".vs-star")).to_have_attribute("aria-pressed", "true")
    second.locator(".vs-rename").click()
    name = "가을 캠페인에 쓸 따뜻하고 차분한 내레이터 목소리, 첫 번째 후보"
    second.locator(".vs-name-input").fill(name)
    second.locator(".vs-name-input").press("Enter")
    expect(second.locator("h3")).to_have_text(name)
    second.locator(".vs-note-edit").click()
    second.locator(".vs-note textarea").fill("2초에 숨소리")
    second.locator(".vs-note textarea").press("Control+Enter")
    expect(second.locator(".vs-note-text")).to_have_text("2초에 숨소리")
    second.locator(".vs-pin").click()
    expect(second.locator(".vs-number")).to_have_text("1")
    boxes = [each.bounding_box()["x"] for each in (second, card(page, "piper"))]
    assert boxes[0] < boxes[1]
    wide = second.locator("h3").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1], "a long name is cut"
    marks = studio.client.get(f"/api/comparisons/{fresh}").json()["takes"][1]["marks"]
    assert marks == {"name": name, "note": "2초에 숨소리", "starred": True, "pinned": True}
    assert violations(page, "vs-comparison") == []

    page.reload()
    expect(page.locator("vs-take").first).to_have_attribute("data-engine", "espeak")
    expect(page.locator("vs-take").first.locator("h3")).to_have_text(name)
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("1")
    assert state(page)["who"] == 1
    person.shoot("ko-marks")
    assert person.traffic.complaints == []


def test_a_take_is_made_once_more_with_another_seed(visit, fresh):
    _, page = opened(visit, fresh)
    piper = card(page, "piper")
    expect(card(page, "espeak").locator(".vs-further")).to_be_hidden()  # it would be the same
    piper.locator(".vs-further").click()
    other = piper.locator(".vs-attempt")
    expect(other).to_have_count(1, timeout=60_000)
    expect(other.locator(".vs-play")).to_be_visible(timeout=60_000)
    before = piper.get_attribute("data-take")
    other.locator(".vs-use-attempt").click()
    expect(piper).not_to_have_attribute("data-take", before)
    expect(piper.locator(".vs-attempt")).to_have_attribute("data-attempt", "1")
    assert violations(page, "vs-take[data-engine=piper]") == []


# ways on


def test_everything_is_downloaded_as_one_archive(visit, comparison):
    _, page = opened(visit, comparison)
    page.locator(".vs-all-files summary").click()
    with page.expect_download() as waiting:
        page.locator(".vs-all-files a", has_text="FLAC").click()
    assert waiting.value.suggested_filename.endswith(".zip")
    packed = zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes()))
    manifest = json.loads(packed.read("manifest.json"))
    assert manifest["comparison"]["text"] == TEXT
    for take in manifest["takes"]:
        assert hashlib.sha256(packed.read(take["file"])).hexdigest() == take["sha256"]
        assert take["licence"]


def test_a_study_is_made_of_it(visit, comparison, studio):
    _, page = opened(visit, comparison)
    page.click(".vs-to-study")
    page.wait_for_url("**/studies?study=*")
    study = page.url.partition("study=")[2].partition("&")[0]
    found = studio.client.get(f"/api/studies/{study}").json()
    assert [one["engine"] for one in found["conditions"]] == ["piper", "espeak"]
    assert [one["text"] for one in found["texts"]] == [TEXT]
    studio.client.delete(f"/api/studies/{study}")


# as it arrives, at every width


def test_nothing_moves_while_takes_arrive(visit, studio):
    person = visit("en")
    person.context.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => { for (const e of list.getEntries())"
        " window.shifts.push({ value: e.value, recent: e.hadRecentInput, at: e.startTime,"
        " what: e.sources.map((s) => s.node?.className || s.node?.nodeName) }); })"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    made = studio.order(
        "Nothing on this page should jump, " + "however long it may take to say it. " * 3,
        [{"engine": "kokoro"}, {"engine": "piper"}, {"engine": "espeak"}],
    )["id"]
    page = person.go("", f"?comparison={made}")
    page.wait_for_selector("vs-take")
    page.wait_for_timeout(1500)  # the page itself is drawn
    page.evaluate("window.shifts.length = 0")
    page.wait_for_selector("vs-comparison[over]", timeout=120_000)
    page.wait_for_timeout(800)
    shifts = page.evaluate("window.shifts")
    total = sum(shift["value"] for shift in shifts if not shift["recent"])
    assert total <= _SHIFT, shifts


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("ko", 1440, "light"), ("en", 1024, "dark"), ("ko", 390, "dark"), ("en", 390, "light")],
)
def test_the_cards_stand_at_every_width(visit, comparison, language, width, scheme):
    person, page = opened(visit, comparison, language, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("vs-take .vs-picture").first.scroll_into_view_if_needed()
    assert violations(page, "vs-comparison") == []
    page.locator(".vs-view[data-view=pitch]").click()
    page.wait_for_timeout(300)
    assert violations(page, "vs-comparison") == []
    small = page.evaluate(
        "[...document.querySelectorAll('.vs-deck button, .vs-mark-button, .vs-tool, .vs-take summary')]"
        ".filter((e) => e.offsetParent && (e.offsetHeight < 43.5 || e.offsetWidth < 24))"
        ".map((e) => e.className)"
    )
    assert small == [] or set(small) == {""}, small
    person.shoot(f"{language}-{width}-{scheme}-compare")
    assert person.traffic.complaints == []
