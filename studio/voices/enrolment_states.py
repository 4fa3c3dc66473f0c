"""Whether a voice is compiled for an engine, and where not, whether and by whom it can be."""

from collections.abc import Callable

from studio.engines.card import Card
from studio.engines.contract import Asked
from studio.engines.registry import engine_class, engine_names
from studio.locales import Note, note
from studio.problems import Problem
from studio.runtime.runtime import Runtime
from studio.store.tables import Voice
from studio.voices.enrolments import Enrolments
from studio.voices.reference import Sent, sent_to
from studio.voices.views import EnrolmentView


class EnrolmentStates:
    """Looks it up, without starting anything.

    Args:
        runtime: where engines stand.
        enrolments: what is compiled.
        accepted: whether an engine's licence was accepted, or need not be.
    """

    def __init__(
        self, runtime: Runtime, enrolments: Enrolments, accepted: Callable[[str], bool]
    ) -> None:
        self._runtime = runtime
        self._enrolments = enrolments
        self._accepted = accepted

    def of(self, voice: Voice, card: Card) -> EnrolmentView:
        """How it stands with one engine: ``ready``, ``open``, ``ask`` or ``impossible``."""
        sent = sent_to(voice, card.name)
        view = EnrolmentView(
            engine=card.name, title=card.title, state="impossible", paid=asks_first(card)
        )
        try:
            reason = self._hindrance(sent, voice)
            made = None if reason else self._enrolments.made_at(sent, self.sets(voice, sent))
        except Problem as problem:
            reason, made = Note(f"error.{problem.code}", dict(problem.params)), None
        update: dict[str, object]
        if reason is not None:
            update = {"reason": reason}
        elif made is not None:
            update = {"state": "ready"}
        elif view.paid:
            asks = note("enrolment.asks_first", engine=card.title)
            update = {"state": "ask", "reason": asks, "can_start": True}
        else:
            update = {"state": "open", "can_start": True}
        return view.model_copy(update=update)

    def sets(self, voice: Voice, sent: Sent) -> tuple[str, ...]:
        """The weight set that compiles, as an order with the engine's own settings would ask."""
        if sent.card.sets_serve != "each":
            return ()
        kind = engine_class(sent.card.name)
        asked = Asked(
            text="",
            language=voice.language,
            speaker="clone",
            options=kind.Options().model_dump(),
            transcript=bool(sent.transcript.strip()),
            sets=frozenset(self._runtime.state(sent.card.name).sets),
        )
        return kind.checkpoints(asked)[:1]

    def _hindrance(self, sent: Sent, voice: Voice) -> Note | None:
        card = sent.card
        unfit = _unfit(sent, voice)
        if unfit is None and not self._accepted(card.name):
            unfit = note("error.licence_not_accepted", engine=card.title)
        if unfit is not None:
            return unfit
        standing = self._runtime.state(card.name)
        # One whose process ended starts anew when it is asked.
        able = standing.state in ("ready", "loaded", "failed") and standing.model_revision
        return None if able else standing.detail or note("enrolment.not_ready", engine=card.title)


def cloning_cards() -> list[Card]:
    """The cards of the engines that clone, in the order of the engines."""
    cards = []
    for name in engine_names():
        try:
            card = engine_class(name).card
        except Problem:  # a plugin that does not import
            continue
        if card.cloning.kind != "none":
            cards.append(card)
    return cards


def asks_first(card: Card) -> bool:
    """Whether a voice leaves this machine for the engine, or costs money."""
    remote = card.cloning.kind == "remote" or "remote" in card.hardware.runs_on
    return remote or card.price is not None


def not_sent(view: EnrolmentView, person: str) -> EnrolmentView:
    """A state as somebody sees it whom the voice is shared with.

    Args:
        view: as its owner sees it.
        person: the owner, who alone may send the recording to a service outside.
    """
    if not view.paid or not view.can_start:
        return view
    reason = note("error.shared_voice_not_sent", engine=view.title, person=person)
    return view.model_copy(update={"state": "impossible", "reason": reason, "can_start": False})


def _unfit(sent: Sent, voice: Voice) -> Note | None:
    """Why a recording will not do for an engine, whatever becomes of the engine."""
    cloning, title = sent.card.cloning, sent.card.title
    if cloning.kind == "none":
        return note("error.engine_cannot_clone", engine=title)
    if sent.speech_seconds < cloning.min_seconds:
        return note(
            "error.clip_too_short_for_engine",
            engine=title,
            seconds=round(sent.speech_seconds, 1),
            minimum=cloning.min_seconds,
        )
    if cloning.transcript == "required" and not sent.transcript.strip():
        return note("error.transcript_required", engine=title, voice=voice.name)
    return None
