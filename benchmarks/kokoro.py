"""Kokoro through the studio's adapter against kokoro-onnx as it comes: time, first audio, memory.

Runs alternate, so that both sides meet the same weather on the machine; a figure is the median of
the ratios of the pairs. Processor seconds stand beside wall clock: on a busy machine they are the
steadier of the two. Memory is the peak of a process of its own for each side.

Five sentences of natural length, 85 to 93 characters (``SENTENCES``); the one-sentence figure takes
the second.
"""

import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._figures import Figures, figure
from studio.engines.contract import Request
from studio.engines.kokoro.card import CARD
from studio.engines.kokoro.engine import Kokoro
from studio.runtime.weights import WeightStore
from studio.settings import Settings

SENTENCES = (
    "When the sun finally rose above the hills, the whole village was already awake and busy.",
    "People opened their windows, greeted each other, and prepared for the long day ahead.",
    "Children ran through the narrow streets while the baker carried warm bread to the market.",
    "Nobody knew that a letter from the city would arrive before noon and change everything.",
    "The mayor read it twice, folded it carefully, and walked slowly to the square to ring a bell.",
)
TEXT = " ".join(SENTENCES)
ONE = SENTENCES[1]
PRESET = "jf_alpha"


def run(rounds: int = 5) -> Figures:
    """Measure ``rounds`` pairs of runs for each figure, on weights from the installed packages."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = WeightStore(Settings(data_dir=Path(scratch))).fetch(CARD, offline=True).folder
        if folder is None:
            raise RuntimeError("no weights")
        stock, studio = _Stock(folder), _Studio(folder)
        one = _pairs(lambda: stock.create(ONE), lambda: studio.speak(ONE), rounds)
        five = _pairs(lambda: stock.create(TEXT), lambda: studio.speak(TEXT), rounds)
        first = _pairs(
            lambda: stock.first(TEXT), lambda: studio.speak(TEXT, only_first=True), rounds
        )
        memory = {side: _peak_of(side, folder) for side in ("stock", "studio")}
    return {
        **_reported("one sentence", one, most=1.05),
        **_reported("five sentences", five, most=0.90),
        **_reported("first audio of five", first, most=0.30),
        "peak memory, stock": figure(memory["stock"], "MB"),
        "peak memory, studio": figure(memory["studio"], "MB"),
        "peak memory, studio / stock": figure(memory["studio"] / memory["stock"], "×", most=0.65),
    }


def _reported(name: str, pairs: dict[str, float], most: float) -> Figures:
    return {
        f"{name}, stock": figure(pairs["stock_seconds"], "s"),
        f"{name}, studio": figure(pairs["studio_seconds"], "s"),
        f"{name}, studio / stock": figure(pairs["ratio"], "×", most=most),
        f"{name}, lowest and highest pair": {
            "value": f"{pairs['lowest_ratio']:.2f} to {pairs['highest_ratio']:.2f}",
            "unit": "×",
        },
        f"{name}, processor time, studio / stock": figure(pairs["cpu_ratio"], "×"),
    }


class _Stock:
    """kokoro-onnx as its README shows it."""

    def __init__(self, folder: Path) -> None:
        from kokoro_onnx import Kokoro as Model

        self._model = Model(str(folder / "kokoro-v1.0.int8.onnx"), str(folder / "voices_ja.npz"))
        self.create("Hello.")

    def create(self, text: str) -> float:
        began = time.perf_counter()
        self._model.create(text, voice=PRESET, lang="en-us")
        return time.perf_counter() - began

    def first(self, text: str) -> float:
        """Seconds to the first chunk of ``create_stream``."""

        async def listen() -> float:
            began = time.perf_counter()
            async for _ in self._model.create_stream(text, voice=PRESET, lang="en-us"):
                break
            return time.perf_counter() - began

        return asyncio.run(listen())


class _Studio:
    """The studio's adapter, in this process."""

    def __init__(self, folder: Path) -> None:
        self._engine = Kokoro()
        self._engine.load(folder, "cpu")
        self.speak("Hello.")

    def speak(self, text: str, *, only_first: bool = False) -> float:
        stop = threading.Event()
        began = time.perf_counter()
        chunks = self._engine.synthesize(Request(text, "en", PRESET), stop)
        next(chunks)
        if not only_first:
            for _ in chunks:
                pass
        took = time.perf_counter() - began
        stop.set()
        chunks.close()  # type: ignore[attr-defined]
        return took


def _pairs(
    stock: Callable[[], float], studio: Callable[[], float], rounds: int
) -> dict[str, float]:
    ratios, processor, seconds = [], [], {"stock": [], "studio": []}
    for number in range(rounds):
        sides = {"stock": stock, "studio": studio}
        took, cpu = {}, {}
        for name in sorted(sides, reverse=number % 2 == 1):
            before = time.process_time()
            took[name] = sides[name]()
            cpu[name] = time.process_time() - before
            seconds[name].append(took[name])
        ratios.append(took["studio"] / took["stock"])
        processor.append(cpu["studio"] / cpu["stock"])
    return {
        "ratio": statistics.median(ratios),
        "lowest_ratio": min(ratios),
        "highest_ratio": max(ratios),
        "cpu_ratio": statistics.median(processor),
        "stock_seconds": statistics.median(seconds["stock"]),
        "studio_seconds": statistics.median(seconds["studio"]),
    }


def _peak_of(side: str, folder: Path) -> float:
    """Peak memory in MB of a process of its own that renders the five sentences once."""
    command = [sys.executable, "-m", "benchmarks.kokoro", side, str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return float(done.stdout.split()[-1])


def _one_side(side: str, folder: Path) -> None:
    """Render the five sentences once and print this process's peak memory in MB."""
    if side == "stock":
        _Stock(folder).create(TEXT)
    else:
        _Studio(folder).speak(TEXT)
    print(_peak_mb())


def _peak_mb() -> float:
    """Peak resident memory of this process in MB.

    Linux carries ``ru_maxrss`` over from the process that started this one; ``VmHWM`` starts anew.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        (line,) = [row for row in status.read_text().splitlines() if row.startswith("VmHWM")]
        return float(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":  # one side of the memory figure
    _one_side(sys.argv[1], Path(sys.argv[2]))
