"""Qwen3-TTS at full size on a graphics card: plain qwen-tts against the fast path, in one run.

The checkpoints have the published shapes and random weights, made on the fly: speed does not
depend on what the weights say. Both sides say the same ten seconds in turns; a figure is the median
of the rounds. ``python -m benchmarks.gpu --tiny`` runs the same code on the CPU with a toy, to show
that it runs; its figures mean nothing.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks._figures import Figures, figure

TEXT = "Nobody knew that a letter from the city would arrive before noon and change everything."
FRAMES = 125
"""Ten seconds: the random weights never end an utterance themselves."""
ROUNDS = 3
_TINY_FRAMES = 12
_CODES = 38
"""Frames of a clip of three seconds."""


def run(*, tiny: bool = False) -> Figures:
    """Measure; without a CUDA device nothing is measured, and that is said."""
    from benchmarks._qwen3_checkpoint import FULL, TINY, write
    from studio.engines.torchaudio_native import ensure_torchaudio

    ensure_torchaudio()
    device = "cpu" if tiny else _device()
    if device is None:
        return {"Qwen3-TTS": {"value": "no CUDA device: nothing measured", "unit": ""}}
    figures: Figures = {}
    for shape in (TINY,) if tiny else FULL:
        with tempfile.TemporaryDirectory() as scratch:
            needed = 6_000_000_000 if not tiny else 0
            if shutil.disk_usage(scratch).free < needed:
                raise RuntimeError(f"{shape.name} needs {needed / 1e9:.0f} GB in {scratch}")
            folder = write(Path(scratch) / shape.name, shape)
            figures |= _reported(shape.name, _measured_apart(folder, device))
    return figures


def _device() -> str | None:
    import torch

    return "cuda:0" if torch.cuda.is_available() else None


def _measured_apart(folder: Path, device: str) -> dict[str, Any]:
    """Measure in the interpreter that the studio would use on that device."""
    from studio.engines.qwen3.card import CARD
    from studio.runtime.environments import Environments
    from studio.settings import Settings

    python = Environments(Settings()).python(CARD, device) or sys.executable
    root = str(Path(benchmarks.__file__).parents[1])
    done = subprocess.run(
        [python, "-m", "benchmarks.gpu", "--measure", str(folder), device],
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def _reported(name: str, measured: dict[str, Any]) -> Figures:
    figures = {}
    for side in ("plain", "fast"):
        if side not in measured:
            figures[f"{name}, fast path"] = {"value": "not installed: not measured", "unit": ""}
            continue
        facts = measured[side]
        figures[f"{name}, {side}: RTF"] = figure(facts["rtf"], "s/s")
        figures[f"{name}, {side}: first audio"] = figure(facts["ttfa"], "s")
        figures[f"{name}, {side}: memory"] = figure(facts["memory"], "MB")
    if "fast" in measured:
        ratio = measured["plain"]["rtf"] / measured["fast"]["rtf"]
        figures[f"{name}, plain / fast"] = figure(ratio, "×")
    return figures


def measure(folder: Path, device: str) -> dict[str, Any]:
    """Time both ways of running a checkpoint, in this process.

    Returns:
        By side (``plain``, and ``fast`` where it is installed): real-time factor, seconds to the
        first audio, and peak memory of the device in MB, each side loaded on top of the other.
    """
    from studio.engines.qwen3 import fast, loading
    from studio.engines.qwen3.checkpoints import examine

    loading.ensure_torchaudio()
    found = examine(folder)
    makers = {"plain": lambda: loading.plain(folder, found, device)}
    if device.startswith("cuda") and fast.available():
        makers["fast"] = lambda: fast.FastModel(folder, device, found.kind)
    models, memory = {}, {}
    for side, make in makers.items():
        before = _peak(device)
        models[side] = make()
        _timed(models[side], device)  # captures graphs, fills caches
        memory[side] = _peak(device) - before
    count = ROUNDS if device.startswith("cuda") else 1
    rounds = [{side: _timed(m, device) for side, m in models.items()} for _ in range(count)]
    return {
        side: {
            "rtf": statistics.median(one[side][0] for one in rounds),
            "ttfa": statistics.median(one[side][1] for one in rounds),
            "memory": memory[side],
        }
        for side in models
    }


def _timed(model: Any, device: str) -> tuple[float, float]:
    """Real-time factor and time to first audio (seconds) of one clone in context."""
    import torch

    from studio.engines.qwen3.options import Qwen3Options
    from studio.engines.qwen3.utterance import SAMPLE_RATE, Cut, Utterance, VoicePrompt

    size = model.library.model.config.talker_config.hidden_size
    draws = torch.Generator().manual_seed(1)
    voice = VoicePrompt(
        torch.randn(size, generator=draws),
        torch.randint(0, 2048, (_CODES, 16), generator=draws),
        "Good morning, I am who you hear.",
    )
    frames = FRAMES if device.startswith("cuda") else _TINY_FRAMES
    utterance = Utterance(TEXT, "English", frames, seed=1, voice=voice)
    samples, first, began = 0, 0.0, time.perf_counter()
    for _, sound in model.speak([utterance], Qwen3Options().sampling(), [threading.Event()]):
        if not isinstance(sound, Cut):
            samples += len(sound)
            first = first or time.perf_counter() - began
    return (time.perf_counter() - began) / (samples / SAMPLE_RATE), first


def _peak(device: str) -> float:
    """Most memory that tensors took so far, MB; 0 on a CPU."""
    import torch

    return torch.cuda.max_memory_allocated(device) / 1e6 if device.startswith("cuda") else 0.0


def main() -> None:
    """The toy, or a measurement for the parent process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a toy on the CPU")
    parser.add_argument("--measure", nargs=2, metavar=("FOLDER", "DEVICE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(Path(chosen.measure[0]), chosen.measure[1])))
        return
    from benchmarks.__main__ import print_table

    began = time.perf_counter()
    figures = run(tiny=chosen.tiny)
    print_table("gpu", figures, time.perf_counter() - began)


if __name__ == "__main__":
    main()
