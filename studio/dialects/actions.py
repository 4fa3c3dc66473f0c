"""The studio's main actions for programs: the same services, answers as plain objects."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from studio.dialects.action_types import (
    AspectFacts,
    AspectsFacts,
    ComparisonFacts,
    EngineFacts,
    PlanFacts,
    TakeFacts,
    VoiceFacts,
)
from studio.engines.registry import engine_class
from studio.listening.leaderboard import LeaderboardService
from studio.locales import FALLBACK, say
from studio.problems import BadInput, Problem
from studio.runtime.report import EngineState
from studio.runtime.runtime import Runtime
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.prices import Prices
from studio.takes.service import TakeService
from studio.takes.views import Aspect, Aspects, ComparisonView, TakePlan, TakeView
from studio.voices.saving import Application
from studio.voices.service import VoiceService
from studio.voices.voice_view import VoiceView

_READY = ("ready", "loaded")


@dataclass(frozen=True)
class Asker:
    """Who asks, in which language they are answered, and the address they reach the studio by."""

    owner: str
    language: str = FALLBACK
    base: str = ""
    votes_of: str | None = None
    """On whose takes the votes are that they may see the sum of; None: everybody's."""


@dataclass(frozen=True)
class Said:
    """What is to be said, as a program says it.

    Attributes:
        engines: names; ``engine:preset`` where one of its own voices is meant.
        voice: id of a cloned voice; empty: the engines' own voices.
        options: of the engine's own settings, where there is one engine.
    """

    text: str
    language: str
    engines: Sequence[str]
    voice: str = ""
    instruction: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    def order(self) -> ComparisonOrder:
        """As the service takes it.

        Raises:
            BadInput: ``field_invalid``.
        """
        try:
            engines = [
                EngineOrder(engine=name, voice=preset or None, options=self.options)
                for name, _, preset in (str(one).partition(":") for one in self.engines)
            ]
            return ComparisonOrder(
                text=self.text,
                language=self.language,
                voice=self.voice or None,
                instruction=self.instruction,
                engines=engines,
            )
        except (ValidationError, TypeError) as fault:
            where = fault.errors()[0]["loc"] if isinstance(fault, ValidationError) else ("engines",)
            raise BadInput("field_invalid", field=str(where[0])[:80]) from None


class Actions:
    """What programs do here most: look around, save a voice, have something said, see the board.

    Args:
        runtime: knows the engines.
        voices, takes, leaderboard: do the work.
        prices: which engines are paid for.
    """

    def __init__(
        self,
        runtime: Runtime,
        voices: VoiceService,
        takes: TakeService,
        leaderboard: LeaderboardService,
        prices: Prices,
    ) -> None:
        self._runtime = runtime
        self._voices = voices
        self._takes = takes
        self._leaderboard = leaderboard
        self._prices = prices

    def engines(self, asker: Asker) -> list[EngineFacts]:
        """All engines, built-in ones first; those that are not ready say why."""
        return [
            facts
            for state in self._runtime.states()
            if (facts := self._engine(state, asker.language)) is not None
        ]

    def voices(self, asker: Asker) -> list[VoiceFacts]:
        """The asker's cloned voices, the newest first."""
        return [_voice(view, asker.language) for view in self._voices.list(asker.owner)]

    def save_voice(self, asker: Asker, data: bytes, application: Application) -> VoiceFacts:
        """Save a recording as a voice. Raises as `VoiceService.create` does."""
        return _voice(self._voices.create(asker.owner, data, application), asker.language)

    def plan(self, asker: Asker, said: Said) -> list[PlanFacts]:
        """What each engine would honour, approximate, ignore or refuse. Nothing is kept."""
        plans = self._takes.plan(asker.owner, said.order())
        return [_plan(plan, asker.language) for plan in plans]

    async def compare(self, asker: Asker, said: Said) -> AsyncGenerator[ComparisonFacts]:
        """Order takes and tell how they come, until all are rendered or have failed."""
        from anyio.to_thread import run_sync

        ordered = await run_sync(self._takes.create, asker.owner, said.order())
        async with aclosing(self._takes.changes(asker.owner, ordered.id)) as views:
            async for view in views:
                yield _comparison(view, asker)
                if view.final:
                    return

    def take(self, asker: Asker, take_id: str) -> TakeFacts:
        """One take as it stands."""
        return _take(self._takes.take(asker.owner, take_id), asker)

    def cancel(self, asker: Asker, take_id: str) -> TakeFacts:
        """Stop a take. What is final already stays as it is."""
        return _take(self._takes.cancel(asker.owner, take_id), asker)

    def leaderboard(self, asker: Asker, language: str = "", engine: str = "") -> dict[str, Any]:
        """Ratings from blind votes with 95 % intervals."""
        board = self._leaderboard.board(language or None, engine or None, asker.votes_of)
        return board.model_dump(mode="json")

    def _engine(self, state: EngineState, language: str) -> EngineFacts | None:
        try:
            card = engine_class(state.name).card
        except Problem:  # a plugin that does not import
            return None
        return EngineFacts(
            name=card.name,
            title=card.title,
            ready=state.state in _READY,
            state=state.state,
            detail=say(language, state.detail) if state.detail else "",
            languages=list(card.languages),
            clones=card.cloning.kind != "none",
            instruction=card.instruction.value,
            paid=self._prices.of(card) is not None,
            presets=[
                {"id": one.id, "title": one.title, "languages": list(one.languages)}
                for one in state.presets
            ],
        )


