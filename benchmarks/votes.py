"""Votes over HTTP: 200 raters at once against the whole studio, none lost, none counted twice.

Goal: at least 500 votes a second on two cores, the load generator (a process of its own) included.
Trials are written to the database beforehand as served and heard, so that voting is what is
measured: the HTTP server, the rules, the row, the kept counts, and the commit on disk.
"""

import hashlib
import json
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from benchmarks._studio import ROOT, running_studio
from benchmarks._vote_load import Answer, Rater
from studio.listening.raters import new_key, rater_id
from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Tally, Trial, Vote

RATERS = 200
GOAL = 500
_CONDITIONS = [f"engine-{n}/preset" for n in range(8)]


def run(raters: int = RATERS, each: int = 50) -> dict[str, dict]:
    """Vote ``raters × each`` times and hold the database against the answers."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        orders = prepare(data, raters, each)
        settings = {"STUDIO_DATA_DIR": str(data), "STUDIO_VOTES_PER_MINUTE": "1000000"}
        with running_studio(**settings) as studio:
            port = int(studio.address.rpartition(":")[2])
            seconds, answers = vote(Path(folder), port, orders)
        counted = count(data)
    acknowledged = [a["token"] for a in answers if a["status"] == 200]
    rate = len(acknowledged) / seconds
    milliseconds = sorted(a["seconds"] * 1000 for a in answers)
    lost = len(set(acknowledged) - set(counted))
    twice = sum(n - 1 for n in counted.values()) + len(acknowledged) - len(set(acknowledged))
    return {
        "votes acknowledged": {"value": len(acknowledged), "unit": f"of {raters * each}"},
        "votes a second, 200 raters at once": {
            "value": rate,
            "unit": "/s",
            "goal": f"≥ {GOAL}",
            "met": rate >= GOAL,
        },
        "answer, median": {"value": statistics.median(milliseconds), "unit": "ms"},
        "answer, 99 %": {"value": milliseconds[int(0.99 * len(milliseconds))], "unit": "ms"},
        "acknowledged and lost": {"value": lost, "unit": "", "goal": "0", "met": lost == 0},
        "counted twice": {"value": twice, "unit": "", "goal": "0", "met": twice == 0},
    }


def prepare(data: Path, raters: int, each: int) -> list[Rater]:
    """A database with trials served and heard an hour ago, and who may vote on them."""
    orders: list[Rater] = []
    rows = []
    for number in range(raters):
        key = new_key()
        tokens = [secrets.token_urlsafe(32) for _ in range(each)]
        orders.append({"cookie": key, "tokens": tokens})
        rows += [_trial(token, rater_id(key) or "", number + n) for n, token in enumerate(tokens)]
    database = Database(Settings(data_dir=data))
    database.start()
    database.write(lambda session: session.execute(insert(Trial), rows).close())
    database.close()
    return orders


def _trial(token: str, rater: str, number: int) -> dict:
    heard = now() - timedelta(hours=1)
    a = number % len(_CONDITIONS)
    b = (a + 1 + number // len(_CONDITIONS) % (len(_CONDITIONS) - 1)) % len(_CONDITIONS)
    return {
        "token": token,
        "protocol": "ab",
        "rater": rater,
        "comparison_id": "comparison",
        "take_a": "a",
        "take_b": "b",
        "condition_a": _CONDITIONS[a],
        "condition_b": _CONDITIONS[b],
        "language": ("en", "ko")[number % 2],
        "text_sha256": hashlib.sha256(bytes([number % 50])).hexdigest(),
        "listen_seconds": 6.0,
        "stimulus_a": secrets.token_urlsafe(32),
        "stimulus_b": secrets.token_urlsafe(32),
        "preparation": {},
        "heard_a_at": heard,
        "heard_b_at": heard,
    }


def vote(folder: Path, port: int, orders: list[Rater]) -> tuple[float, list[Answer]]:
    """Let the load generator's process vote; seconds it took, and the answers."""
    asked, told = folder / "orders.json", folder / "answers.json"
    asked.write_text(json.dumps(orders))
    command = [sys.executable, "-m", "benchmarks._vote_load", str(port), str(asked), str(told)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    result = json.loads(told.read_text())
    return result["seconds"], result["answers"]


def count(data: Path) -> Counter[str]:
    """Rows by trial. The kept counts must say the same number."""
    database = Database(Settings(data_dir=data))
    with database.read() as session:
        rows = Counter(session.scalars(select(Vote.trial)))
        kept = session.scalars(select(Tally.left_wins + Tally.right_wins + Tally.ties)).all()
    database.close()
    if sum(kept) != rows.total():
        raise RuntimeError(f"{rows.total()} votes, but the tallies say {sum(kept)}")
    return rows
