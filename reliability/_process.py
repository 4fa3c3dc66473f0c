"""A studio in a process of its own that a run may kill, and what it needs to find its engines."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.startup import free_port

ROOT = Path(__file__).parents[1]
_START_SECONDS = 60.0


class Server:
    """`python -m reliability._server` on a data folder.

    Args:
        data: the data folder.
        settings: variables of its environment.
    """

    def __init__(self, data: Path, **settings: str) -> None:
        self.port = free_port()
        self.log = data.parent / f"{data.name}.log"
        self._environment = {
            **os.environ,
            "STUDIO_DATA_DIR": str(data),
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "plugins")]),
            **settings,
        }
        self.process: subprocess.Popen | None = None
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def start(self) -> "Server":
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "reliability._server", str(self.port)],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("/healthz").status_code == httpx.codes.OK:
                    return self
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"it did not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """As a power cut would: no warning, no clean-up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()


@contextlib.contextmanager
def serving(data: Path, **settings: str) -> Iterator[Server]:
    """A server that is up, and has ended afterwards."""
    server = Server(data, **settings)
    try:
        yield server.start()
    finally:
        server.stop()
        server.client.close()
