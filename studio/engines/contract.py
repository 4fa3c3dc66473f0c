"""The engine contract: what the studio asks of an engine and what it gets back.

An engine imports its heavy library inside :meth:`Engine.load`, knows nothing of the database, of
pages or of other engines, never opens a string from outside as a path or URL, and looks at the
stop flag between chunks. It runs in a process of its own; what a plan asks of it (``presets``,
``interpret``, ``checkpoints``, ``refuse``) are class methods without heavy imports, because a plan
is made before any process is started.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

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
    native: str = ""
    """The one of its languages in which it sounds best, where it has several; preferred for texts
    in that language when nobody chose a voice."""

    def speaks(self, language: str) -> bool:
        """Whether it is meant for a language (ISO 639); regions are left aside."""
        return not self.languages or any(
            tag.replace("_", "-").split("-")[0] == language for tag in self.languages
        )


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

    At most one of ``preset`` and ``enrolment`` names the speaker; neither does where an engine
    designs the voice from a description in its options.
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
class Usage:
    """What a paid service charged for, told once during a take, as soon as it is known.

    It counts also when the take fails or is cancelled afterwards.
    """

    characters: int
    model: str = ""
    """The service's own name of the model, where prices differ."""


@dataclass(frozen=True)
class Remark:
    """Something a person should know of this one take: "cut at the token budget".

    Yielded between chunks; kept among the take's warnings.
    """

    note: Note


Piece: TypeAlias = Chunk | Usage | Remark
"""What an engine may yield while it speaks."""


@dataclass(frozen=True)
class Asked:
    """A request as a plan sees it, before anything is loaded."""

    text: str
    language: str
    speaker: Literal["preset", "clone", "designed"] = "preset"
    preset: str = ""
    instruction: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    """All options, defaults filled in."""
    transcript: bool = False
    """The reference clip comes with a transcript."""
    sets: frozenset[str] = frozenset()
    """Names of the weight sets that are at hand."""


@dataclass(frozen=True)
class Interpretation:
    """What an engine makes of an instruction."""

    options: Mapping[str, Any]
    """Options that carry it out, laid over the person's own."""
    note: Note
    """What was understood, for the take's aspect: "happy: rate +15 %, pitch +20 %"."""
    status: Literal["honoured", "approximated", "ignored"] = "approximated"
    passes: bool = False
    """The engine itself gets the instruction's words, in :attr:`Request.instruction`."""


class Engine(Protocol):
    """A TTS system behind one adapter. Built without arguments; nothing happens before ``load``.

    Inherit from it: what most engines do alike is written out here.
    """

    card: ClassVar[Card]
    Options: ClassVar[type[BaseModel]]
    """The engine's own settings, every field with a default, bounds and a title."""
    remarks: Sequence[Note] = ()
    """After ``load``: what a person should know of how it was loaded, a missing library part say.
    Shown on the engine's card while it is in memory."""
    loading: str = ""
    """Name of the weight set that :meth:`load` is being asked for, so that an engine with several
    can refuse a folder that holds another one; set by the studio, empty where nobody said."""

    # asked while planning, in any process

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        """The voices of one weight set, the default first. Cheap: reads names, no model."""
        return []

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """The engine's reading of an instruction.

        ``None`` is what the card says: a *native* or *experimental* engine gets the words as they
        are, a *mapped* one found nothing in them.
        """
        return None

    @classmethod
    def checkpoints(cls, asked: Asked) -> tuple[str, ...]:
        """Names of the weight sets this needs, the one that enrols first.

        Asked only of an engine whose card says ``sets_serve="each"``.
        """
        return ()

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        """Why this cannot be done at all, where the card's facts do not show it."""
        return None

    # in the engine's own process

    def load(self, weights: Path | None, device: str) -> None:
        """Make ready to speak.

        Called once; with ``sets_serve="each"`` once for every weight set, when first needed.

        Args:
            weights: folder of a complete weight set; ``None`` for engines without weights.
            device: ``cpu`` or ``cuda:N``.

        Raises:
            EngineProblem: what stands in the way, as a person understands it (a file that is
                missing or belongs to another model, a key the service does not accept).
        """
        ...

    def roster(self) -> list[Preset]:
        """Voices that only the service itself knows, asked over the network; empty otherwise."""
        return []

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """Compile a reference clip.

        Raises:
            EngineProblem: the card says ``cloning.kind == "none"``, or this clip will not do.
        """
        raise EngineProblem("engine_cannot_clone", engine=self.card.title)

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Piece]:
        """Speak. Ends early, without an error, soon after ``stop`` is set."""
        ...

    def synthesize_batch(
        self, requests: Sequence[Request], stops: Sequence[StopFlag]
    ) -> Iterator[tuple[int, Piece | EngineProblem]]:
        """Speak several requests in one pass of the model; asked where ``card.batch > 1``.

        Args:
            requests: at most ``card.batch``, all needing the same weight sets.
            stops: one for each; a stopped request yields nothing more, the others go on.

        Yields:
            The request's index and its next chunk, or the problem that ends it alone.
        """
        raise NotImplementedError

    def unload(self) -> None:
        """Leave memory; ``load`` may follow."""
