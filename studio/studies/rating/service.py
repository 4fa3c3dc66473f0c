"""The rater's side of a study: joining, listening, answering, and being thanked."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from studio import telemetry
from studio.listening.ballot_box import BallotBox
from studio.listening.heard import Stopwatches
from studio.listening.limits import RateLimit
from studio.listening.raters import is_token
from studio.listening.source import TakeSource
from studio.locales import FALLBACK, languages
from studio.problems import Conflict, NotAllowed, NotFound, Problem
from studio.settings import Settings
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.study_tables import StudyClip, StudyRater
from studio.studies.rating.clips import Clip, Clips
from studio.studies.rating.counting import Counted, Counting, Paper
from studio.studies.rating.headphones import HeadphoneCheck
from studio.studies.rating.issuing import Issuer
from studio.studies.rating.rater_views import (
    HeadphoneTests,
    RaterView,
    Reply,
    TrialsView,
    progress,
    trial_view,
)
from studio.studies.rating.seats import answered, completion_code, full, key_digest, seat, waiting
from studio.studies.rating.shelf import Shelf
from studio.studies.rating.standing import headphones_of, seated, standing, state_of
from studio.studies.rating.stimuli import Workshop
from studio.studies.rating.stopping import Watch


class RatingService:
    """Studies as a rater meets them.

    Args:
        settings: the rule on time, limits.
        database: the studies, and what is served and answered.
        source: finished takes.
        blobs: recordings of people.
    """

    def __init__(
        self, settings: Settings, database: Database, source: TakeSource, blobs: Blobs
    ) -> None:
        self._database = database
        self._sign_in = settings.raters_sign_in
        self._shelf = Shelf()
        self._clips = Clips()
        self._issuer = Issuer(database, Workshop(source, blobs), self._clips)
        self._headphones = HeadphoneCheck(database)
        self._stopwatches = Stopwatches()
        self._watch = Watch(database, self._shelf)
        self._by_rater = RateLimit(settings.votes_per_minute)
        self._by_address = RateLimit(settings.rater_requests_per_minute_address)
        counting = Counting(settings.listen_fraction, self._stopwatches, self._shelf)
        self._box: BallotBox[Paper, Counted] = BallotBox(database, counting, _told)

    def view(self, invite: str, key: str | None) -> RaterView:
        """Where somebody stands; changes nothing.

        Args:
            invite: the invitation's token.
            key: of their cookie, if they have one.

        Raises:
            NotFound: ``unknown_invite``.
        """
        with self._database.read() as session:
            at = seat(session, invite, key)
            return standing(session, at, self._shelf, sign_in=self._sign_in)

    def begin(
        self, invite: str, key: str | None, locale: str, address: str | None = None
    ) -> RaterView:
        """Let somebody take part. Who does already goes on.

        Args:
            invite: the invitation's token.
            key: a cookie's, made up by the caller where there was none; of who signed in, where
                the studio asks for that.
            locale: language that they read.
            address: network address asking, for its limit.

        Raises:
            NotFound: ``unknown_invite``.
            NotAllowed: ``invite_revoked``, ``sign_in_first``.
            Conflict: ``study_not_open``, ``study_closed`` or ``study_full``.
            TooMany: ``too_many_requests``.
        """
        self._limit(address)

        def write(session: Session) -> None:
            at = seat(session, invite, key)
            if at.revoked:
                raise NotAllowed("invite_revoked")
            if at.rater is not None:
                return
            if at.study.state != "open":
                raise Conflict("study_not_open" if at.study.state == "draft" else "study_closed")
            if full(session, at):
                raise Conflict("study_full")
            if at.key is None:
                raise NotAllowed("sign_in_first")
            row = {
                "id": uuid.uuid4().hex,
                "study_id": at.study.id,
                "invite_id": at.invite.id,
                "key": at.key,
                "locale": locale if locale in languages() else FALLBACK,
            }
            session.connection().execute(insert(StudyRater), row)

        self._database.write(write)
        return self.view(invite, key)

    def headphones(self, invite: str, key: str | None) -> HeadphoneTests:
        """The headphone check's next tests.

        Raises:
            NotFound: ``unknown_invite``.
            NotAllowed: ``invite_revoked``.
            Conflict: ``not_begun``, ``headphones_no_more``.
        """
        rater = self._rater(invite, key)
        return self._headphones.tests(invite, rater.id)

    def headphone_clip(self, invite: str, key: str | None, attempt: int, number: int) -> bytes:
        """The sound of one of them: a stereo WAV.

        Raises:
            NotFound: ``unknown_invite``, ``unknown_clip``.
            Conflict: ``not_begun``.
        """
        return self._headphones.clip(self._rater(invite, key), attempt, number)

    def check_headphones(
        self, invite: str, key: str | None, answers: list[int] | None
    ) -> RaterView:
        """Judge the answers to the tests, or (``None``) skip them.

        Raises:
            NotFound: ``unknown_invite``.
            BadInput: ``headphones_malformed``.
            Conflict: ``not_begun``, ``headphones_required``, ``headphones_no_more``.
        """
        rater = self._rater(invite, key)
        with self._database.read() as session:
            plan = self._shelf.get(session, rater.study_id).study.plan
        self._headphones.answer(rater.id, answers, may_skip=plan.headphones == "offered")
        return self.view(invite, key)

    def trials(self, invite: str, key: str | None, address: str | None = None) -> TrialsView:
        """The next screens, drawn where they are missing. Blocks: call it in a thread.

        Raises:
            NotFound: ``unknown_invite``.
            NotAllowed: ``invite_revoked``.
            Conflict: ``not_begun``, ``headphones_first``, ``no_screen``.
            TooMany: ``too_many_requests``.
        """
        self._limit(address)
        with self._database.read() as session:
            at = seat(session, invite, key)
            rater = seated(at)
            shelved = self._shelf.get(session, at.study.id)
            number = answered(session, rater.id)
            headphones = headphones_of(shelved, rater)
            left = waiting(session, rater.id) if at.lingers else []
        rows: list[Mapping[str, Any]] = []
        if rater.finished_at is None and at.study.state == "open":
            if headphones.needed:
                raise Conflict("headphones_first")
            rows = [*self._issuer.next(rater, shelved, personal=at.invite.kind == "personal")]
            if not rows:  # the last answer was counted meanwhile: what was read before it is old
                with self._database.read() as session:
                    at = seat(session, invite, key)
                    rater, number = seated(at), answered(session, rater.id)
        elif at.study.state != "open":
            rows = [{c.key: getattr(row, c.key) for c in row.__table__.columns} for row in left]
            if not rows and number and not rater.completion_code:
                rater.completion_code = self._thank(rater.id)
        return TrialsView(
            state=state_of(at, left=bool(rows)),
            trials=[trial_view(shelved.study, row) for row in rows],
            progress=progress(shelved, number),
            headphones=headphones,
            completion_code=None if rows else rater.completion_code or None,
        )

    def held(self, token: str, key: str | None) -> Clip | None:
        """:meth:`clip` where it is in memory, without waiting; else ``None``."""
        clip = self._clips.held(token)
        if clip is not None:
            _only(clip, key)
        return clip

    def clip(self, token: str, key: str | None) -> Clip:
        """A clip, made again where it left memory: call it in a thread.

        Raises:
            NotFound: ``unknown_clip``.
            NotAllowed: ``not_your_trial``: the cookie is another rater's.
            Conflict: ``clip_gone``: its take was deleted.
        """
        if not is_token(token):
            raise NotFound("unknown_clip")
        clip = self._issuer.clip(token, self._shelf)
        _only(clip, key)
        return clip

    async def mark_sent(self, clip: Clip) -> None:
        """Note that the last byte of a clip has left. The first time counts."""
        self._stopwatches.start(clip.trial, clip.slot)
        moment = now()

        def note(session: Session) -> None:
            session.connection().execute(
                update(StudyClip)
                .where(StudyClip.token == clip.token, StudyClip.sent_at.is_(None))
                .values(sent_at=moment)
            )

        await self._database.write_async(note)

    async def answer(
        self,
        invite: str,
        key: str | None,
        token: str,
        given: Mapping[str, Any],
        address: str | None = None,
    ) -> Reply:
        """Count an answer; returns once it is on disk.

        Raises:
            NotFound: ``unknown_invite``, ``unknown_trial``.
            NotAllowed: ``invite_revoked``, ``not_your_trial``.
            BadInput: the answer fits the screen not.
            Conflict: ``already_answered``, ``study_closed``, ``clips_not_heard``, or
                ``answer_too_early`` with ``wait_seconds``.
            TooMany: ``too_many_requests``.
        """
        self._limit(address)
        self._by_rater.take(key_digest("", key) or invite[:64])
        if not is_token(token):
            raise NotFound("unknown_trial")
        counted = await self._box.put(Paper(invite, key, token, given))
        if isinstance(counted, Problem):
            raise counted
        if counted.new:
            self._watch.note(counted.shelved.study.id)
        through = counted.answered >= counted.shelved.screens
        return Reply(
            state="finished" if through else "rating" if counted.goes_on else "closed",
            progress=progress(counted.shelved, counted.answered),
            completion_code=counted.code,
        )

    def close(self) -> None:
        """Count the answers that wait."""
        self._box.close()
        self._watch.close()

    def _limit(self, address: str | None) -> None:
        if address is not None:
            self._by_address.take(address)

    def _rater(self, invite: str, key: str | None) -> StudyRater:
        with self._database.read() as session:
            return seated(seat(session, invite, key))

    def _thank(self, rater: str) -> str:
        """A completion code for somebody whose study ended before they did."""

        def write(session: Session) -> str:
            row = session.get_one(StudyRater, rater)
            row.completion_code = row.completion_code or completion_code()
            return row.completion_code

        return self._database.write(write)


def _told(answer: Counted) -> None:
    if answer.new:
        telemetry.vote_counted(answer.shelved.study.protocol.name)


def _only(clip: Clip, key: str | None) -> None:
    if key is not None and clip.key is not None and clip.key != key_digest(clip.study, key):
        raise NotAllowed("not_your_trial")
