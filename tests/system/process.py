"""The whole studio as the process a person starts, with the test engines beside the real ones."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks._studio import children_of
from benchmarks.startup import free_port

ROOT = Path(__file__).parents[2]
FINAL = ("done", "failed", "cancelled")


class StudioProcess:
    """`python app.py` on a data folder; may be killed and started again."""

    def __init__(self, data_dir: Path, models_dir: Path | None = None, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "STUDIO_DATA_DIR": str(data_dir),
            "GRADIO_ANALYTICS_ENABLED": "False",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "plugins")]),
            **({"STUDIO_MODELS_DIR": str(models_dir)} if models_dir else {}),
            **settings,
        }
        self.process: subprocess.Popen | None = None
        self.client = httpx.Client(base_url=self.address, timeout=30, follow_redirects=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, limit: float = 60.0) -> "StudioProcess":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("/healthz").json() == {"status": "ok"}:
                    return self
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text()[-2000:])

    def kill(self) -> None:
        """As a power cut would: no warning, no clean-up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.client.close()

    def order(self, text: str, engines: list[dict], language: str = "en", **more) -> dict:
        order = {"text": text, "language": language, "engines": engines, **more}
        answer = self.client.post("/api/comparisons", json=order)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def finished(self, comparison: str, limit: float = 90.0) -> dict[str, dict]:
        """Takes by engine once all are final."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            takes = self.client.get(f"/api/comparisons/{comparison}").json()["takes"]
            if all(take["state"] in FINAL for take in takes):
                return {take["engine"]: take for take in takes}
            time.sleep(0.1)
        raise TimeoutError(str([(take["engine"], take["state"]) for take in takes]))

    def children(self) -> dict[str, int]:
        """Processes that the studio started and that still run, by name (an engine's)."""
        return children_of(self.process.pid)


@contextlib.contextmanager
def running(studio: StudioProcess) -> Iterator[StudioProcess]:
    try:
        yield studio.start()
    finally:
        studio.stop()
