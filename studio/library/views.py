"""What the library says: things of four kinds in one form, a page of them, what can be chosen."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from studio.library.query import Kind


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Thing(_View):
    """Which thing is meant."""

    kind: Kind
    id: str


class Sound(_View):
    """A take, as far as a list needs it."""

    id: str
    engine: str
    title: str
    """The engine's."""
    preset_title: str = ""
    model: str = ""
    state: str
    seconds: float | None = None
    name: str = ""
    """As its owner calls it."""
    starred: bool = False
    attempt: int = 1


class Item(_View):
    """One thing in the list. What a kind does not have is empty."""

    kind: Kind
    id: str
    title: str
    """As its owner calls it; empty: its text tells."""
    text: str
    """Beginning of what is said, or of a voice's transcript."""
    language: str
    state: str = ""
    """Of a take or a study; a comparison's is that of its takes: running, done or failed."""
    project: str = ""
    note: str = ""
    starred: bool = False
    tags: tuple[str, ...] = ()
    created_at: datetime
    deleted_at: datetime | None = None
    gone_at: datetime | None = None
    """When what is in the bin is removed for good."""
    seconds: float | None = None
    voice: str | None = None
    """The cloned voice that speaks."""
    voice_name: str | None = None
    instruction: str = ""
    comparison: str | None = None
    """Of a take: where it stands beside others."""
    batch: str | None = None
    takes: tuple[Sound, ...] = ()
    """A comparison's, or the take itself."""
    engines: tuple[str, ...] = ()
    """Titles of the engines that a study compares."""
    question: str = ""
    answers: int | None = None
    """Of a study: how many there are."""
    shared: bool = False


class Page(_View):
    """A page of the library."""

    items: tuple[Item, ...]
    counts: dict[Kind, int]
    """How many things of each kind answer the question."""
    binned: int
    """How many things are in the bin, whatever was asked."""
    next: str | None
    """The cursor of the next page; ``None``: this is the last."""
    bin_days: float


class Refused(_View):
    """A thing that stays where it is, and why."""

    kind: Kind
    id: str
    code: str
    params: dict[str, str | float]


class Moved(_View):
    """What became of several things."""

    things: tuple[Thing, ...]
    """Those that were moved."""
    refused: tuple[Refused, ...] = ()


class Tagged(_View):
    """A tag and how many things have it."""

    tag: str
    things: int


class Choice(_View):
    """A value that a filter may take, as people read it."""

    value: str
    title: str


class Choices(_View):
    """What somebody's things can be filtered by."""

    tags: tuple[Tagged, ...]
    projects: tuple[str, ...]
    engines: tuple[Choice, ...]
    languages: tuple[str, ...]
