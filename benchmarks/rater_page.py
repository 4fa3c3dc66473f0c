"""A rater's link opened on a slow phone: first paint, ready, and from the tap to the first screen.

Goal: painted and ready within a second on a warm server, 95 of 100 times. The phone is Chromium
with nothing cached, its processor slowed to a quarter and its network to Lighthouse's "slow 4G"
(150 ms a request, 1.6 Mbit/s down, 0.75 Mbit/s up); once more with the 560 ms that Chromium's own
developer tools call so. Ready: every script has run, the start button works.
"""

import os
import statistics
import time

import httpx
from playwright.sync_api import Browser, sync_playwright

from benchmarks._figures import Figures, figure
from benchmarks._studio import running_studio

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_SLOWER = 4
_DOWN, _UP = 1.6e6 / 8, 0.75e6 / 8  # bytes a second
_LATENCY, _DEVTOOLS = 150.0, 560.0  # milliseconds
_PLAN = {
    "raters": 100,
    "trials": 2,
    "training": 0,
    "headphones": "off",
    "repeats": 0,
    "attention": 0,
}
_FIRST_PAINT = "(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null)"
_READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd || null"


def run(visits: int = 20) -> Figures:
    """Visit ``visits`` times after one uncounted visit."""
    with running_studio() as studio, sync_playwright() as playwright:
        address = _open_study(studio.address)
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        _visit(browser, address, _LATENCY)
        usual = [_visit(browser, address, _LATENCY) for _ in range(visits)]
        worse = [_visit(browser, address, _DEVTOOLS) for _ in range(max(2, visits // 4))]
        browser.close()
    paint, ready, screen = (sorted(times) for times in zip(*usual, strict=True))
    return {
        "rater's page: first paint, p50": figure(statistics.median(paint), "s"),
        "rater's page: first paint, p95": figure(_p95(paint), "s", most=1.0),
        "rater's page: ready, p50": figure(statistics.median(ready), "s"),
        "rater's page: ready, p95": figure(_p95(ready), "s", most=1.0),
        "rater's page: tap on Start to the first screen, p50": figure(
            statistics.median(screen), "s"
        ),
        "rater's page: first paint at 560 ms a request, p50": figure(
            statistics.median(one[0] for one in worse), "s"
        ),
        "rater's page: ready at 560 ms a request, p50": figure(
            statistics.median(one[1] for one in worse), "s"
        ),
    }


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def _visit(browser: Browser, address: str, latency: float) -> tuple[float, float, float]:
    """Seconds from the navigation to first paint and to ready, and from the tap to the screen."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="ko-KR"
    )
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    conditions = {"latency": latency, "downloadThroughput": _DOWN, "uploadThroughput": _UP}
    tools.send("Network.emulateNetworkConditions", {"offline": False, **conditions})
    tools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.goto(address, wait_until="commit")
    paint = ready = None
    while paint is None or ready is None:
        page.wait_for_timeout(100)
        paint, ready = page.evaluate(_FIRST_PAINT), page.evaluate(_READY)
    page.evaluate(
        "window.shown = new Promise((done) => {"
        " document.addEventListener('click', () => { window.tapped = performance.now(); }, true);"
        " new MutationObserver(() => document.querySelector('.card') &&"
        " done(performance.now() - tapped))"
        ".observe(document.getElementById('screen'), {childList: true}); }); 0"
    )
    page.locator("[data-start]").tap()
    screen = page.evaluate("shown")
    context.close()
    return paint / 1000, ready / 1000, screen / 1000


def _open_study(address: str) -> str:
    """Two voices of espeak, two texts; the address of an invitation."""
    with httpx.Client(base_url=address, timeout=60) as client:
        here = f"/api/studies/{client.post('/api/studies', json={}).json()['id']}"
        draft = {
            "language": "en",
            "conditions": [{"wanted": {"engine": "espeak", "voice": v}} for v in ("f1", "m1")],
            "texts": ["The first bus leaves at six.", "The city is still fast asleep."],
            "plan": _PLAN,
        }
        client.patch(here, json=draft).raise_for_status()
        client.post(f"{here}/render").raise_for_status()
        rendering: dict = {"done": 0, "total": 1}
        while rendering["done"] < rendering["total"]:
            time.sleep(0.2)
            rendering = client.get(f"{here}/rendering").json()["rendering"]
        for item in client.get(here).json()["items"]:
            place = f"{here}/items/{item['text']}/{item['condition']}"
            client.get(f"{place}/audio").raise_for_status()
            while client.put(place, json={"verdict": "good"}).status_code != httpx.codes.OK:
                time.sleep(0.05)
        client.post(f"{here}/open").raise_for_status()
        made = client.post(f"{here}/invites", json={"kind": "open"}).json()
        return f"{address}/r/{made['invites'][0]['url'].rsplit('/', 1)[1]}"
