"""Pronunciation over HTTP: readings to look at, one's own dictionary, a try at how it sounds."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from studio.api.dependencies import Owner, StudioDep
from studio.pronunciation.suggestion import Confidence, Source, Suggestion
from studio.takes.pronunciations import PronunciationView

router = APIRouter(tags=["pronunciation"])


class TextOrder(BaseModel):
    """A text and its language."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str
    language: str = Field(max_length=35)
    """ISO 639 code."""


class SuggestionJson(BaseModel):
    """A part of the text and how it may be said."""

    start: int
    """Its first character, counted in Unicode code points of ``text``."""
    end: int
    written: str
    reading: str
    """The usual one."""
    kind: str
    alternatives: list[str]
    """Other ways to say it."""
    confidence: Confidence
    """``certain``: there is one way; ``likely``: the usual one of several; ``guess``: the text does
    not tell."""
    source: Annotated[Source, Field(serialization_alias="from")]
    """``words``: the studio's list; ``own``: your dictionary."""

    @classmethod
    def of(cls, one: Suggestion, text: str) -> Self:
        """A suggestion with what is written there."""
        return cls(
            start=one.start,
            end=one.end,
            written=text[one.start : one.end],
            reading=one.reading,
            kind=one.kind,
            alternatives=list(one.readings[1:]),
            confidence=one.confidence,
            source=one.source,
        )


class PreviewJson(BaseModel):
    """A text with its readings."""

    text: str
    """As the studio keeps it: composed (NFC), trimmed. Places count in it."""
    language: str
    spoken: str
    """What would be said with the usual reading of each."""
    own: bool
    """Whether a word of your dictionary is in it."""
    readings: list[SuggestionJson]


class PronunciationOrder(BaseModel):
    """A word for the dictionary."""

    model_config = ConfigDict(extra="forbid", strict=True)

    language: str = Field(max_length=35)
    written: str
    reading: str


class PronunciationJson(BaseModel):
    """A word of the dictionary."""

    language: str
    written: str
    reading: str
    changed_at: datetime

    @classmethod
    def of(cls, view: PronunciationView) -> Self:
        """A word as JSON."""
        return cls(**view.model_dump())


class PronunciationsJson(BaseModel):
    """A dictionary, by language and word."""

    pronunciations: list[PronunciationJson]


@router.post("/api/pronunciation", response_model_by_alias=True)
def preview(order: TextOrder, studio: StudioDep, owner: Owner) -> PreviewJson:
    """How figures, units, Latin words and signs of a text may be said. Nothing is kept.

    Korean is read in full; English as far as figures, money, times and units go; of other languages
    whole numbers. Send the readings you choose as ``readings`` of an order.
    """
    found = studio.pronunciations.preview(owner, order.text, order.language)
    return PreviewJson(
        text=found.text,
        language=found.language,
        spoken=found.spoken,
        own=any(one.source == "own" for one in found.suggestions),
        readings=[SuggestionJson.of(one, found.text) for one in found.suggestions],
    )


@router.post(
    "/api/pronunciation/sound",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {}}}},
)
def sound(order: TextOrder, studio: StudioDep, _owner: Owner) -> Response:
    """Hear a few words (at most 200 characters) by a free engine of this machine that is ready."""
    tried = studio.trying.say(order.text, order.language)
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Engine": tried.engine,
    }
    return Response(tried.wav, 200, headers, "audio/wav")


@router.get("/api/pronunciations")
def list_pronunciations(
    studio: StudioDep,
    owner: Owner,
    spoken: Annotated[str | None, Query(alias="language", max_length=35)] = None,
) -> PronunciationsJson:
    """Your dictionary; with ``language``, the words of one."""
    found = studio.pronunciations.list(owner, spoken or None)
    return PronunciationsJson(pronunciations=[PronunciationJson.of(one) for one in found])


@router.put("/api/pronunciations")
def keep_pronunciation(
    order: PronunciationOrder, studio: StudioDep, owner: Owner
) -> PronunciationJson:
    """Remember how something is said; previews of your texts begin with it."""
    kept = studio.pronunciations.keep(owner, order.language, order.written, order.reading)
    return PronunciationJson.of(kept)


@router.delete("/api/pronunciations", status_code=204)
def forget_pronunciation(
    studio: StudioDep,
    owner: Owner,
    spoken: Annotated[str, Query(alias="language", max_length=35)],
    written: Annotated[str, Query(max_length=200)],
) -> None:
    """Take a word out of your dictionary."""
    studio.pronunciations.forget(owner, spoken, written)
