"""Scripts that come with the studio: texts to be read, for those who have none of their own."""

import functools
import json
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_FOLDER = Path(__file__).parent / "scripts"
_SOURCE = re.compile(r"scripts/([a-z]+-[a-z]{2})/(\d{1,3})")


class Script(BaseModel):
    """One text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    text: str
    note: str = ""
    """What it tries: a feeling, a number, a name."""


class Collection(BaseModel):
    """Scripts that go together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    language: str
    use: str
    title: dict[str, str]
    """By the language of the page."""
    about: dict[str, str]
    scripts: tuple[Script, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """What a text from here is marked with."""
        return tuple(f"scripts/{self.name}/{script.number}" for script in self.scripts)


@functools.cache
def collections() -> tuple[Collection, ...]:
    """All collections, by language and name."""
    found = [
        Collection(name=path.stem, **json.loads(path.read_text(encoding="utf-8")))
        for path in _FOLDER.glob("*.json")
    ]
    return tuple(sorted(found, key=lambda one: (one.language != "ko", one.language, one.name)))


def source_of(said: str, text: str) -> str:
    """Where a text is from: a script only while its words are the script's."""
    if said == "csv":
        return said
    named = _SOURCE.fullmatch(said)
    if named:
        for one in collections():
            for script in one.scripts:
                if (one.name, str(script.number)) == named.groups() and script.text == text:
                    return said
    return "typed"
