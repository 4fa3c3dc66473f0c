"""A studio of its own for a benchmark: started on a free loopback port, asked over HTTP, ended."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.startup import free_port

ROOT = Path(__file__).parents[1]


class RunningStudio:
    """Speaks HTTP to a studio that is up."""

    def __init__(self, address: str, pid: int) -> None:
        self.address = address
        self.pid = pid

    def ask(self, path: str, body: dict | None = None, timeout: float = 120.0) -> Any:
        """GET, or POST a JSON body; the decoded answer."""
        request = urllib.request.Request(
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)

    def render(self, text: str, engines: list[dict], language: str = "en") -> tuple[float, dict]:
        """Order takes and wait for the last one.

        Returns:
            Seconds from the order to the news that all are final, and the comparison.
        """
        began = time.perf_counter()
        order = {"text": text, "language": language, "engines": engines}
        comparison = self.ask("/api/comparisons", order)
        address = f"{self.address}/api/comparisons/{comparison['id']}/events"
        with urllib.request.urlopen(address, timeout=300) as events:
            for line in events:
                if line.startswith(b"data:"):
                    latest = json.loads(line[5:])
                    if all(t["state"] not in ("queued", "running") for t in latest["takes"]):
                        break
        seconds = time.perf_counter() - began
        failed = [t["error"] for t in latest["takes"] if t["state"] != "done"]
        if failed:
            raise RuntimeError(f"a take failed: {failed}")
        return seconds, latest


@contextlib.contextmanager
def running_studio(**settings: str) -> Iterator[RunningStudio]:
    """A studio with an empty data folder, weights from the usual places."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {
            **os.environ,
            "PORT": str(port),
            "STUDIO_DATA_DIR": str(Path(folder) / "data"),
            "GRADIO_ANALYTICS_ENABLED": "False",
            **settings,
        }
        subprocess.run(
            [sys.executable, "-m", "studio", "weights", "get", "--offline", "kokoro", "piper"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with _started(environment, port) as studio:
            yield studio


@contextlib.contextmanager
def studio_on(data: Path, **settings: str) -> Iterator[RunningStudio]:
    """A studio on a data folder that it may share with others, as it is."""
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "STUDIO_DATA_DIR": str(data),
        "GRADIO_ANALYTICS_ENABLED": "False",
        **settings,
    }
    with _started(environment, port) as studio:
        yield studio


@contextlib.contextmanager
def _started(environment: dict[str, str], port: int) -> Iterator[RunningStudio]:
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        studio = RunningStudio(f"http://127.0.0.1:{port}", process.pid)
        _wait(studio)
        yield studio
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)


def _wait(studio: RunningStudio, limit: float = 180.0) -> None:
    began = time.monotonic()
    while time.monotonic() - began < limit:
        try:
            studio.ask("/healthz", timeout=2)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the studio did not come up")


def children_of(parent: int) -> dict[str, int]:
    """Child processes that run, by name: an engine's process carries the engine's name."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
            state, its_parent = rest.split()[:2]
            if int(its_parent) == parent and state != "Z":
                found[name] = int(folder.name)
    return found
