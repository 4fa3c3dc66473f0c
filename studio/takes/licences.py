"""What an engine's licence lets people do with its takes, for where they decide to use one."""

from dataclasses import dataclass
from typing import Literal

from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import Problem

Commercial = Literal["yes", "no", "depends"]
_ANSWERS: dict[bool | None, Commercial] = {True: "yes", False: "no", None: "depends"}


@dataclass(frozen=True)
class LicenceFacts:
    """The gist of a licence; its text alone is binding."""

    name: str
    """Of the weights; of a service its terms."""
    commercial: Commercial
    """Whether takes may be used commercially."""
    condition: Note | None
    """What that depends on, where the card says so."""
    url: str


def licence_facts(engine: str) -> LicenceFacts | None:
    """The gist of an engine's licence; None where its card cannot be read any more."""
    try:
        licence = engine_class(engine).card.licence
    except Problem:
        return None
    commercial = _ANSWERS[licence.commercial]
    return LicenceFacts(licence.weights or licence.code, commercial, licence.condition, licence.url)
