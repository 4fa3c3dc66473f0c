"""Where one account's limits differ from the settings'."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Limits(BaseModel):
    """What is set counts instead of the setting; what is left out follows it; null: no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    takes_per_day: Count | None = None
    characters_per_day: Count | None = None
    voices: Count | None = None
    spending_cap: dict[Currency, Amount] | None = None
    """A month, by currency."""
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
