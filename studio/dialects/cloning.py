"""The cloning service's contract: a recording by user, speech with its voice, the result by name.

Clients of that service know nothing of the studio's ids: they hold the names of blobs, which are
``voices/{user}/{uuid}`` and ``results/{user}/{uuid}``, and the store's own URLs of them.
"""

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from studio.accounts.principal import Principal
from studio.dialects.text_language import text_language
from studio.engines.registry import engine_class, engine_names
from studio.locales import FALLBACK, Note
from studio.problems import BadInput, Conflict, NotFound, Problem, Unavailable
from studio.runtime.runtime import Runtime
from studio.settings import Settings
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Take, Voice
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.rows import OWN_BLOB, is_id, result_blob
from studio.takes.service import TakeService
from studio.takes.views import TakePlan, TakeView
from studio.voices import fields
from studio.voices.saving import Application
from studio.voices.service import VoiceService
from studio.voices.voice_view import VoiceView

_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RESULT = re.compile(r"results/([A-Za-z0-9][A-Za-z0-9_-]{0,79})/([0-9a-f-]{36})")
_READY = ("ready", "loaded")
_Known = Literal["said", "heard", "assumed"]
_SURE = 0.5
_UNHEARD = "en"
"""The language of a recording where nobody said it and no recogniser is sure."""


@dataclass(frozen=True)
class Recording:
    """What a client sends with a recording.

    Attributes:
        data: the file.
        language, transcript, name: as for any voice; empty: found out, none, made up.
        insist: keep it although the doctor found faults.
        locale: language of the answer and of the consent's record.
    """

    data: bytes
    language: str = ""
    transcript: str = ""
    name: str = ""
    insist: bool = False
    locale: str = FALLBACK


@dataclass(frozen=True)
class Uploaded:
    """A recording that became a voice."""

    blob: str
    url: str
    voice: VoiceView
    language: _Known
    """How its language is known."""


@dataclass(frozen=True)
class Wanted:
    """What is to be said by whom; engine and language empty: chosen here."""

    text: str
    voice: str
    """A voice's blob or the store's URL of it."""
    language: str = ""
    engine: str = ""
    instruction: str = ""


@dataclass(frozen=True)
class Ordered:
    """Speech that is being made."""

    job: str
    blob: str
    url: str
    take: TakeView


