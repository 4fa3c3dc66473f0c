"""What a calculation knows besides its assumptions: services, engines, what was measured here."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from studio.costs.rental import Kind


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Measured(_View):
    """A figure that this studio measured on takes."""

    value: float
    takes: int


class Service(_View):
    """A service that charges by the character, at one of its models."""

    id: str
    engine: str
    title: str
    model: str = ""
    """Empty: its usual one."""
    per_million: float | None
    """None: nobody told the studio."""
    currency: str = ""
    as_of: str = ""
    source: str = ""


class LocalEngine(_View):
    """An engine that runs on a machine of one's own."""

    name: str
    title: str
    kinds: tuple[Kind, ...]
    """What it runs on."""
    memory_mb: int
    """Of the machine."""
    cuda_memory_mb: int
    """Of its graphics card."""
    languages: tuple[str, ...] = ()
    """That it speaks."""
    rtf: Mapping[str, Measured] = {}
    """By what it ran on here."""


class Facts(_View):
    """What a calculation knows besides the assumptions."""

    services: tuple[Service, ...]
    engines: tuple[LocalEngine, ...]
    characters_per_minute: Mapping[str, Measured] = {}
    """By language, of the person's own takes."""
