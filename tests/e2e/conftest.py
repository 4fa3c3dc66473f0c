"""A studio and a browser for the tests; screenshots are kept in ``screenshots/``."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.speech import a_clip
from tests.e2e.traffic import Traffic
from tests.studio_process import ROOT, StudioProcess, running

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
SCREENSHOTS = ROOT / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def studio(tmp_path_factory) -> Iterator[StudioProcess]:
    with running(
        StudioProcess(tmp_path_factory.mktemp("studio") / "data", plugins=None)
    ) as started:
        yield started


@pytest.fixture(
    scope="package"
)  # its event loop must not outlive these tests: others run their own
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def spoken(tmp_path_factory) -> Path:
    """What the fake microphone hears."""
    return a_clip(tmp_path_factory.mktemp("microphone") / "spoken.wav", "en")


@pytest.fixture(scope="package")
def browser(playwright, spoken) -> Iterator[Browser]:
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={spoken}"]
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield started
    started.close()


class Visit:
    """One person's browser: a page, and the traffic on it."""

    def __init__(self, context: BrowserContext, studio: StudioProcess, language: str) -> None:
        self.context = context
        self.studio = studio
        self.language = language
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.traffic = Traffic(studio.address).watch(self.page)

    def go(self, page: str = "", query: str = "") -> Page:
        """Open a page in the visitor's language and wait until it is drawn."""
        self.page.goto(f"{self.studio.address}/{self.language}/{page}{query}")
        self.page.wait_for_selector(".vs-heading h1")
        return self.page

    def shoot(self, name: str) -> None:
        """Keep a screenshot."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def visit(browser, studio) -> Iterator[Callable[..., Visit]]:
    """Make a visitor: ``visit("ko", width=390, scheme="dark")``."""
    contexts = []

    def arrive(language: str, width: int = 1440, scheme: str = "light", **more) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale={"ko": "ko-KR", "en": "en-US"}[language],
            permissions=["microphone"],
            accept_downloads=True,
            **more,
        )
        context.add_init_script(
            "window.heard = [];"
            "document.addEventListener('vs-first-sound', (e) => heard.push(e.detail));"
        )
        contexts.append(context)
        return Visit(context, studio, language)

    yield arrive
    for context in contexts:
        context.close()