class Cloning:
    """Answers in the cloning service's terms; everything it makes is a voice or a take like others.

    Args:
        settings: whether there are accounts, and which engine clones.
        database, blobs: where voices are found by their blobs.
        runtime: which engines are ready.
        voices, takes: make everything.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it is built on)
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        runtime: Runtime,
        voices: VoiceService,
        takes: TakeService,
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._voices = voices
        self._takes = takes

    def owner(self, who: Principal, user_id: str) -> str:
        """Whose things a request is about.

        Without accounts, ``user_id`` keeps the users of one calling service apart, as that service
        says. With accounts it must be the caller's own id or name: nobody acts for others.

        Raises:
            BadInput: ``user_id_unusable``.
            NotFound: ``unknown_user``: of somebody else, or of nobody.
        """
        if not _USER.fullmatch(user_id):
            raise BadInput("user_id_unusable")
        if self._settings.auth == "off":
            return user_id
        if user_id not in (who.id, who.name):
            raise NotFound("unknown_user")
        return who.id

    def upload(self, owner: str, user_id: str, recording: Recording) -> Uploaded:
        """Save a recording as a voice. Its consent is recorded as the calling service's word.

        Raises:
            BadInput: as for any voice (`VoiceService.create`).
        """
        language = recording.language.strip()
        known: _Known = "said"
        if not language:
            language, known = self._heard(recording.data)
        application = Application(
            name=recording.name.strip() or f"{user_id} {now():%Y-%m-%d %H:%M:%S}",
            language=language,
            transcript=recording.transcript,
            consent=True,
            vouched_for=user_id,
            locale=recording.locale,
            insist_clip=recording.insist,
        )
        voice = self._voices.create(owner, recording.data, application)
        with self._database.read() as session:
            blob = session.get_one(Voice, voice.id).clip_blob
        return Uploaded(blob, self._blobs.url_of(blob), voice, known)

    def synthesize(self, owner: str, wanted: Wanted) -> Ordered:
        """Order speech with a voice; the rendering goes on after this returns.

        Raises:
            NotFound: ``unknown_voice_blob``.
            Unavailable: ``no_cloning_engine``, or the reason why the engine cannot serve now.
            BadInput, TooLarge: the text cannot be said.
        """
        voice = self._voice(owner, wanted.voice)
        order = ComparisonOrder(
            text=wanted.text,
            language=wanted.language.strip() or text_language(wanted.text, voice.language),
            voice=voice.id,
            instruction=wanted.instruction,
            engines=[],
            retries=0,  # one job, one result under the name that was promised
        )
        order = order.model_copy(update={"engines": [self._engine(owner, order, wanted.engine)]})

        def promised(session: Session, _: str, takes: Sequence[str]) -> None:
            for take in takes:
                row = session.get_one(Take, take)
                row.request = {**row.request, OWN_BLOB: True}

        take = self._takes.create(owner, order, beside=promised).takes[0]
        blob = result_blob(owner, take.id)
        return Ordered(take.id, blob, self._blobs.url_of(blob), take)

    def job(self, who: Principal, blob: str) -> tuple[str, str]:
        """Whose result a blob is, and the id of its take.

        Args:
            who: asks.
            blob: its name, or the store's URL of it.

        Raises:
            NotFound: ``unknown_result``; also for what is not theirs.
        """
        found = _RESULT.fullmatch(self._blobs.name_of(blob) or blob)
        if found is None or not is_id(found[2]):
            raise NotFound("unknown_result")
        owner = found[1]
        if self._settings.auth != "off" and owner != who.id:
            raise NotFound("unknown_result")
        try:
            self._takes.take(owner, found[2])
        except NotFound:
            raise NotFound("unknown_result") from None
        return owner, found[2]

    def standing(self, owner: str, take_id: str) -> Literal["done", "making"]:
        """Whether a result is there.

        Raises:
            NotFound: ``unknown_result``: it was deleted meanwhile.
            Conflict: ``result_failed``, ``result_cancelled``: it never will be.
        """
        try:
            take = self._takes.take(owner, take_id)
        except NotFound:
            raise NotFound("unknown_result") from None
        if take.state == "failed":
            raise Conflict("result_failed", reason=take.error or "")  # type: ignore[arg-type]
        if take.state == "cancelled":
            raise Conflict("result_cancelled")
        return "done" if take.state == "done" else "making"

    # inside

    def _heard(self, data: bytes) -> tuple[str, _Known]:
        """The language that is heard in a recording, as far as a recogniser is there."""
        heard = self._voices.doctor(data).doctor.language
        if heard is not None and heard.probability >= _SURE:
            with contextlib.suppress(BadInput):  # a code of the recogniser's own
                return fields.language(heard.tag), "heard"
        return _UNHEARD, "assumed"

    def _voice(self, owner: str, reference: str) -> VoiceView:
        name = self._blobs.name_of(reference) or reference
        same = or_(Voice.clip_blob == name, Voice.reference_blob == name)
        with self._database.read() as session:
            mine = select(Voice.id).where(Voice.owner == owner, Voice.deleted_at.is_(None))
            found = session.scalars(mine.where(same).order_by(Voice.created_at)).first()
        if found is None:
            raise NotFound("unknown_voice_blob")
        return self._voices.get(owner, found)

    def _engine(self, owner: str, order: ComparisonOrder, asked: str) -> EngineOrder:
        """The engine that is asked for or set; else the first one here that will take the voice."""
        chosen = asked.strip() or self._settings.cloning_engine
        if chosen != "auto":
            wanted = EngineOrder(engine=chosen)
            self._hold(self._plan(owner, order, wanted))
            return wanted
        refused: Note | None = None
        for name in self._cloning_engines():
            wanted = EngineOrder(engine=name)
            plan = self._plan(owner, order, wanted)
            if plan.refusal is None:  # engines that clone ignore no reference
                return wanted
            refused = refused or plan.refusal
        if refused is not None:
            raise BadInput(refused.code.removeprefix("error."), **refused.params)  # type: ignore[arg-type]
        raise Unavailable("no_cloning_engine")

    def _plan(self, owner: str, order: ComparisonOrder, wanted: EngineOrder) -> TakePlan:
        return self._takes.plan(owner, order.model_copy(update={"engines": [wanted]}))[0]

    @staticmethod
    def _hold(plan: TakePlan) -> None:
        if plan.refusal is None and plan.aspects.reference.status == "ignored":
            raise BadInput("engine_cannot_clone", engine=plan.title)
        if plan.refusal is None:
            return
        kind = BadInput if plan.by_input or plan.insistable else Unavailable
        raise kind(plan.refusal.code.removeprefix("error."), **plan.refusal.params)  # type: ignore[arg-type]

    def _cloning_engines(self) -> Iterator[str]:
        """Engines on this machine that clone and are ready. Services get no recording unasked."""
        for name in engine_names():
            try:
                card = engine_class(name).card
            except Problem:  # a broken plugin
                continue
            clones = card.cloning.kind not in ("none", "remote")
            if clones and self._runtime.state(name).state in _READY:
                yield name
