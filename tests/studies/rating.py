"""A study that raters can take: rows straight in the tables, short real speech behind them."""

import asyncio
import itertools
import secrets
import uuid
from typing import Any

from sqlalchemy import insert, select

from studio.audio.encode import flac
from studio.settings import Settings
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.study_tables import (
    Study,
    StudyAnswer,
    StudyCondition,
    StudyInvite,
    StudyItem,
    StudyRater,
    StudyReference,
    StudyText,
    StudyTrial,
)
from studio.studies.plan import StudyPlan
from studio.studies.protocols import PROTOCOLS
from studio.studies.rating.rater_views import TrialView
from studio.studies.rating.service import RatingService
from tests.listening.takes import SpokenTakes, said

CONDITIONS = ("espeak/en-us", "espeak/en-us+f3", "piper/joe")
TEXTS = ("One two.", "Hello there.", "Good day.", "Come in.")
QUICK: dict[str, Any] = {"trials": 6, "training": 1, "headphones": "off", "raters": 5}


def settings(folder: Any, **others: Any) -> Settings:
    """No time must pass and no limit is met, unless a test says otherwise."""
    chosen = {
        "listen_fraction": 0,
        "votes_per_minute": 100_000,
        "rater_requests_per_minute_address": 1_000_000,
    }
    return Settings(data_dir=folder, **(chosen | others))


class Opened:
    """An open study with its invitation."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        takes: SpokenTakes,
        protocol: str = "ab",
        conditions: int = 3,
        texts: int = 4,
        recordings: int = 0,
        kind: str = "open",
        **plan: Any,
    ) -> None:
        self.database = database
        self.takes = takes
        self.id = str(uuid.uuid4())
        self.invite = secrets.token_urlsafe(24)
        asks = PROTOCOLS[protocol].questions[0]
        rows: list[Any] = [
            Study(
                id=self.id,
                owner="local",
                title="Secret title",
                question=asks,
                protocol=protocol,
                language="en",
                state="open",
                plan=StudyPlan(**(QUICK | plan)).model_dump(),
                opened_at=now(),
            ),
        ]
        parts: list[Any] = []
        parts += [
            StudyCondition(
                study_id=self.id,
                position=at,
                label=f"Condition {at}",
                condition=CONDITIONS[at % 3],
                engine=CONDITIONS[at % 3].partition("/")[0],
                wanted={},
            )
            for at in range(conditions)
        ]
        for text, at in itertools.product(range(texts), range(conditions)):
            words = TEXTS[text % len(TEXTS)]
            take = takes.add(f"c{text}", CONDITIONS[at % 3], words)
            parts.append(
                StudyItem(
                    study_id=self.id,
                    text=text,
                    condition=at,
                    comparison_id=f"c{text}",
                    first_take=take.take,
                    take_id=take.take,
                    verdict="good",
                )
            )
        parts += [
            StudyText(
                study_id=self.id,
                position=text,
                text=TEXTS[text % len(TEXTS)],
                text_sha256=str(text),
            )
            for text in range(texts)
        ]
        for number in range(recordings):
            name = f"references/{self.id}/{number}"
            blobs.put(name, flac(*said(f"{number} and this is me.", "en-us+m3")))
            parts.append(
                StudyReference(
                    id=f"recording-{number}",
                    study_id=self.id,
                    text=number if protocol == "mushra" else None,
                    name="me.wav",
                    blob=name,
                    sha256=str(number),
                    seconds=1.0,
                )
            )
        parts.append(
            StudyInvite(
                id=str(uuid.uuid4()),
                study_id=self.id,
                token=self.invite,
                kind=kind,
                name="Kim of accounts",
            )
        )
        self._add(rows)
        self._add(parts)

    def _add(self, rows: list[Any]) -> None:
        self.database.write(lambda session: session.add_all(rows))

    def another_invite(self, kind: str) -> str:
        token = f"another-{uuid.uuid4()}"
        row = {"id": str(uuid.uuid4()), "study_id": self.id, "token": token, "kind": kind}
        self.database.write(lambda session: session.execute(insert(StudyInvite), row).close())
        return token

    def all(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(table).where(table.study_id == self.id)))

    @property
    def trials(self) -> list[StudyTrial]:
        return sorted(self.all(StudyTrial), key=lambda one: (one.rater, one.number))

    @property
    def answers(self) -> list[StudyAnswer]:
        return sorted(self.all(StudyAnswer), key=lambda one: one.sequence)

    @property
    def raters(self) -> list[StudyRater]:
        return self.all(StudyRater)

    @property
    def row(self) -> Study:
        with self.database.read() as session:
            return session.get_one(Study, self.id)


def listen(service: RatingService, trial: TrialView, key: str | None, but: str = "") -> None:
    """Stream a screen's clips to the end, all but one."""
    for slot in trial.slots:
        if slot.slot != but:
            clip = service.clip(slot.url.rsplit("/", 1)[1], key)
            asyncio.run(service.mark_sent(clip))


def fitting(trial: TrialView, protocol: str, number: int = 0) -> dict[str, Any]:
    """Some answer that fits the screen."""
    kind = PROTOCOLS[protocol]
    if kind.answer == "choice":
        return {"choice": kind.choices[number % len(kind.choices)]}
    if kind.answer == "score":
        return {"score": kind.low + number % (kind.high - kind.low + 1)}
    return {"scores": {one.slot: 50 for one in trial.slots if one.slot != "x"}}


def give(
    service: RatingService, invite: str, key: str | None, trial: TrialView, given: dict[str, Any]
) -> Any:
    return asyncio.run(service.answer(invite, key, trial.token, given))


def through(service: RatingService, study: Opened, key: str, protocol: str = "ab") -> Any:
    """Somebody answers all their screens; the last reply."""
    service.begin(study.invite, key, "en")
    reply = None
    while trials := service.trials(study.invite, key).trials:
        listen(service, trials[0], key)
        reply = give(
            service, study.invite, key, trials[0], fitting(trials[0], protocol, trials[0].number)
        )
    return reply
