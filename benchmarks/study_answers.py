"""Answers to a study over HTTP: 200 raters at once, none lost, none counted twice, the chain whole.

Goal: at least 500 answers a second on two cores, the load generator (a process of its own)
included. Screens are written to the database beforehand as served and heard, so that answering is
what is measured: the HTTP server, the rules, the row with its link in the chain, the commit on
disk. What happens beside it runs as always: the look whether the study has enough.
"""

import secrets
import statistics
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks._studio import running_studio
from benchmarks._vote_load import Rater
from benchmarks.votes import vote
from studio.listening.raters import new_key
from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import (
    Study,
    StudyAnswer,
    StudyClip,
    StudyCondition,
    StudyInvite,
    StudyItem,
    StudyRater,
    StudyText,
    StudyTrial,
)
from studio.studies.chain import first_break
from studio.studies.dataset import read
from studio.studies.plan import StudyPlan
from studio.studies.rating.seats import COOKIE, key_digest
from studio.studies.seal import chain_start

RATERS = 200
GOAL = 500
STUDY, INVITE = "benchmark", "benchmark-invite"
_CONDITIONS, _TEXTS = 6, 10


def run(raters: int = RATERS, each: int = 50) -> dict[str, dict]:
    """Answer ``raters × each`` times and hold the database against the replies."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        orders = prepare(data, raters, each)
        limits = {
            "STUDIO_VOTES_PER_MINUTE": "1000000",
            "STUDIO_RATER_REQUESTS_PER_MINUTE_ADDRESS": "10000000",
            "STUDIO_LISTEN_FRACTION": "0",  # a rater's answers follow one another at once
        }
        with running_studio(STUDIO_DATA_DIR=str(data), **limits) as studio:
            port = int(studio.address.rpartition(":")[2])
            seconds, answers = vote(Path(folder), port, orders)
        counted, broken = count(data)
    acknowledged = [a["token"] for a in answers if a["status"] == 200]
    rate = len(acknowledged) / seconds
    milliseconds = sorted(a["seconds"] * 1000 for a in answers)
    lost = len(set(acknowledged) - set(counted))
    twice = sum(n - 1 for n in counted.values()) + len(acknowledged) - len(set(acknowledged))
    return {
        "answers acknowledged": {"value": len(acknowledged), "unit": f"of {raters * each}"},
        "answers a second, 200 raters at once": {
            "value": rate,
            "unit": "/s",
            "goal": f"≥ {GOAL}",
            "met": rate >= GOAL,
        },
        "reply, median": {"value": statistics.median(milliseconds), "unit": "ms"},
        "reply, 99 %": {"value": milliseconds[int(0.99 * len(milliseconds))], "unit": "ms"},
        "acknowledged and lost": {"value": lost, "unit": "", "goal": "0", "met": lost == 0},
        "counted twice": {"value": twice, "unit": "", "goal": "0", "met": twice == 0},
        "breaks in the chain": {
            "value": int(broken is not None),
            "unit": "",
            "goal": "0",
            "met": broken is None,
        },
    }


def prepare(data: Path, raters: int, each: int) -> list[Rater]:
    """A study whose screens were served and heard an hour ago, and who may answer them."""
    plan = StudyPlan(raters=100_000, trials=min(500, max(1, each)), headphones="off")
    rows: dict[Any, list[dict[str, Any]]] = {
        Study: [
            {
                "id": STUDY,
                "owner": "local",
                "title": "A benchmark",
                "question": "preference",
                "protocol": "ab",
                "language": "en",
                "state": "open",
                "plan": plan.model_dump(),
                "seal": None,
                "opened_at": now(),
            }
        ],
        StudyCondition: [
            {
                "study_id": STUDY,
                "position": at,
                "label": f"Condition {at}",
                "condition": f"engine-{at}/preset",
                "engine": f"engine-{at}",
                "wanted": {},
            }
            for at in range(_CONDITIONS)
        ],
        StudyText: [
            {"study_id": STUDY, "position": at, "text": f"Text {at}.", "text_sha256": str(at)}
            for at in range(_TEXTS)
        ],
        StudyItem: [
            {
                "study_id": STUDY,
                "text": text,
                "condition": at,
                "comparison_id": str(text),
                "first_take": f"{text}-{at}",
                "take_id": f"{text}-{at}",
            }
            for text in range(_TEXTS)
            for at in range(_CONDITIONS)
        ],
        StudyInvite: [{"id": INVITE, "study_id": STUDY, "token": INVITE, "kind": "open"}],
        StudyRater: [],
        StudyTrial: [],
        StudyClip: [],
    }
    orders: list[Rater] = []
    for at in range(raters):
        key, rater = new_key(), secrets.token_hex(16)
        rows[StudyRater].append(
            {"id": rater, "study_id": STUDY, "invite_id": INVITE, "key": key_digest(STUDY, key)}
        )
        trials = [_trial(rater, number, at + number) for number in range(1, each + 1)]
        rows[StudyTrial] += trials
        rows[StudyClip] += [
            {
                "token": one["clip"],
                "trial": trial["token"],
                "slot": one["slot"],
                "sent_at": now() - timedelta(hours=1),
            }
            for trial in trials
            for one in trial["slots"]
        ]
        orders.append(
            {
                "cookie": key,
                "tokens": [trial["token"] for trial in trials],
                "path": f"/api/rater/{INVITE}/trials/<token>/answer",
                "body": '{"answer":{"choice":"<choice>"}}',
                "name": COOKIE,
            }
        )
    database = Database(Settings(data_dir=data))
    database.start()
    for table, kept in rows.items():
        database.write(lambda session, t=table, r=kept: session.execute(insert(t), r).close())  # type: ignore[misc]
    database.close()
    return orders


def _trial(rater: str, number: int, shift: int) -> dict[str, Any]:
    text, a = shift % _TEXTS, shift % _CONDITIONS
    b = (a + 1 + shift // _CONDITIONS % (_CONDITIONS - 1)) % _CONDITIONS
    slots = [
        {
            "slot": slot,
            "role": "condition",
            "source": {"item": [text, condition]},
            "condition": condition,
            "clip": secrets.token_urlsafe(32),
        }
        for slot, condition in (("a", a), ("b", b))
    ]
    return {
        "token": secrets.token_urlsafe(32),
        "study_id": STUDY,
        "rater": rater,
        "number": number,
        "kind": "main",
        "text": text,
        "slots": slots,
        "listen_seconds": 6.0,
        "preparation": {},
    }


def count(data: Path) -> tuple[Counter[str], int | None]:
    """Answers by trial, and where their chain breaks, if it does."""
    database = Database(Settings(data_dir=data))
    with database.read() as session:
        rows = Counter(session.scalars(select(StudyAnswer.trial)))
        found = read(session, STUDY)
    database.close()
    broken = first_break(chain_start(found.seal), [(a.record, a.sha256) for a in found.answers])
    return rows, broken
