"""An engine's process is killed at every stage of a take: starting, speaking, handing over, idle.

Goal: the take comes to a good end by itself, with one result, and the studio lives.
"""

import contextlib
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks._studio import children_of
from reliability._figures import none, yes
from reliability._invariants import broken
from reliability._process import Server, serving
from studio.settings import Settings

_MOMENTS_SECONDS = (0.0, 0.1, 0.3, 0.6, 1.0, 1.4, 1.8, 2.2)
"""After the order. The take speaks for two seconds, a cold engine takes about one to start."""
_EACH = 5
_ENGINE = "test_slow"


def run() -> dict[str, dict]:
    """Kill it in eight moments, five times each, cold and warm."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        settings = {"STUDIO_MEASURE": "0", "STUDIO_TAKE_BACKOFF_SECONDS": "0.2"}
        states: Counter[str] = Counter()
        killed = 0
        with serving(data, **settings) as server:
            for number, moment in enumerate(_MOMENTS_SECONDS * _EACH):
                take = _ordered(server, number)
                time.sleep(moment + random.uniform(0, 0.1))
                killed += _kill(server)
                state = _ended(server, take)
                states[state] += 1
            lives = server.process is not None and server.process.poll() is None
        faults = broken(Settings(data_dir=data, database_url=None, blobs_url=None))
    bad = states.total() - states["done"]
    return {
        "takes": {"value": states.total(), "unit": f"{dict(states)}"},
        "engines killed": {"value": killed, "unit": ""},
        "takes without a good end": none(bad),
        "promises between rows and blobs broken": none(len(faults)),
        "the studio lives": yes(lives),
    }


def _ordered(server: Server, number: int) -> str:
    wanted = {"engine": _ENGINE, "options": {"seconds": 2.0}}
    order = {"text": f"Killed in number {number}.", "language": "en", "engines": [wanted]}
    answer = server.client.post("/api/comparisons", json=order)
    answer.raise_for_status()
    return str(answer.json()["takes"][0]["id"])


def _kill(server: Server) -> int:
    """How many processes of the engine were there to be killed."""
    assert server.process is not None
    found = [pid for name, pid in children_of(server.process.pid).items() if _ENGINE in name]
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(found)


def _ended(server: Server, take: str) -> str:
    until = time.monotonic() + 60
    state = ""
    while time.monotonic() < until:
        state = server.client.get(f"/api/takes/{take}").json()["state"]
        if state in ("done", "failed", "cancelled"):
            break
        time.sleep(0.05)
    return state
