"""Names of models: engines, their models, and the studio's default under OpenAI's own names."""

import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from studio.engines.card import Card
from studio.engines.contract import Engine
from studio.engines.registry import engine_class, engine_names
from studio.problems import NotFound, Problem, Unavailable
from studio.runtime.report import EngineState
from studio.runtime.runtime import Runtime
from studio.studies.owner.views import DecisionView
from studio.takes.acceptance import LicenceService

DEFAULTS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""What scripts for OpenAI name. Here they stand for what the studio's listeners decided on, and
before there is a decision for its first engine that is ready and costs nothing."""
_READY = ("ready", "loaded")
_MOST_NAMED = 40


class Decided(Protocol):
    """Where decisions are found; `studio.studies` has it."""

    def list(self, owner: str, language: str | None = None) -> list[DecisionView]:
        """Decisions that hold, the newest first."""
        ...


@dataclass(frozen=True)
class Chosen:
    """An engine, and what its name or a decision settles besides."""

    engine: str
    options: dict[str, Any] = field(default_factory=dict)
    preset: str | None = None
    voice: str | None = None
    """Id of a cloned voice."""
    instruction: str = ""

    @property
    def kind(self) -> type[Engine]:
        """The engine's class."""
        return engine_class(self.engine)


@dataclass(frozen=True)
class SpeechModel:
    """A name that can be given as ``model``."""

    id: str
    owner: str
    """Who made it, as far as the card tells: the engine's title."""


class Models:
    """Finds engines by the names that clients give.

    Args:
        runtime: how engines stand.
        licences: which licences were accepted.
        decided: what listeners decided.
    """

    def __init__(self, runtime: Runtime, licences: LicenceService, decided: Decided) -> None:
        self._runtime = runtime
        self._licences = licences
        self._decided = decided

    def list(self) -> list[SpeechModel]:
        """Every name that will be spoken by now: the defaults, ready engines, their models."""
        found = []
        for state in self._runtime.states():
            if self._usable(state):
                card = engine_class(state.name).card
                found += [SpeechModel(name, card.title) for name in _names(state.name)]
        defaults = [SpeechModel(name, "Voice Studio") for name in DEFAULTS] if found else []
        return [*defaults, *found]

    def named(self, name: str) -> Chosen | None:
        """The engine of a name; ``None`` where the name stands for the default.

        Raises:
            NotFound: ``model_not_found``.
        """
        if name in DEFAULTS:
            return None
        engine, _, model = name.partition("/")
        try:
            kind = engine_class(engine)
        except NotFound:
            raise _unknown(name) from None
        option = kind.card.model_option
        if not model:
            return Chosen(engine)
        choices = _models(kind)
        if not option or (choices and model not in choices):
            raise _unknown(name)
        return Chosen(engine, {option: model})

    def default(self, owner: str, language: str, *, clones: bool) -> Chosen:
        """What the default names stand for.

        Args:
            owner: whose decisions count.
            language: ISO 639 code of the text.
            clones: a cloned voice is to speak.

        Raises:
            Unavailable: ``no_default_model``.
        """
        for one in self._decided.list(owner, language):
            if one.current and self._serves(one.engine, language, clones=clones, paid=True):
                wanted = one.wanted
                return Chosen(
                    one.engine,
                    dict(wanted.get("options") or {}),
                    wanted.get("voice"),
                    one.voice_id,
                    one.instruction,
                )
        for engine in engine_names():
            if self._serves(engine, language, clones=clones):
                return Chosen(engine)
        raise Unavailable("no_default_model", language=language)

    def _serves(self, engine: str, language: str, *, clones: bool, paid: bool = False) -> bool:
        try:
            card = engine_class(engine).card
        except Problem:
            return False
        if not paid and (card.price is not None or "remote" in card.hardware.runs_on):
            return False
        if language not in card.languages or (clones and card.cloning.kind == "none"):
            return False
        state = self._runtime.state(engine)
        # A card tells what there are voices for; these are the ones that are installed.
        voiced = clones or not state.presets or any(p.speaks(language) for p in state.presets)
        return voiced and self._usable(state)

    def _usable(self, state: EngineState) -> bool:
        ready = state.state in _READY or (state.state == "failed" and bool(state.model_revision))
        return ready and self._licences.accepted(state.name)


def _unknown(name: str) -> NotFound:
    """The refusal of a name. How every engine stands is not asked for it: that takes long."""
    known = [*DEFAULTS, *engine_names()][:_MOST_NAMED]
    return NotFound("model_not_found", model=name[:80], known=", ".join(known))


def _names(engine: str) -> Iterator[str]:
    yield engine
    for model in _models(engine_class(engine)):
        yield f"{engine}/{model}"


def _models(kind: type[Engine]) -> tuple[str, ...]:
    """An engine's models, where there is a list of them."""
    card: Card = kind.card
    if not card.model_option:
        return ()
    annotation = kind.Options.model_fields[card.model_option].annotation
    if typing.get_origin(annotation) is not Literal:
        return ()
    return tuple(str(choice) for choice in typing.get_args(annotation))
