"""The real studio as a process of its own, on a free port of the loopback."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_START_SECONDS = 90
_END_SECONDS = 15


@dataclass(frozen=True)
class Running:
    """A studio that answers."""

    url: str
    data_dir: Path
    log: Path
    pid: int

    def get(self, path: str) -> Any:
        """An answer of the HTTP API as JSON."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
            return json.load(answer)


@contextmanager
def a_studio(folder: Path, **settings: str) -> Iterator[Running]:
    """Start the studio with its data in a folder, end it by its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "studio.log"
    environment = {
        **os.environ,
        "PORT": str(port),
        "STUDIO_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        try:
            running = Running(f"http://127.0.0.1:{port}", folder / "data", log, process.pid)
            _wait(running, process)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(running: Running, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, running.log.read_text("utf-8")[-3000:]
        try:
            if running.get("/healthz") == {"status": "ok"}:
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(
        f"not up after {_START_SECONDS} s: {running.log.read_text('utf-8')[-3000:]}"
    )