def _voice(view: VoiceView, language: str) -> VoiceFacts:
    found = view.doctor.reasons("warning") if view.doctor else ()
    return VoiceFacts(
        id=view.id,
        name=view.name,
        language=view.language,
        transcript=view.transcript,
        seconds=view.check.seconds,
        created_at=view.created_at.isoformat(),
        remarks=[say(language, remark) for remark in (*view.check.reasons, *found)],
    )


def _aspects(aspects: Aspects, language: str) -> AspectsFacts:
    return AspectsFacts(
        reference=_aspect(aspects.reference, language),
        instruction=_aspect(aspects.instruction, language),
        language=_aspect(aspects.language, language),
    )


def _aspect(aspect: Aspect, language: str) -> AspectFacts:
    return AspectFacts(status=aspect.status, note=say(language, aspect.note))


def _plan(plan: TakePlan, language: str) -> PlanFacts:
    return PlanFacts(
        engine=plan.engine,
        title=plan.title,
        preset=plan.preset,
        aspects=_aspects(plan.aspects, language),
        warnings=[say(language, warning) for warning in plan.warnings],
        refusal=say(language, plan.refusal) if plan.refusal else None,
        estimate_seconds=plan.estimate_seconds,
        cost=plan.cost.amount if plan.cost else 0.0,
        currency=plan.cost.currency if plan.cost else "",
    )


def _comparison(view: ComparisonView, asker: Asker) -> ComparisonFacts:
    return ComparisonFacts(
        id=view.id,
        text=view.text,
        language=view.language,
        voice=view.voice,
        instruction=view.instruction,
        final=view.final,
        takes=[_take(take, asker) for take in view.takes],
    )


def _take(view: TakeView, asker: Asker) -> TakeFacts:
    language = asker.language
    return TakeFacts(
        id=view.id,
        comparison=view.comparison,
        engine=view.engine,
        title=view.title,
        preset=view.preset,
        state=view.state,
        progress_seconds=view.progress_seconds,
        seconds=view.seconds,
        rtf=view.rtf,
        ttfa_seconds=view.ttfa_seconds,
        loudness_lufs=view.loudness_lufs,
        aspects=_aspects(view.aspects, language),
        warnings=[say(language, warning) for warning in view.warnings],
        error=say(language, view.error) if view.error else None,
        reused=view.reused,
        licence=view.licence,
        attribution=view.attribution,
        audio_url=f"{asker.base}/api/takes/{view.id}/audio" if view.state == "done" else None,
    )
