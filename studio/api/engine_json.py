"""An engine as JSON: its card, where it stands, and what it still needs."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel

from studio.api.acceptance import AcceptanceJson
from studio.api.jobs import JobJson
from studio.api.matrix_json import CellJson
from studio.api.needs_json import EnvironmentJson, WeightsJson
from studio.engines.card import Cloning, Hardware, Instructing, Licence, Price
from studio.engines.contract import Engine, Preset
from studio.engines.matrix import columns, row
from studio.locales import Note, note, say
from studio.runtime.report import EngineState
from studio.runtime.weight_states import SetState
from studio.takes.acceptance import AcceptanceView

_READY = frozenset({"ready", "loaded"})


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


class LanguageFaultJson(BaseModel):
    """A language the engine accepts but speaks wrongly."""

    language: str
    reason: str


class VariableJson(BaseModel):
    """An environment variable that the engine reads. Its value is never told."""

    name: str
    meaning: str
    required: bool
    secret: bool
    set: bool


@dataclass(frozen=True)
class Circumstances:
    """What there is to say of an engine beside its card."""

    state: EngineState
    sets: list[SetState]
    environments: list[EnvironmentJson]
    acceptance: AcceptanceView | None
    """``None`` where its licence asks for none."""
    price: Price | None
    jobs: Sequence[JobJson]
    """About this engine, the newest first."""
    elsewhere: bool = False
    """Its takes are rendered on other machines."""


class EngineJson(BaseModel):
    """An engine's card and state."""

    name: str
    title: str
    summary: str
    homepage: str
    state: str
    state_detail: str | None
    remarks: list[str]
    """What a person should know of how it was loaded."""
    device: str
    """Where it is in memory: ``cpu``, ``cuda:0``; empty when it is not."""
    model_revision: str
    licence: dict[str, Any]
    acceptance: AcceptanceJson | None
    attribution: str
    languages: list[str]
    language_faults: list[LanguageFaultJson]
    cloning: dict[str, Any]
    instruction: str
    voice_design: bool
    streaming: bool
    deterministic: bool
    batch: int
    hardware: dict[str, Any]
    price: dict[str, Any] | None
    max_characters: int | None
    max_characters_by_language: dict[str, int]
    sentence_characters_by_language: dict[str, int]
    presets: list[PresetJson]
    options: dict[str, Any]
    """JSON schema of the engine's own settings."""
    option_titles: dict[str, str]
    memory_mb: float | None
    elsewhere: bool
    """Its takes are rendered on other machines, so it is not loaded here."""
    warming: JobJson | None
    """The latest loading that somebody asked for; ``null`` where it is long over."""
    sets: list[str]
    """Names of the complete weight sets."""
    variables: list[VariableJson]
    environments: list[EnvironmentJson]
    """Environments of its own; empty where it lives in the studio's."""
    sets_serve: str
    """``any``: weight sets stand for each other; ``each``: they do different things."""
    weights: list[WeightsJson]
    low_anchor: bool
    facts: list[CellJson]
    """The engine's row of the matrix."""
    spoken: list[CellJson]
    """The engine's row of the matrix of languages."""

    @classmethod
    def of(cls, kind: type[Engine], found: Circumstances, language: str) -> Self:
        """An engine put into a language."""
        card, state, price = kind.card, found.state, found.price
        line = row(card, price)
        standing, detail = _standing(state, found.acceptance)
        return cls(
            name=card.name,
            title=card.title,
            summary=say(language, card.summary),
            homepage=card.homepage,
            state=standing,
            state_detail=say(language, detail) if detail else None,
            remarks=[say(language, remark) for remark in state.remarks],
            device=state.device,
            model_revision=state.model_revision,
            licence=_licence(card.licence, language),
            acceptance=AcceptanceJson.of(found.acceptance) if found.acceptance else None,
            attribution=card.licence.attribution,
            languages=list(card.languages),
            language_faults=[
                LanguageFaultJson(language=tag, reason=say(language, fault.reason))
                for tag, fault in card.language_faults.items()
            ],
            cloning=_cloning(card.cloning, language),
            instruction=card.instruction.value,
            voice_design=card.voice_design,
            streaming=card.streaming,
            deterministic=card.deterministic,
            batch=card.batch,
            hardware=_hardware(card.hardware, language),
            price=_price(price, language) if price else None,
            max_characters=card.max_characters,
            max_characters_by_language=card.max_characters_by_language,
            sentence_characters_by_language=card.sentence_characters_by_language,
            presets=[PresetJson.of(preset) for preset in state.presets],
            options=kind.Options.model_json_schema() if kind.Options.model_fields else {},
            option_titles=_option_titles(kind, language),
            memory_mb=state.memory_mb,
            elsewhere=found.elsewhere,
            warming=next((job for job in found.jobs if job.kind == "warm"), None),
            sets=list(state.sets),
            variables=[
                VariableJson(
                    name=variable.name,
                    meaning=say(language, variable.meaning),
                    required=variable.required,
                    secret=variable.secret,
                    set=bool(os.environ.get(variable.name)),
                )
                for variable in card.variables
            ],
            environments=found.environments,
            sets_serve=card.sets_serve,
            weights=[WeightsJson.of(each, found.jobs, language) for each in found.sets],
            low_anchor=card.low_anchor,
            facts=[CellJson.of(line.cell(name), language) for name in columns(language)],
            spoken=[CellJson.of(cell, language) for cell in line.languages],
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
            remarks=[],
            device="",
            model_revision="",
            licence=_licence(Licence(code="", weights="", commercial=False, url=""), language),
            acceptance=None,
            attribution="",
            languages=[],
            language_faults=[],
            cloning=_cloning(Cloning(), language),
            instruction=Instructing.NONE,
            voice_design=False,
            streaming=False,
            deterministic=False,
            batch=1,
            hardware=_hardware(Hardware(runs_on=(), memory_mb=0), language),
            price=None,
            max_characters=None,
            max_characters_by_language={},
            sentence_characters_by_language={},
            presets=[],
            options={},
            option_titles={},
            memory_mb=None,
            elsewhere=False,
            warming=None,
            sets=[],
            variables=[],
            environments=[],
            sets_serve="any",
            weights=[],
            low_anchor=False,
            facts=[],
            spoken=[],
        )


