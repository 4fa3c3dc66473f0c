"""Takes through the whole studio (HTTP order to finished row), against the library alone.

- A warm one-sentence Kokoro take through the studio against `kokoro_onnx.Kokoro.create` with stock
  settings in a process of its own: goal ≤ 1.05 ×, median of ratios taken in turns. Every order has
  a seed of its own, so none is answered from the store.
- Three engines at once against the slowest alone plus the others' CPU time: goal ≤ 1.1 ×. CPU time
  of an engine is its process's, read from /proc around a render of its own.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks._figures import Figures, figure
from benchmarks._studio import ROOT, RunningStudio, children_of, running_studio

SENTENCE = "Nobody knew that a letter would arrive before noon and change the whole village."
_DIRECT = """
import json, sys, time
from kokoro_onnx import Kokoro
model, voices, preset = sys.argv[1:4]
kokoro = Kokoro(model, voices)
kokoro.create("Hi.", voice=preset, lang="en-us")
print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    kokoro.create(json.loads(line), voice=preset, lang="en-us")
    print(time.perf_counter() - began, flush=True)
"""


def run(pairs: int = 7) -> Figures:
    """Measure on a fresh studio."""
    with running_studio() as studio:
        return {**_one_sentence(studio, pairs), **_three_at_once(studio, max(3, pairs // 2))}


def _engine(studio: RunningStudio, name: str) -> dict:
    engines = studio.ask("/api/engines")["engines"]
    return next(engine for engine in engines if engine["name"] == name)


def _one_sentence(studio: RunningStudio, pairs: int) -> Figures:
    preset = _engine(studio, "kokoro")["presets"][0]["id"]
    order = {"engine": "kokoro", "voice": preset}
    studio.render("Warm up.", [order])
    model, voices = _kokoro_files()
    command = [sys.executable, "-c", _DIRECT, str(model), str(voices), preset]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as direct:
        assert direct.stdout
        assert direct.stdin
        direct.stdout.readline()
        through, alone = [], []
        for seed in range(1, pairs + 1):
            through.append(studio.render(SENTENCE, [{**order, "seed": seed}])[0])
            direct.stdin.write(json.dumps(SENTENCE) + "\n")
            direct.stdin.flush()
            alone.append(float(direct.stdout.readline()))
        direct.stdin.close()
    return {
        "one sentence through the studio": figure(statistics.median(through), "s"),
        "one sentence, kokoro-onnx alone": figure(statistics.median(alone), "s"),
        "one sentence, studio / alone": figure(
            statistics.median(a / b for a, b in zip(through, alone, strict=True)), "×", most=1.05
        ),
    }


def _three_at_once(studio: RunningStudio, rounds: int) -> Figures:
    names = ("kokoro", "piper", "espeak")
    for name in names:
        studio.render("Warm up.", [{"engine": name}])
    pids = children_of(studio.pid)
    ratios, together, bounds = [], [], []
    for number in range(rounds):
        seed = 100 + 10 * number
        wall, cpu = {}, {}
        for offset, name in enumerate(names):
            before = _cpu_seconds(pids[name])
            order = [{"engine": name, "seed": seed + offset}]
            wall[name] = studio.render(SENTENCE, order)[0]
            cpu[name] = _cpu_seconds(pids[name]) - before
        slowest = max(wall, key=lambda name: wall[name])
        bound = wall[slowest] + sum(cpu[name] for name in names if name != slowest)
        orders = [{"engine": name, "seed": seed + 5} for name in names]
        seconds = studio.render(SENTENCE, orders)[0]
        together.append(seconds)
        bounds.append(bound)
        ratios.append(seconds / bound)
    return {
        "three engines at once": figure(statistics.median(together), "s"),
        "slowest alone + others' CPU": figure(statistics.median(bounds), "s"),
        "three at once / that bound": figure(statistics.median(ratios), "×", most=1.1),
    }


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kokoro_files() -> tuple[Path, Path]:
    """Model and voices as the studio itself finds them."""
    from studio.engines.registry import engine_class
    from studio.runtime.weights import WeightStore
    from studio.settings import Settings

    store = WeightStore(Settings(data_dir=ROOT / "data"))
    store.get("kokoro", offline=True)
    found = store.locate(engine_class("kokoro").card)
    folder = found.folder
    return next(folder.glob("*.onnx")), next(
        p for p in folder.iterdir() if p.suffix in (".npz", ".bin")
    )
