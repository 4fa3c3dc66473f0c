"""Plans with today's facts: what each engine would do, under which key, what is there already."""

import logging
from dataclasses import dataclass

from studio.engines.contract import Engine
from studio.engines.registry import engine_class
from studio.locales import Note, note
from studio.problems import NotFound, Problem, Unavailable
from studio.runtime.runtime import Runtime
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Take
from studio.takes.acceptance import LicenceService
from studio.takes.facts import EngineFacts
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.part_keys import keys_of
from studio.takes.plan import plan_take
from studio.takes.prices import Prices
from studio.takes.rows import recent_rtf, same_key
from studio.takes.speakers import VoiceFacts, VoiceLookup
from studio.takes.views import Aspect, Aspects, TakePlan

_NOT_READY = ("_missing", "_outdated")
_NO_DEVICE = ("error.no_graphics_card", "error.graphics_memory_short")
Facts = dict[str, EngineFacts]
"""What is known of engines at one moment, by name."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Planned:
    """A plan with the key that was settled already, and the take that answers it."""

    wanted: EngineOrder
    plan: TakePlan
    model_revision: str
    key: str
    earlier: Take | None


class Planner:
    """Gathers the facts that plans are made from.

    Args:
        settings: limits.
        database, blobs: earlier takes.
        runtime: how engines stand.
        voices: finds what an order says by voice id.
        licences: which licences were accepted.
        prices: what engines cost.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it asks)
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        runtime: Runtime,
        voices: VoiceLookup,
        licences: LicenceService,
        prices: Prices,
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._voices = voices
        self._licences = licences
        self._prices = prices

    def checked(
        self, owner: str, order: ComparisonOrder
    ) -> tuple[ComparisonOrder, VoiceFacts | None]:
        """An order as it is kept, and its voice.

        Raises:
            BadInput, TooLarge, NotFound: it is wrong as a whole; so is one of which no engine
                is known.
        """
        order = order.cleaned(self._settings)
        if not any(_known(wanted.engine) for wanted in order.engines):
            engine_class(order.engines[0].engine)  # says which there are
        return order, self._voices.get(owner, order.voice) if order.voice else None

    def plan(
        self,
        owner: str,
        order: ComparisonOrder,
        wanted: EngineOrder,
        voice: VoiceFacts | None,
        known: Facts | None = None,
    ) -> TakePlan:
        """One engine's plan, its fallback's inside it.

        Args:
            owner: whose it is.
            order: as :meth:`checked` leaves it.
            wanted: this engine's part of it.
            voice: the reference clip's voice, where one was ordered.
            known: for many plans at one moment: what is known of engines, and filled as that grows.

        Raises:
            BadInput: a preset or option the engine does not have.
        """
        plan = self._plan_one(owner, order, wanted, voice, known)
        if wanted.fallback is None:
            return plan
        standing_by = EngineOrder(
            engine=wanted.fallback,
            insist=wanted.insist,
            seed=wanted.seed,
            retries=0 if wanted.retries == 0 else None,
        )
        fallback = self._plan_one(owner, order, standing_by, voice, known)
        return plan.model_copy(update={"fallback": fallback})

    def planned(
        self, owner: str, order: ComparisonOrder, wanted: EngineOrder, voice: VoiceFacts | None
    ) -> Planned:
        """A plan, and where its speaker is settled, its key and the earlier take with that key."""
        plan = self.plan(owner, order, wanted, voice)
        speaker = f"preset:{plan.preset}" if plan.preset else plan.speaker
        if plan.refusal is not None or speaker in ("clone", "closest", "preset"):
            return Planned(wanted, plan, "", "", None)
        revision = self._runtime.model_revision(plan.engine, plan.checkpoints)
        key = keys_of(
            engine_class(plan.engine).card,
            plan.speaker,
            {"instruction": plan.instruction, "options": plan.options, "seed": plan.seed},
            text=plan.text,
            language=plan.language,
            engine=plan.engine,
            model_revision=revision,
            speaker=speaker,
        ).take
        with self._database.read() as session:
            earlier = same_key(session, owner, key)
        if earlier is not None and not self._blobs.exists(str(earlier.blob)):
            earlier = None
        return Planned(wanted, plan, revision, key, earlier)

    def _plan_one(
        self,
        owner: str,
        order: ComparisonOrder,
        wanted: EngineOrder,
        voice: VoiceFacts | None,
        known: Facts | None,
    ) -> TakePlan:
        known = {} if known is None else known
        try:
            kind = engine_class(wanted.engine)
            facts = known.get(wanted.engine) or self._facts(wanted.engine, kind)
            known[wanted.engine] = facts
        except (NotFound, Unavailable) as problem:
            reason = note(f"error.{problem.code}", **problem.params)
            return unplannable(order, wanted, reason, by_input=isinstance(problem, NotFound))
        closest = None
        if voice and facts.card.cloning.closest_preset and facts.trouble is None:
            closest = self._voices.known_closest_presets(owner, voice.id, wanted.engine)
        try:
            return plan_take(order, wanted, facts, voice, closest)
        except Problem:
            raise
        except Exception as problem:  # an engine's own code may raise anything
            log.exception("engine %s cannot plan", wanted.engine)
            engine, fault = facts.card.title, type(problem).__name__
            reason = note("error.engine_failed", engine=engine, reason=fault)
            return unplannable(order, wanted, reason, title=engine)

    def _facts(self, engine: str, kind: type[Engine]) -> EngineFacts:
        card = kind.card
        state = self._runtime.state(engine)
        trouble: Note | None = None
        if state.state.endswith(_NOT_READY) or (state.detail and state.detail.code in _NO_DEVICE):
            reason = state.detail or note(f"state.{state.state}")
            trouble = note("error.engine_not_ready", engine=card.title, reason=reason)
        with self._database.read() as session:
            rtf = recent_rtf(session, engine)
        return EngineFacts(
            card=card,
            options=kind.Options,
            presets=state.presets,
            interpret=kind.interpret,
            trouble=trouble,
            lacks_weights=state.state == "weights_missing",
            recent_rtf=rtf,
            checkpoints=kind.checkpoints,
            refuse=kind.refuse,
            sets=frozenset(state.sets),
            accepted=self._licences.accepted(engine),
            price=self._prices.of(card),
            retries=self._settings.take_retries if self._settings.measure else None,
        )


def unplannable(
    order: ComparisonOrder,
    wanted: EngineOrder,
    reason: Note,
    *,
    title: str = "",
    by_input: bool = False,
) -> TakePlan:
    """The plan of an engine of which nothing can be known."""
    nothing = Aspect(status="ignored", note=note("take.engine_unknown"))
    return TakePlan(
        engine=wanted.engine,
        title=title or wanted.engine,
        preset="",
        text=order.spoken,
        language=order.language,
        aspects=Aspects(reference=nothing, instruction=nothing, language=nothing),
        refusal=reason,
        by_input=by_input,
    )


def _known(engine: str) -> bool:
    try:
        engine_class(engine)
    except NotFound:
        return False
    except Unavailable:  # there is such an engine, it is broken
        return True
    return True
