"""Another program holds the database for longer than anybody waits, while people order and vote.

Goal: each request is answered, with a sentence where it could not be done; nothing acknowledged is
lost; everything works once the database is free.
"""

import sqlite3
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx

from benchmarks.votes import count, prepare
from reliability._figures import answered, none
from reliability._invariants import broken
from reliability._process import serving
from studio.settings import Settings

_HELD_SECONDS = 20.0
"""The studio's own patience is 15 s."""


def run() -> dict[str, dict]:
    """Lock, vote and order, unlock, vote and order."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        orders = prepare(data, raters=20, each=4)
        with serving(data, STUDIO_MEASURE="0") as server:
            address = str(server.client.base_url)
            locked = _while_locked(data, address, orders)
            after: Counter[str] = Counter()
            voted = {token for token, said in locked.items() if said == "done"}
            for rater in orders:
                for token in rater["tokens"]:
                    said = _vote(server.client, rater["cookie"], token)
                    after[said] += 1
                    voted |= {token} if said == "done" else set()
            order = {"text": "Free again.", "language": "en", "engines": [{"engine": "espeak"}]}
            after[answered(server.client.post("/api/comparisons", json=order))] += 1
            time.sleep(2)
        faults = broken(Settings(data_dir=data, database_url=None, blobs_url=None))
        lost = len(voted - set(count(data)))
    told = Counter(locked.values())
    wrong = told["500"] + told["no answer"]
    return {
        f"requests while it was locked for {_HELD_SECONDS:.0f} s": {
            "value": told.total(),
            "unit": f"{dict(told)}",
        },
        "answered with 500, or not": none(wrong),
        "requests that fail once it is free": none(after.total() - after["done"]),
        "votes acknowledged and lost": none(lost),
        "promises between rows and blobs broken": none(len(faults)),
    }


def _while_locked(data: Path, address: str, orders: list) -> dict[str, str]:
    """What was said to each vote, and to an order, by token."""
    said: dict[str, str] = {}
    with closing(sqlite3.connect(data / "studio.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        threads = [
            threading.Thread(target=_ask, args=(address, rater, said), daemon=True)
            for rater in orders
        ]
        for thread in threads:
            thread.start()
        time.sleep(_HELD_SECONDS)
        other.execute("ROLLBACK")
    for thread in threads:
        thread.join(60)
    return said


def _ask(address: str, rater: dict, said: dict[str, str]) -> None:
    token = rater["tokens"][0]
    said[token] = "no answer"
    with httpx.Client(base_url=address, timeout=50) as client:
        said[token] = _vote(client, rater["cookie"], token)


def _vote(client: httpx.Client, cookie: str, token: str) -> str:
    path, headers = f"/api/trials/{token}/vote", {"Cookie": f"rater={cookie}"}
    return answered(client.post(path, json={"choice": "a"}, headers=headers))