def _standing(state: EngineState, acceptance: AcceptanceView | None) -> tuple[str, Note | None]:
    """A licence that nobody accepted stands in the way of an engine that is ready otherwise."""
    if acceptance is not None and not acceptance.accepted and state.state in _READY:
        return "licence_not_accepted", note("state.licence_not_accepted")
    return state.state, state.detail


def _licence(licence: Licence, language: str) -> dict[str, Any]:
    condition = say(language, licence.condition) if licence.condition else None
    return {**licence.model_dump(exclude={"terms", "condition"}), "condition": condition}


def _price(price: Price, language: str) -> dict[str, Any]:
    remark = say(language, price.remark) if price.remark else None
    return {**price.model_dump(exclude={"remark"}), "remark": remark}


def _cloning(cloning: Cloning, language: str) -> dict[str, Any]:
    why_not = say(language, cloning.why_not) if cloning.why_not else None
    return {**cloning.model_dump(exclude={"why_not"}), "why_not": why_not}


def _hardware(hardware: Hardware, language: str) -> dict[str, Any]:
    said = say(language, hardware.note) if hardware.note else None
    return {**hardware.model_dump(exclude={"note"}), "note": said}


def _option_titles(kind: type[Engine], language: str) -> dict[str, str]:
    """What the studio page calls each of the engine's own settings."""
    titles = {}
    for name, field in kind.Options.model_fields.items():
        key = f"ui.option.{kind.card.name}.{name}"
        said = say(language, Note(key))
        titles[name] = said if said != key else field.title or name
    return titles
