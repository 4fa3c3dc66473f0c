"""The store that keeps the audio is slow, then fails, then is back, while people order takes.

An emulator of S3 over HTTP behind a gateway that fails as it is told to. Goal: orders are
acknowledged all the while and pages answer; every take comes to a good end or says that the store
failed and can be asked for again; nothing that a row names is missing.
"""

import statistics
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

from reliability._figures import none
from reliability._process import Server, serving
from tests.faulty_gateway import answer, late
from tests.object_stores import store

_STAGES = (("well", None), ("slow", late(2.0)), ("failing", answer(503)), ("back", None))
_STAGE_SECONDS = 8.0


def run() -> dict[str, dict]:
    """A stage after another, each some seconds long."""
    with tempfile.TemporaryDirectory() as folder, store("s3") as bucket:
        settings = {**bucket.environment, "STUDIO_BLOBS_URL": bucket.url, "STUDIO_MEASURE": "0"}
        with serving(Path(folder) / "data", **settings) as server:
            looks: dict[str, list[float]] = {name: [] for name, _ in _STAGES}
            refused: Counter[str] = Counter()
            takes: list[str] = []
            for name, fault in _STAGES:
                bucket.gateway.always = fault
                _stage(server, looks[name], takes, refused)
            states, missing = _ended(server, takes)
    errors = sum(n for said, n in refused.items() if said == "500")
    open_takes = states["queued"] + states["running"]
    return {
        "takes ordered": {"value": len(takes), "unit": f"{dict(states)}"},
        **{
            f"another request, {name}: median": {
                "value": statistics.median(times) * 1000 if times else 0.0,
                "unit": "ms",
            }
            for name, times in looks.items()
        },
        "orders refused": none(refused.total()),
        "answered with 500": none(errors),
        "takes that never ended": none(open_takes),
        "done takes without a sound": none(missing),
    }


def _stage(server: Server, looks: list[float], takes: list[str], refused: Counter[str]) -> None:
    until = time.monotonic() + _STAGE_SECONDS
    done = threading.Event()

    def look() -> None:
        with httpx.Client(base_url=server.client.base_url, timeout=60) as client:
            while not done.is_set():
                began = time.perf_counter()
                client.get("/api/comparisons")
                looks.append(time.perf_counter() - began)
                time.sleep(0.1)

    beside = threading.Thread(target=look, daemon=True)
    beside.start()
    while time.monotonic() < until:
        order = {
            "text": f"Is the store there at {time.monotonic_ns()}?",
            "language": "en",
            "engines": [{"engine": "espeak"}],
        }
        said = server.client.post("/api/comparisons", json=order)
        if said.is_success:
            takes.append(said.json()["takes"][0]["id"])
        else:
            refused[str(said.status_code)] += 1
        time.sleep(0.5)
    done.set()
    beside.join(60)


def _ended(server: Server, takes: list[str]) -> tuple[Counter[str], int]:
    until = time.monotonic() + 120
    states: Counter[str] = Counter()
    while time.monotonic() < until:
        found = [server.client.get(f"/api/takes/{take}").json() for take in takes]
        states = Counter(take["state"] for take in found)
        if not states["queued"] + states["running"]:
            break
        time.sleep(1)
    done = [take["id"] for take in found if take["state"] == "done"]
    sounds = [server.client.get(f"/api/takes/{take}/audio") for take in done]
    return states, sum(not sound.is_success for sound in sounds)
