"""What the calculator assumes: each with its default and its bounds, each replaceable."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from studio.costs.rental import STORAGE_PRICE

Amount = Annotated[float, Field(ge=0, le=1_000_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=160)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
HOURS_A_MONTH = 730.0
"""365 × 24 / 12."""
_MOST = 50
"""Entries of a table in a cost book."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class OwnPrice(_Part):
    """A price that somebody knows better."""

    amount: Amount
    as_of: date | None = None
    """Since when it is known."""


class Assumptions(_Part):
    """Everything that a calculation stands on. Amounts of machines and storage: ``currency``."""

    videos: Annotated[float, Field(ge=0, le=1_000_000)] = 20
    """A month."""
    minutes: Annotated[float, Field(gt=0, le=1_440)] = 5
    """Of finished speech in a video."""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = "ko"
    characters_per_minute: Annotated[
        dict[Name, Annotated[float, Field(gt=0, le=10_000)]], Field(max_length=_MOST)
    ] = {}
    """By language; measured or estimated where it has none."""
    attempts: Annotated[float, Field(ge=1, le=100)] = 1.5
    """How often a line is rendered until it is kept, on average."""
    services: Annotated[list[Name], Field(max_length=_MOST)] | None = None
    """Ids of those that are compared; None: each at its usual model."""
    service_prices: Annotated[dict[Name, OwnPrice], Field(max_length=_MOST)] = {}
    """For a million characters, by the id of the service."""
    fees: Annotated[dict[Name, Amount], Field(max_length=_MOST)] = {}
    """Monthly fees of services, in their own currency."""
    engine: Name = "qwen3"
    """What runs on the machine."""
    rtf: Annotated[
        dict[Name, Annotated[float, Field(gt=0, le=1_000)]], Field(max_length=_MOST)
    ] = {}
    """By ``engine@cpu`` and ``engine@cuda``; measured or assumed where it has none."""
    offer: Name = "hf-l4"
    """The machine that is rented."""
    offer_prices: Annotated[dict[Name, OwnPrice], Field(max_length=_MOST)] = {}
    """For an hour, by the id of the offer."""
    overhead_minutes: Annotated[float, Field(ge=0, le=1_440)] = 3
    """Of starting the machine and loading the engine, by the video."""
    hours_a_month: Annotated[float, Field(gt=0, le=744)] = HOURS_A_MONTH
    """That a machine runs which is never switched off."""
    disk_gb: Annotated[float, Field(ge=0, le=100_000)] = 20
    """Of the rented machine, kept while it is off: weights and packages."""
    gb_an_hour: Annotated[float, Field(ge=0, le=100)] = 0.1
    """An hour of speech as FLAC, 24 kHz mono."""
    keep_months: Annotated[float, Field(ge=0, le=600)] = 12
    """How long takes are kept."""
    storage_price: Amount = STORAGE_PRICE
    """For a GB a month."""
    exchange: Annotated[
        dict[Currency, Annotated[float, Field(gt=0, le=1_000_000)]], Field(max_length=_MOST)
    ] = {}
    """What a unit of a service's currency is worth in ``currency``."""
    currency: Literal["USD"] = "USD"
    """Of everything that is compared: that of the machines."""


ASSUMED_RTF = {"cpu": 1.0, "cuda": 0.3}
"""Where nothing was measured here: as fast as speech, and three times as fast, on purpose slow."""
_TYPICAL = {
    "ko": "가나다라 마바 사아자 ",
    "ja": "あいうえおかきくけこ",
    "zh": "一二三四五六七八九十",
}
_LETTERS = "letters "


def estimated_characters_per_minute(language: str) -> float:
    """As many as the studio's own estimate of a text's length assumes."""
    from studio.takes.estimate import speech_seconds

    sample = _TYPICAL.get(language, _LETTERS)
    return round(60 * len(sample) / speech_seconds(sample), -1)
