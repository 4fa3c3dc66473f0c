"""Speed that is felt: each page, each action, first audio, and what is left while engines render.

Goals: a page within 300 ms on the server, an action acknowledged within 100 ms (medians of requests
one after the other, on a warm studio that holds some comparisons). First audio is told, and goes as
the engine allows. While three engines render, the event loop is asked every 20 ms for a sign of
life that needs no thread and no database; how late it answers is what an interaction waits.
"""

import os
import statistics
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks._figures import Figures, figure
from benchmarks._studio import RunningStudio, running_studio

PAGES = (
    "", "library", "blind", "leaderboard", "studies", "voices", "engines", "costs", "verify",
)  # fmt: skip
READS = {
    "list of comparisons": "/api/comparisons?limit=20",
    "library": "/api/library?kind=comparison",
    "engines": "/api/engines",
    "voices": "/api/voices",
    "studies": "/api/studies",
    "leaderboard": "/api/leaderboard",
    "ledger": "/api/ledger",
    "ledger in sums": "/api/ledger/sums",
    "costs": "/api/costs",
    "jobs": "/api/jobs",
}
"""What pages ask for once they are there."""
PAGE_MS, ACTION_MS = 300.0, 100.0
ENGINES = ("kokoro", "piper", "espeak")
SENTENCE = "Nobody knew that a letter would arrive before noon and change the whole village."
_EVERY = 0.02


def run(rounds: int = 9) -> Figures:
    """Measure on a fresh studio, warm.

    Args:
        rounds: requests of each kind.
    """
    with running_studio(STUDIO_MEASURE="0", STUDIO_WELCOME="false") as studio:
        for number in range(5):
            studio.render(f"Warm up {number}.", [{"engine": name} for name in ENGINES])
        return {
            **_pages(studio, rounds),
            **_reads(studio, rounds),
            **_actions(studio, rounds),
            **_first_audio(studio),
            **_while_rendering(studio),
        }


def _pages(studio: RunningStudio, rounds: int) -> Figures:
    found: Figures = {}
    for page in PAGES:
        path = f"/en/{page}"
        found |= _within(f"page {path}", studio, rounds, lambda path=path: _read(studio, path))
    return found


def _reads(studio: RunningStudio, rounds: int) -> Figures:
    found: Figures = {}
    for name, path in READS.items():
        found |= _within(f"data: {name}", studio, rounds, lambda path=path: _read(studio, path))
    return found


def _actions(studio: RunningStudio, rounds: int) -> Figures:
    """What a person does: a plan, an order, cancelling it, a calculation, keeping one's prices."""
    order = {"text": SENTENCE, "language": "en", "engines": [{"engine": "espeak"}]}
    seeds = iter(range(1_000, 10_000))

    def place() -> None:
        engines = [{"engine": "espeak", "seed": next(seeds)}]
        studio.ask("/api/comparisons", {**order, "engines": engines})

    def plan() -> None:
        studio.ask("/api/plans", order)

    def calculate() -> None:
        studio.ask("/api/costs/calculation", {"videos": 50})

    found: Figures = {}
    for name, act in (("plan", plan), ("order", place), ("calculate costs", calculate)):
        found |= _within(f"action: {name}", studio, rounds, act, ACTION_MS)
    return found | {"action: cancel": _cancel(studio, order, rounds)}


def _cancel(studio: RunningStudio, order: dict, rounds: int) -> dict:
    """Order and cancel; only the cancelling is timed."""
    times = []
    for seed in range(20_000, 20_000 + rounds):
        engines = [{"engine": "espeak", "seed": seed}]
        take = studio.ask("/api/comparisons", {**order, "engines": engines})["takes"][0]["id"]
        began = time.perf_counter()
        studio.ask(f"/api/takes/{take}/cancel", {})
        times.append(time.perf_counter() - began)
    return figure(statistics.median(times) * 1000, "ms", most=ACTION_MS)


def _first_audio(studio: RunningStudio, times: int = 3) -> Figures:
    """From the order to the first sound at the engine, warm; as the engine allows."""
    found: Figures = {}
    for name in ENGINES:
        first = []
        for seed in range(times):
            engines = [{"engine": name, "seed": 30_000 + seed}]
            _, comparison = studio.render(f"{SENTENCE} {seed}.", engines)
            first.append(comparison["takes"][0]["ttfa_seconds"])
        found[f"first audio: {name}"] = figure(statistics.median(first) * 1000, "ms")
    return found


def _while_rendering(studio: RunningStudio) -> Figures:
    """How late the event loop answers while three engines render, and while none does."""
    quiet = _lag(studio, lambda: time.sleep(2))
    text = " ".join([SENTENCE] * 4)
    engines = [{"engine": name, "seed": 40_000} for name in ENGINES]
    busy = _lag(studio, lambda: studio.render(text, engines))
    pages = _while_busy(studio, lambda: studio.render(f"{text} Again.", engines))
    return {
        "event loop, nothing rendered: p50": figure(statistics.median(quiet) * 1000, "ms"),
        "event loop, three engines: p50": figure(statistics.median(busy) * 1000, "ms"),
        "event loop, three engines: p95": figure(_p95(busy) * 1000, "ms", most=ACTION_MS),
        "page /costs, three engines: p50": figure(
            statistics.median(pages) * 1000, "ms", most=PAGE_MS
        ),
    }


def _lag(studio: RunningStudio, meanwhile: Callable[[], object]) -> list[float]:
    """Seconds that signs of life took while something else went on."""
    return _sampled(lambda: _read(studio, "/healthz"), meanwhile, _EVERY)


def _while_busy(studio: RunningStudio, meanwhile: Callable[[], object]) -> list[float]:
    return _sampled(lambda: _read(studio, "/en/costs"), meanwhile, 0.2)


def _sampled(
    ask: Callable[[], object], meanwhile: Callable[[], object], every: float
) -> list[float]:
    taken = []
    with ThreadPoolExecutor(1) as beside:
        work = beside.submit(meanwhile)
        while not work.done() or not taken:
            began = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - began)
            time.sleep(every)
        work.result()
    return taken


def _within(
    name: str,
    studio: RunningStudio,
    rounds: int,
    ask: Callable[[], object],
    most: float = PAGE_MS,
) -> Figures:
    """Median milliseconds, and what the studio's own process worked for one, whatever else runs.

    One request before is not counted.
    """
    ask()
    times = []
    worked = _processor_seconds(studio.pid)
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    worked = _processor_seconds(studio.pid) - worked
    return {
        name: figure(statistics.median(times) * 1000, "ms", most=most),
        f"{name}, processor": figure(worked / rounds * 1000, "ms", most=most),
    }


def _processor_seconds(process: int) -> float:
    """What a process used so far, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _read(studio: RunningStudio, path: str) -> bytes:
    with urllib.request.urlopen(studio.address + path, timeout=60) as answer:
        return answer.read()


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]
