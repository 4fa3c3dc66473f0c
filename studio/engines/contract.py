"""The engine contract: what the studio asks of an engine and what it gets back.

An engine imports its heavy library inside :meth:`Engine.load`, knows nothing of the database, of
pages or of other engines, never opens a string from outside as a path or URL, and looks at the
stop flag between chunks. It runs in a process of its own; ``presets`` and ``interpret`` are class
methods without heavy imports because a plan is made before any process is started.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from studio.engines.card import Card
from studio.locales import Note


class EngineProblem(Exception):
    """An engine's refusal or failure that a person can understand.

    Raised inside an engine's process; the code is a key below ``error.`` in the catalogues.

    Args:
        code: key of the sentence.
        params: its values, text and numbers only.
    """

    def __init__(self, code: str, **params: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class StopFlag(Protocol):
    """Set when nobody wants the rest of a take; ``threading.Event`` fits."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True)
class Preset:
    """A voice that comes with an engine."""

    id: str
    title: str
    languages: tuple[str, ...] = ()
    """Languages it is meant for; empty: all languages of the card."""
    gender: str = ""
    """``female``, ``male`` or empty where the vendor does not say."""


@dataclass(frozen=True)
class ReferenceClip:
    """A reference clip as an engine gets it.

    samples: float32 mono in [-1, 1], shape (n,).
    """

    samples: NDArray[np.float32]
    sample_rate: int
    transcript: str = ""
    language: str = ""


@dataclass(frozen=True)
class Enrolment:
    """A reference clip compiled for one engine: arrays and plain values, safe to store."""

    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    values: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One thing to say.

    Exactly one of ``preset`` and ``enrolment`` names the speaker.
    """

    text: str
    language: str
    preset: str = ""
    enrolment: Enrolment | None = None
    instruction: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Values of the engine's ``Options``, already validated."""
    seed: int = 0


@dataclass(frozen=True)
class Chunk:
    """A piece of the take, in order.

    samples: float32 mono in [-1, 1], shape (n,). All chunks of a take share one sample rate (Hz).
    """

    samples: NDArray[np.float32]
    sample_rate: int


@dataclass(frozen=True)
class Interpretation:
    """What a *mapped* engine makes of an instruction."""

    options: Mapping[str, Any]
    """Options that carry it out, laid over the person's own."""
    note: Note
    """What was understood, for the take's aspect: "happy: rate +15 %, pitch +20 %"."""


class Engine(Protocol):
    """A TTS system behind one adapter. Built without arguments; nothing happens before ``load``."""

    card: ClassVar[Card]
    Options: ClassVar[type[BaseModel]]
    """The engine's own settings, every field with a default, bounds and a title."""

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        """The voices of these weights, the default first. Cheap: reads names, no model."""
        ...

    @classmethod
    def interpret(cls, instruction: str, language: str) -> Interpretation | None:
        """A mapped engine's reading of an instruction; ``None`` where it understands nothing."""
        ...

    def load(self, weights: Path | None, device: str) -> None:
        """Make ready to speak.

        Args:
            weights: folder of a complete weight set; ``None`` for engines without weights.
            device: ``cpu`` or ``cuda:N``.
        """
        ...

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """Compile a reference clip.

        Raises:
            EngineProblem: the card says ``cloning.kind == "none"``, or this clip will not do.
        """
        ...

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        """Speak. Ends early, without an error, soon after ``stop`` is set."""
        ...

    def unload(self) -> None:
        """Leave memory; ``load`` may follow."""
        ...
