"""Engines over HTTP: their cards, and where each stands now."""

from typing import Any, Self

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.dependencies import Language, StudioDep
from studio.engines.card import Cloning, Hardware, Instructing, Licence
from studio.engines.contract import Engine, Preset
from studio.engines.registry import engine_class
from studio.locales import say
from studio.problems import Unavailable
from studio.runtime.report import EngineState
from studio.runtime.weights import SetState

router = APIRouter(tags=["engines"])


class PresetJson(BaseModel):
    """A voice that comes with an engine."""

    id: str
    title: str
    languages: list[str]
    gender: str

    @classmethod
    def of(cls, preset: Preset) -> Self:
        """A preset as JSON."""
        return cls(
            id=preset.id,
            title=preset.title,
            languages=list(preset.languages),
            gender=preset.gender,
        )


class WeightsJson(BaseModel):
    """One set of weights; any complete set makes an engine ready."""

    name: str
    licence: str
    present: bool
    bytes: int | None
    how_to_get: str


class LanguageFaultJson(BaseModel):
    """A language the engine accepts but speaks wrongly."""

    language: str
    reason: str


class EngineJson(BaseModel):
    """An engine's card and state."""

    name: str
    title: str
    summary: str
    homepage: str
    state: str
    state_detail: str | None
    model_revision: str
    licence: dict[str, Any]
    languages: list[str]
    language_faults: list[LanguageFaultJson]
    cloning: dict[str, Any]
    instruction: str
    streaming: bool
    deterministic: bool
    hardware: dict[str, Any]
    price: dict[str, Any] | None
    max_characters: int | None
    max_characters_by_language: dict[str, int]
    presets: list[PresetJson]
    options: dict[str, Any]
    """JSON schema of the engine's own settings."""
    memory_mb: float | None
    weights: list[WeightsJson]
    low_anchor: bool

    @classmethod
    def of(
        cls, kind: type[Engine], state: EngineState, sets: list[SetState], language: str
    ) -> Self:
        """An engine put into a language."""
        card = kind.card
        hardware = card.hardware.model_dump(exclude={"note"})
        note = card.hardware.note
        return cls(
            name=card.name,
            title=card.title,
            summary=say(language, card.summary),
            homepage=card.homepage,
            state=state.state,
            state_detail=say(language, state.detail) if state.detail else None,
            model_revision=state.model_revision,
            licence=card.licence.model_dump(),
            languages=list(card.languages),
            language_faults=[
                LanguageFaultJson(language=tag, reason=say(language, fault.reason))
                for tag, fault in card.language_faults.items()
            ],
            cloning=card.cloning.model_dump(),
            instruction=card.instruction.value,
            streaming=card.streaming,
            deterministic=card.deterministic,
            hardware={**hardware, "note": say(language, note) if note else None},
            price=card.price.model_dump() if card.price else None,
            max_characters=card.max_characters,
            max_characters_by_language=card.max_characters_by_language,
            presets=[PresetJson.of(preset) for preset in state.presets],
            options=kind.Options.model_json_schema(),
            memory_mb=state.memory_mb,
            weights=[
                WeightsJson(
                    name=each.name,
                    licence=each.licence,
                    present=each.present,
                    bytes=each.bytes,
                    how_to_get=say(language, each.how_to_get),
                )
                for each in sets
            ],
            low_anchor=card.low_anchor,
        )

    @classmethod
    def without_card(cls, state: EngineState, language: str) -> Self:
        """A plugin that does not import: its name and why it failed, nothing else is known."""
        return cls(
            name=state.name,
            title=state.name,
            summary="",
            homepage="",
            state=state.state,
            state_detail=say(language, state.detail) if state.detail else None,
            model_revision="",
            licence=Licence(code="", weights="", commercial=False, url="").model_dump(),
            languages=[],
            language_faults=[],
            cloning=Cloning().model_dump(),
            instruction=Instructing.NONE,
            streaming=False,
            deterministic=False,
            hardware={**Hardware(runs_on=(), memory_mb=0).model_dump(), "note": None},
            price=None,
            max_characters=None,
            max_characters_by_language={},
            presets=[],
            options={},
            memory_mb=None,
            weights=[],
            low_anchor=False,
        )


class EnginesJson(BaseModel):
    """All engines, built-in ones first."""

    engines: list[EngineJson]


@router.get("/api/engines")
def list_engines(studio: StudioDep, language: Language) -> EnginesJson:
    """All engines."""
    return EnginesJson(
        engines=[_engine(studio, state, language) for state in studio.runtime.states()]
    )


@router.get("/api/engines/{name}")
def read_engine(name: str, studio: StudioDep, language: Language) -> EngineJson:
    """One engine."""
    return _engine(studio, studio.runtime.state(name), language)


def _engine(studio: StudioDep, state: EngineState, language: str) -> EngineJson:
    try:
        kind = engine_class(state.name)
    except Unavailable:  # a broken plugin is a state and not an error
        return EngineJson.without_card(state, language)
    return EngineJson.of(kind, state, studio.weights.sets(kind.card), language)
