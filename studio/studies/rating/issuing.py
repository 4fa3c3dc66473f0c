"""Serving screens: what is next for a rater is drawn, made and kept before they hear of it."""

import os
import secrets
import threading
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studio.audio.stimulus import StimulusSpec
from studio.listening.stimuli import CannotMake
from studio.problems import Conflict, NotFound
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import (
    StudyAnswer,
    StudyClip,
    StudyInvite,
    StudyRater,
    StudyTrial,
)
from studio.studies.rating.clips import Clip, Clips
from studio.studies.rating.drawing import Draw, NothingToDraw
from studio.studies.rating.schedule import Place, schedule
from studio.studies.rating.screens import Past, Screen, Slot, mirrored
from studio.studies.rating.shelf import Shelved
from studio.studies.rating.stimuli import Made, Workshop

AHEAD = 2
"""How many screens are served at once: the one that plays, and the one that loads meanwhile."""
_TRIES = 5
_STRIPES = 64

Row = dict[str, Any]


class Issuer:
    """Serves the next screens of a rater.

    Args:
        database: keeps them.
        workshop: makes their clips.
        clips: where these are held.
    """

    def __init__(self, database: Database, workshop: Workshop, clips: Clips) -> None:
        self._database = database
        self._workshop = workshop
        self._clips = clips
        self._making = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._remaking = threading.Lock()
        self._turns = [threading.Lock() for _ in range(_STRIPES)]

    def next(self, rater: StudyRater, shelved: Shelved, *, personal: bool) -> list[Row]:
        """The next screens that a rater has not answered, at most two; drawn where missing.

        Takes a moment for each that is new: call it in a thread. Asked again, also at the same
        time, it gives the same.

        Args:
            rater: who asks.
            shelved: their study.
            personal: whether they came by a link of their own.

        Raises:
            Conflict: ``no_screen``: none of those that were drawn could be made.
        """
        with self._turns[hash(rater.id) % _STRIPES]:
            plan, protocol = shelved.study.plan, shelved.study.protocol
            places = schedule(plan, protocol, rater.id)
            with self._database.read() as session:
                served = _served(session, rater.id)
                open_numbers = [
                    number
                    for number in range(1, len(places) + 1)
                    if number not in served or not served[number]["answered"]
                ]
                if any(number not in served for number in open_numbers[:AHEAD]):
                    shelved.tallies.refresh(session)
            for number in open_numbers[:AHEAD]:
                if number not in served:
                    row, made = self._issue(rater, number, places[number - 1], served, shelved)
                    served[number] = {**row, "answered": False}
                    if made is not None:
                        key = None if personal else rater.key
                        of = row["token"], row["slots"], rater.study_id
                        self._clips.hold(_clips(*of, key, made))
            return [served[number] for number in open_numbers[:AHEAD]]

    def clip(self, token: str, shelf: Any) -> Clip:
        """The clip of a token, made again where it left memory.

        Args:
            token: of its address.
            shelf: where its study is found.

        Raises:
            NotFound: ``unknown_clip``.
            Conflict: ``clip_gone``.
        """
        query = (
            select(StudyTrial, StudyRater.key, StudyInvite.kind)
            .join(StudyClip, StudyClip.trial == StudyTrial.token)
            .join(StudyRater, StudyRater.id == StudyTrial.rater)
            .join(StudyInvite, StudyInvite.id == StudyRater.invite_id)
            .where(StudyClip.token == token)
        )
        with self._remaking:  # the other clips of the screen find it made
            found = self._clips.held(token)
            if found is not None:
                return found
            with self._database.read() as session:
                row = session.execute(query).one_or_none()
                if row is None:
                    raise NotFound("unknown_clip")
                trial, key, kind = row.tuple()
                study = shelf.get(session, trial.study_id).study
            spec = StimulusSpec(**trial.preparation["specification"])
            slots = [_slot(one) for one in trial.slots]
            try:
                made = self._workshop.make(trial.token, slots, study, spec)
            except CannotMake as problem:
                raise Conflict("clip_gone") from problem
            known = None if kind == "personal" else key
            clips = _clips(trial.token, trial.slots, trial.study_id, known, made)
            self._clips.hold(clips)
            return next(one for one in clips if one.token == token)

    def _issue(
        self, rater: StudyRater, number: int, place: Place, served: dict[int, Row], shelved: Shelved
    ) -> tuple[Row, Made | None]:
        """Draw a screen until one can be made; keep it."""
        past = Past.of([(row["kind"], row["text"], row["slots"]) for row in served.values()])
        draw = Draw(shelved.study, shelved.tallies)
        refused: set[Any] = set()
        original = served.get(place.repeats or 0)
        for _ in range(_TRIES):
            token = secrets.token_urlsafe(32)
            try:
                if original is not None:
                    check = original["preparation"].get("check")
                    screen = mirrored(original["token"], original["text"], original["slots"], check)
                else:
                    kind = "main" if place.kind == "repeat" else place.kind
                    screen = draw.screen(kind, past, frozenset(refused))
            except NothingToDraw:
                break
            try:
                with self._making:
                    made = self._workshop.make(token, screen.slots, shelved.study)
            except CannotMake:
                refused.add(screen.key)
                original = None
                continue
            return self._keep(rater, number, token, screen, made, shelved)
        raise Conflict("no_screen", tried=len(refused))

    def _keep(  # noqa: PLR0913, PLR0917 (the parts of a row)
        self,
        rater: StudyRater,
        number: int,
        token: str,
        screen: Screen,
        made: Made,
        shelved: Shelved,
    ) -> tuple[Row, Made | None]:
        slots = [{**asdict(one), "clip": secrets.token_urlsafe(32)} for one in screen.slots]
        row: Row = {
            "token": token,
            "study_id": rater.study_id,
            "rater": rater.id,
            "number": number,
            "kind": screen.kind,
            "text": screen.text,
            "slots": slots,
            "repeat_of": screen.repeat_of,
            "listen_seconds": made.seconds,
            "preparation": {**made.preparation, "check": screen.check},
            "issued_at": now(),
        }
        clips = [{"token": one["clip"], "trial": token, "slot": one["slot"]} for one in slots]

        def write(session: Session) -> None:
            connection = session.connection()
            connection.execute(insert(StudyTrial), row)
            connection.execute(insert(StudyClip), clips)
            connection.execute(
                update(StudyRater).where(StudyRater.id == rater.id).values(seen_at=now())
            )

        try:
            self._database.write(write)
        except IntegrityError:  # another process was faster
            with self._database.read() as session:
                return _served(session, rater.id)[number], None
        shelved.tallies.served(screen.kind, screen.text, slots)
        return row, made


def _served(session: Session, rater: str) -> dict[int, Row]:
    """A rater's screens by number, each with whether it is answered."""
    columns = (
        StudyTrial.token,
        StudyTrial.number,
        StudyTrial.kind,
        StudyTrial.text,
        StudyTrial.slots,
        StudyTrial.listen_seconds,
        StudyTrial.preparation,
        StudyAnswer.trial.is_not(None).label("answered"),
    )
    query = (
        select(*columns)
        .join_from(StudyTrial, StudyAnswer, StudyAnswer.trial == StudyTrial.token, isouter=True)
        .where(StudyTrial.rater == rater)
    )
    return {row["number"]: dict(row) for row in session.execute(query).mappings()}


def _slot(kept: dict[str, Any]) -> Slot:
    return Slot(kept["slot"], kept["role"], kept["source"], kept["condition"])


def _clips(
    token: str, slots: list[dict[str, Any]], study: str, key: str | None, made: Made
) -> list[Clip]:
    return [
        Clip(one["clip"], token, one["slot"], study, key, made.clips[one["slot"]]) for one in slots
    ]
