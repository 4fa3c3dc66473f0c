"""What a calculation gives: lines of cost, what they rest on, and where they meet."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Basis = Literal["own", "measured", "estimated"]
LineKind = Literal["service", "busy", "always_on"]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_View):
    """A number and what it rests on."""

    value: float
    basis: Basis
    takes: int = 0


class Price(_View):
    """The price that a line rests on."""

    amount: float
    currency: str
    as_of: str
    source: str
    own: bool


class CostLine(_View):
    """One way of paying."""

    id: str
    kind: LineKind
    title: str
    monthly: float
    """At the volume asked about."""
    fixed: float
    per_video: float
    machines: int = 0
    """Kept running at that volume."""
    price: Price
    fee: float = 0.0
    points: tuple[tuple[float, float], ...]
    """Videos and cost, from none to the end of the plot; straight between them."""


class LeftOut(_View):
    """A service that cannot be compared yet."""

    id: str
    title: str
    because: Literal["no_price", "no_exchange"]
    currency: str = ""


class Meeting(_View):
    """Where renting becomes cheaper than a service."""

    service: str
    renting: str
    kind: Literal["from", "until", "always", "never"]
    videos: float | None
    monthly: float | None
    """What both cost there."""
    returns: float | None
    drawn: bool


class Calculation(_View):
    """What a month costs, each way."""

    currency: str
    minutes: float
    """Of finished speech a month."""
    characters: float
    """Charged a month, all attempts together."""
    characters_per_minute: Figure
    rtf: Figure
    busy_hours: float
    """Of the rented machine a month."""
    storage_gb: float
    """Kept in the long run."""
    storage: float
    """A month in the long run; part of every line."""
    disk: float
    """A month of the rented machine's disk; part of the lines of renting."""
    fits: bool
    """Whether the engine runs on the machine and in its memory."""
    speaks: bool
    """Whether the engine speaks the language, as far as its card tells."""
    lines: tuple[CostLine, ...]
    left_out: tuple[LeftOut, ...]
    meetings: tuple[Meeting, ...]
    most: float
    """Videos at the end of the plot."""
