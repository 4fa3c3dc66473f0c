"""What a person does on the pages, step by step."""

import io
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

ENGINES = ("kokoro", "piper", "espeak")
_RENDER = 120_000
_CHECK = 60_000
_COUNTDOWN = 15_000


def upload_clip(page: Page, clip: Path) -> None:
    """Open the clip's part of the form, choose a file, wait for the verdict."""
    open_clip(page)
    page.set_input_files("vs-clip input[type=file]", clip)
    page.wait_for_selector("vs-clip .vs-verdict", timeout=_CHECK)


def open_clip(page: Page) -> None:
    """Unfold the part of the form that makes a voice."""
    page.locator(".vs-new-voice:not(.vs-many-fold) .label-wrap").click()
    page.wait_for_selector("vs-clip .vs-button-record")


def record_clip(page: Page, seconds: float) -> None:
    """Record from the (fake) microphone, wait for the verdict."""
    open_clip(page)
    page.click("vs-clip .vs-button-record")
    page.wait_for_selector("vs-clip .vs-booth[data-stage=ready]")
    page.click("vs-clip .vs-button-record")
    page.wait_for_selector("vs-clip .vs-booth[data-stage=recording]", timeout=_COUNTDOWN)
    page.wait_for_timeout(seconds * 1000)
    page.click("vs-clip .vs-button-record")
    page.wait_for_selector("vs-clip .vs-verdict", timeout=_CHECK)


def save_voice(page: Page, name: str) -> None:
    """Name the voice, agree, save; the form above must then have it chosen."""
    press_save(page, name)
    saved(page, name)


def press_save(page: Page, name: str) -> None:
    """Name the voice, agree, press Save."""
    save = page.locator("vs-clip button[type=submit]")
    page.fill("vs-clip input[name=name]", name)
    expect(save).to_be_disabled()
    page.check("vs-clip input[name=consent]")
    expect(save).to_be_enabled()
    save.click()


def saved(page: Page, name: str) -> None:
    """Until the voice is there, and chosen in the form above."""
    page.wait_for_selector("vs-clip .vs-saved", timeout=_CHECK)
    expect(page.locator("#vs-voice input")).to_have_value(name)


def words_to_check(page: Page) -> str:
    """Until the form holds the words up, because something else was heard. Returns what it heard."""
    words = page.locator("vs-clip textarea[name=transcript]")
    expect(words).to_be_focused(timeout=_CHECK)
    return words.input_value()


def write(page: Page, text: str, instruction: str) -> None:
    """Text and instruction."""
    page.fill("#vs-text textarea", text)
    page.fill("#vs-instruction textarea, #vs-instruction input", instruction)


def choose_all_engines(page: Page) -> list[str]:
    """Choose every engine, insisting where one advises against the language.

    Returns:
        The engines that were insisted on.
    """
    insisted = []
    for engine in ENGINES:
        page.locator(f"#vs-choose-{engine} input").check()
        page.wait_for_function(
            "name => document.querySelector(`#vs-engine-${name} vs-plan`).dataset.refused",
            arg=engine,
        )
        if page.locator(f"#vs-engine-{engine} vs-plan").get_attribute("data-refused") == "yes":
            page.locator(f"#vs-insist-{engine} input").check()
            expect(page.locator(f"#vs-engine-{engine} vs-plan")).to_have_attribute(
                "data-refused", "no"
            )
            insisted.append(engine)
    return insisted


def card(page: Page, engine: str):
    """The card of an engine's take."""
    return page.locator(f"vs-take[data-engine={engine}]")


def render(page: Page) -> str:
    """Press Render. Returns the comparison's id, which the page's address carries."""
    page.click("#vs-render")
    page.wait_for_selector("vs-take")
    page.wait_for_url("**comparison=*")
    return page.url.partition("comparison=")[2].partition("&")[0]


def listen_while_made(page: Page, engine: str) -> dict[str, Any]:
    """Press play on a card as soon as it can, and say in what state the take was at the first sound."""
    play = card(page, engine).locator(".vs-play")
    expect(play).to_be_enabled(timeout=_RENDER)
    play.click()
    page.wait_for_function("heard.length > 0")
    return page.evaluate("heard[0]")


def wait_for_all(page: Page) -> None:
    """Until every take is final."""
    page.wait_for_selector("vs-comparison[over]", timeout=_RENDER)


def download(page: Page, engine: str, kind: str) -> tuple[str, float]:
    """Download a take. Returns the file's suggested name and its length in seconds, decoded."""
    import soundfile

    card(page, engine).locator(".vs-download-menu summary").click()
    with page.expect_download() as waiting:
        card(page, engine).locator(".vs-download", has_text=kind.upper()).click()
    path = waiting.value.path()
    samples, rate = soundfile.read(io.BytesIO(Path(path).read_bytes()))
    return waiting.value.suggested_filename, len(samples) / rate


def hear_both(page: Page) -> None:
    """Listen to both clips by keys alone, until voting opens."""
    page.wait_for_selector("vs-blind[data-stage=listening]")
    page.keyboard.press("Space")
    page.wait_for_selector("vs-blind[data-stage=voting]", timeout=60_000)


def vote(page: Page, key: str) -> None:
    """Vote by key and wait for the engines to be named."""
    page.keyboard.press(key)
    page.wait_for_selector("vs-blind[data-stage=revealed]", timeout=60_000)
