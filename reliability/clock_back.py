"""The clock is set back by an hour, then forward by two, under people who order and vote.

The server alone sees another time (libfaketime, Debian's package ``faketime``); monotonic clocks go
on, as they do where a clock is set. Goal: takes are rendered, votes count, nobody is refused, and
the scheduler stays what it is.
"""

import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from benchmarks.votes import count, prepare
from reliability._figures import answered, none, yes
from reliability._invariants import broken
from reliability._process import Server, serving
from studio.settings import Settings

_LIBRARIES = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",)
_STEPS = ("+0", "-1h", "+1h", "+0")


def run() -> dict[str, dict]:
    """Set it, use the studio, set it again."""
    library = next((path for path in _LIBRARIES if Path(path).exists()), None)
    if library is None:
        return {"not run": {"value": "apt-get install faketime", "unit": ""}}
    with tempfile.TemporaryDirectory() as folder:
        data, clock = Path(folder) / "data", Path(folder) / "clock"
        clock.write_text("+0")
        orders = prepare(data, raters=4, each=10)
        ballots = [(rater["cookie"], token) for rater in orders for token in rater["tokens"]]
        told: Counter[str] = Counter()
        voted: set[str] = set()
        fake = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(clock),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        with serving(data, STUDIO_MEASURE="0", **fake) as server:
            moments = []
            for step in _STEPS:
                clock.write_text(step)
                time.sleep(2)  # some beats of the scheduler
                moments.append(_use(server, ballots, told, voted))
            terms = _terms(data)
        faults = broken(Settings(data_dir=data, database_url=None, blobs_url=None))
        lost = len(voted - set(count(data)))
    went = moments[1] < moments[0] < moments[2]
    refused = told.total() - told["done"]
    return {
        "the server saw the clock go back and forward": yes(went),
        "requests": {"value": told.total(), "unit": f"{dict(told)}"},
        "refused, or takes without a good end": none(refused),
        "changes of the scheduler": none(terms - 1),
        "votes acknowledged and lost": none(lost),
        "promises between rows and blobs broken": none(len(faults)),
    }


def _use(
    server: Server, ballots: list[tuple[str, str]], told: Counter[str], voted: set[str]
) -> str:
    """Order a take, hear of its end, vote; the moment that the server gave the order."""
    client = server.client
    order = {
        "text": f"What time is it? {time.monotonic_ns()}",
        "language": "en",
        "engines": [{"engine": "espeak"}],
    }
    answer = client.post("/api/comparisons", json=order)
    told[answered(answer)] += 1
    comparison = answer.json()
    until = time.monotonic() + 30
    state = ""
    while state not in ("done", "failed") and time.monotonic() < until:
        time.sleep(0.1)
        state = client.get(f"/api/comparisons/{comparison['id']}").json()["takes"][0]["state"]
    told["done" if state == "done" else f"take {state}"] += 1
    for _ in range(5):
        cookie, token = ballots.pop()
        vote = client.post(
            f"/api/trials/{token}/vote", json={"choice": "b"}, headers={"Cookie": f"rater={cookie}"}
        )
        told[answered(vote)] += 1
        if vote.is_success:
            voted.add(token)
    return str(comparison["created_at"])


def _terms(data: Path) -> int:
    with closing(sqlite3.connect(data / "studio.sqlite3")) as database:
        return int(database.execute("SELECT max(term) FROM leases").fetchone()[0])
