"""The whole studio as the process a person starts, with the test engines beside if asked for."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks._studio import children_of
from benchmarks.startup import free_port
from studio.settings import Settings
from tests.suite_engines import PLUGINS
from tests.waiting import until

ROOT = Path(__file__).parents[1]
FINAL = ("done", "failed", "cancelled")


class StudioProcess:
    """`python app.py` on a data folder; may be killed and started again.

    Args:
        data_dir: where it keeps everything; its log lies beside.
        plugins: folder of further engines: the test engines, or ``None`` for the built-in ones.
        settings: variables of its environment.
    """

    def __init__(self, data_dir: Path, plugins: Path | None = PLUGINS, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "STUDIO_DATA_DIR": str(data_dir),
            "STUDIO_DATABASE_URL": Settings(data_dir=data_dir).resolved_database_url,
            "GRADIO_ANALYTICS_ENABLED": "False",
            "HF_HUB_OFFLINE": "1",
            # a test counts the comparisons that it makes itself
            "STUDIO_WELCOME": "false",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *([str(plugins)] if plugins else [])]),
            **settings,
        }
        self.process: subprocess.Popen | None = None
        self.client = httpx.Client(base_url=self.address, timeout=30, follow_redirects=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, limit: float = 180.0) -> "StudioProcess":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._healthy, limit)
        return self

    def _healthy(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            return self.client.get("/healthz").json() == {"status": "ok"}
        except httpx.TransportError:
            return False

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
        return until(lambda: self._if_final(comparison), limit)

    def _if_final(self, comparison: str) -> dict[str, dict] | None:
        takes = self.client.get(f"/api/comparisons/{comparison}").json()["takes"]
        final = all(take["state"] in FINAL for take in takes)
        return {take["engine"]: take for take in takes} if final else None

    def children(self) -> dict[str, int]:
        """Processes that the studio started and that still run, by name (an engine's)."""
        return children_of(self.process.pid)


@contextlib.contextmanager
def running(studio: StudioProcess) -> Iterator[StudioProcess]:
    try:
        yield studio.start()
    finally:
        studio.stop()
