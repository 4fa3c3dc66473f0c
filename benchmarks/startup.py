"""Start to first HTTP 200: the studio against a bare one-line Gradio app, in turns.

Goal: the studio takes at most 1.5 × the bare app (median of the pairwise ratios). Both are started
as fresh processes with warm file caches; the clock stops at the first 200 of ``/`` (redirects
followed), asked every 20 ms.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks._figures import Figures, figure

_ROOT = Path(__file__).parents[1]
_BARE = (
    "import gradio as gr; gr.Interface(lambda x: x, 'text', 'text')"
    ".launch(server_port={port}, quiet=True)"
)


def run(pairs: int = 5) -> Figures:
    """Start both ``pairs`` times after one uncounted pair."""
    with tempfile.TemporaryDirectory() as folder:
        studio_seconds, bare_seconds = [], []
        for _ in range(pairs + 1):
            studio_seconds.append(_first_200([sys.executable, "app.py"], Path(folder)))
            bare_seconds.append(_first_200([sys.executable, "-c", _BARE], Path(folder)))
    ratios = [s / b for s, b in zip(studio_seconds[1:], bare_seconds[1:], strict=True)]
    return {
        "start to first 200, studio": figure(statistics.median(studio_seconds[1:]), "s"),
        "start to first 200, bare Gradio": figure(statistics.median(bare_seconds[1:]), "s"),
        "start, studio / bare": figure(statistics.median(ratios), "×", most=1.5),
    }


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _first_200(command: list[str], folder: Path, limit: float = 60.0) -> float:
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "STUDIO_DATA_DIR": str(folder / "data"),
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - began < limit:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - began
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
        raise TimeoutError(f"no HTTP 200 within {limit} s: {' '.join(command)}")
    finally:
        process.terminate()
        process.wait(timeout=20)
