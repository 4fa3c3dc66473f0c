"""What a person orders: one text, voice and instruction, and the engines to say it."""

import math
import re
import unicodedata
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from studio.engines.registry import engine_names
from studio.problems import BadInput, NotFound, TooLarge
from studio.pronunciation import Reading, applied, checked
from studio.settings import Settings

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_ENGINE = re.compile(r"[a-z][a-z0-9_-]*")
_ALLOWED_CONTROLS = "\n\t"
_SEED_LIMIT = 2**31
_SPOKEN_LONGER = 2
"""Times the limit of texts: "₩1,999" is six characters to read and nine to say."""
MOST_RETRIES = 5
_LONGEST_PROJECT = 80
MOST_TITLE_CHARACTERS = 200


class EngineOrder(BaseModel):
    """One engine of an order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    engine: str = Field(max_length=64)
    voice: str | None = Field(default=None, max_length=80)
    """A preset's id; by default the engine's best for the language or the reference clip."""
    options: dict[str, Any] = Field(default={}, max_length=64)
    """Values of the engine's own settings."""
    insist: bool = False
    """Render although the studio advises against it; the take says so."""
    seed: int | None = Field(default=None, ge=0, lt=_SEED_LIMIT)
    fallback: str | None = Field(default=None, max_length=64)
    """Another engine, which renders with its defaults where this one fails for a reason that a
    retry will not mend; the take says so."""
    retries: int | None = Field(default=None, ge=0, le=MOST_RETRIES)
    """How often a take that its checks caught is made anew with another seed; an engine that is
    paid for only as often as is said here."""


class ComparisonOrder(BaseModel):
    """One text to be said by several engines."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str
    language: str = Field(max_length=35)
    """ISO 639 code; a region (``en-GB``) is accepted and left to the voice."""
    voice: str | None = Field(default=None, max_length=64)
    """Id of a voice with a reference clip."""
    instruction: str = ""
    engines: list[EngineOrder]
    retries: int | None = Field(default=None, ge=0, le=MOST_RETRIES)
    """The same for every engine that is not paid for and does not say otherwise; by default the
    studio's setting."""
    title: str = Field(default="", max_length=MOST_TITLE_CHARACTERS)
    """What its owner calls it; empty: its text tells."""
    project: str = Field(default="", max_length=_LONGEST_PROJECT)
    """What it is made for; costs are summed by it."""
    readings: list[Reading] | None = None
    """How parts of the text are said instead of as they are written."""

    @property
    def spoken(self) -> str:
        """What engines are asked to say: the text with its readings in their places."""
        return applied(self.text, self.readings)

    def cleaned(self, settings: Settings) -> "ComparisonOrder":
        """The order as it is kept: texts in NFC and trimmed, the language a bare lower-case code.

        Raises:
            BadInput: nothing to say, characters that cannot be said, no or too many engines,
                a language that is not a code.
            TooLarge: text or instruction over the studio's limit.
            NotFound: a voice or an engine that cannot be one of ours.
        """
        text = clean(self.text, "text")
        if not any(unicodedata.category(c)[0] in "LN" for c in text):
            raise BadInput("text_empty")
        if len(text) > settings.text_max_characters:
            raise TooLarge(
                "text_too_long", characters=len(text), limit=settings.text_max_characters
            )
        readings = checked(text, self.readings)
        spoken = len(applied(text, readings))
        if spoken > _SPOKEN_LONGER * settings.text_max_characters:
            raise TooLarge(
                "spoken_too_long",
                characters=spoken,
                limit=_SPOKEN_LONGER * settings.text_max_characters,
            )
        instruction = clean(self.instruction, "instruction")
        if len(instruction) > settings.instruction_max_characters:
            raise TooLarge(
                "instruction_too_long",
                characters=len(instruction),
                limit=settings.instruction_max_characters,
            )
        if not _LANGUAGE.fullmatch(self.language):
            raise BadInput("language_not_a_code")
        if not self.engines:
            raise BadInput("no_engines")
        if len(self.engines) > settings.comparison_max_engines:
            raise BadInput(
                "too_many_engines", count=len(self.engines), limit=settings.comparison_max_engines
            )
        for wanted in self.engines:
            _check_engines(wanted)
            _keepable(wanted.options, wanted.engine)
        if self.voice and not (self.voice.isascii() and self.voice.isprintable()):
            raise NotFound("unknown_voice")
        return self.model_copy(
            update={
                "text": text,
                "readings": readings,
                "instruction": instruction,
                "language": re.split("[-_]", self.language)[0].lower(),
                "voice": self.voice or None,
                "title": one_line(self.title, "title"),
                "project": one_line(self.project, "project"),
            }
        )


def one_line(raw: str, field: str) -> str:
    """A name as it is kept: NFC, one line, no space at its ends or twice in a row.

    Raises:
        BadInput: it has characters that are neither text nor layout.
    """
    return " ".join(clean(raw, field).split())


def _check_engines(wanted: EngineOrder) -> None:
    for name in (wanted.engine, wanted.fallback):
        if name is not None and not _ENGINE.fullmatch(name):
            raise NotFound("unknown_engine", engine=name, known=", ".join(engine_names()))
    if wanted.fallback == wanted.engine:
        raise BadInput("fallback_is_itself", engine=wanted.engine)


def clean(raw: str, field: str) -> str:
    """NFC, one kind of line break, no characters that are neither text nor layout."""
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    for character in text:
        kind = unicodedata.category(character)
        if (kind == "Cc" and character not in _ALLOWED_CONTROLS) or kind in ("Cs", "Co"):
            raise BadInput(
                "character_unspeakable", field=field, character=f"U+{ord(character):04X}"
            )
    return text.strip()


def _keepable(value: Any, engine: str) -> None:
    """Refuse what cannot be kept as JSON anywhere in an engine's options."""
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput("option_not_finite", engine=engine)
    if isinstance(value, str):
        clean(value, "options")
    elif isinstance(value, dict):
        _keepable([*value.keys(), *value.values()], engine)
    elif isinstance(value, list):
        for child in value:
            _keepable(child, engine)
