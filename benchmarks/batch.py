"""A batch of 10,000 takes beside a person: ordering, memory, who goes first, and a takeover.

One short text per take, said by eSpeak NG, which hardly computes: what is measured is the studio.

- Rows a second: from the request to the answer that the whole batch is on disk.
- Memory (resident set) of the studio's process before the order and at its most.
- A person's take: from their order to the moment its rendering begins, while the batch runs.
- Takes a second that the batch comes to, measured over a while (the rest is cancelled).
- Takeover: a second studio on the same folder; the first one, which renders, is killed with signal
  9; seconds until the second one is the scheduler, and until its engine has started and spoken.
"""

import contextlib
import os
import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks._figures import Figures, figure
from benchmarks._studio import RunningStudio, studio_on

_TAKES = 10_000
_ENGINE = "espeak"
_WATCHED_SECONDS = 60
_PEOPLE = 10


def run() -> Figures:
    """All figures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        studio_on(Path(folder) / "data", STUDIO_MEASURE="0") as first,
        studio_on(Path(folder) / "data", STUDIO_MEASURE="0") as other,
    ):
        _take(first, "Warm.")
        before = _resident_mb(first.pid)
        texts = [f"Sentence {n} of many, {random.random():.6f}." for n in range(_TAKES)]
        order = {"language": "en", "texts": texts, "engines": [{"engine": _ENGINE}]}
        began = time.perf_counter()
        batch = first.ask("/api/batches", order)
        ordering = time.perf_counter() - began
        address, most = f"/api/batches/{batch['id']}", before
        waits: list[float] = []
        began = time.perf_counter()
        done_before = first.ask(address)["done"]
        while (passed := time.perf_counter() - began) < _WATCHED_SECONDS:
            most = max(most, _resident_mb(first.pid))
            if len(waits) < _PEOPLE * passed / _WATCHED_SECONDS:
                waits.append(_take(first, f"A person waits, {passed:.3f}."))
            time.sleep(0.5)
        rate = (first.ask(address)["done"] - done_before) / (time.perf_counter() - began)
        done = other.ask(address)["done"]
        os.kill(first.pid, 9)
        began = time.perf_counter()
        while str(other.pid) not in _scheduler(folder):
            time.sleep(0.05)
        takeover = time.perf_counter() - began
        while other.ask(address)["done"] <= done + 1:
            time.sleep(0.05)
        working = time.perf_counter() - began
        other.ask(f"{address}/cancel", {})
    return {
        "ordering 10,000 takes": figure(ordering, "s"),
        "rows of takes a second": figure(_TAKES / ordering, "1/s"),
        "memory before": figure(before, "MB"),
        "memory at its most": figure(most, "MB", most=before + 150),
        "batch": figure(rate, "takes/s"),
        "a person's take begins after (median)": figure(statistics.median(waits), "s", most=1.0),
        "a person's take begins after (longest)": figure(max(waits), "s"),
        "takeover after kill -9": figure(takeover, "s", most=10.0),
        "takes are done again after": figure(working, "s"),
    }


def _take(studio: RunningStudio, text: str) -> float:
    """Order a take; seconds until it was begun."""
    began = time.perf_counter()
    ordered = studio.ask(
        "/api/comparisons",
        {"text": text, "language": "en", "engines": [{"engine": _ENGINE}]},
    )
    address = f"/api/takes/{ordered['takes'][0]['id']}"
    while studio.ask(address)["state"] == "queued":
        time.sleep(0.005)
    return time.perf_counter() - began


def _scheduler(folder: str) -> list[str]:
    """Host and process id of who renders."""
    with contextlib.closing(sqlite3.connect(Path(folder) / "data" / "studio.sqlite3")) as rows:
        ((place,),) = rows.execute("SELECT place FROM leases").fetchall()
    return str(place).split()


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    return 0.0
