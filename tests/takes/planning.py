"""Facts of an imagined engine and a voice, and plans made from them."""

from types import SimpleNamespace

from pydantic import BaseModel, Field

from studio.engines.card import Card, Hardware, LanguageFault, Licence
from studio.engines.contract import Preset
from studio.locales import note
from studio.settings import Settings
from studio.takes.facts import EngineFacts
from studio.takes.order import ComparisonOrder
from studio.takes.plan import plan_take

ANN, BOB = Preset("ann", "Ann", ("en-us", "ja")), Preset("bob", "Bob", ("ko",))
FAULT = note("state.loaded")


class Options(BaseModel):
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    style: str = Field(default="plain", max_length=20, pattern="^[a-z]*$")


def match(preset, similarity):
    return SimpleNamespace(preset=preset, similarity=similarity)


def voice(seconds=4.0, transcript="", reference_seconds=None):
    check = SimpleNamespace(speech_seconds=seconds, seconds=seconds + 1)
    return SimpleNamespace(
        id="v",
        name="Anna",
        transcript=transcript,
        check=check,
        reference_seconds=reference_seconds,
    )


def facts(presets=(ANN, BOB), interpret=None, trouble=None, rtf=(), **card):
    card = Card(
        name="e",
        title="E",
        summary=note("state.ready"),
        homepage="",
        hardware=Hardware(runs_on=("cpu",), memory_mb=1),
        **{
            "licence": Licence(code="MIT", weights="MIT", commercial=True, url=""),
            "languages": ("en", "ko"),
            "language_faults": {"ja": LanguageFault(reason=FAULT)},
            **card,
        },
    )
    return EngineFacts(card, Options, presets, interpret or (lambda asked: None), trouble, rtf)


def order(engine=None, **fields):
    engines = [{"engine": "e", **(engine or {})}]
    whole = {"text": "Hello there", "language": "en", "engines": engines, **fields}
    return ComparisonOrder(**whole).cleaned(Settings())


def plan(the_facts=None, the_voice=None, closest=None, engine=None, **fields):
    ordered = order(engine, voice=the_voice.id if the_voice else None, **fields)
    return plan_take(ordered, ordered.engines[0], the_facts or facts(), the_voice, closest)
