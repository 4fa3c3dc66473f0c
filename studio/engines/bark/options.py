"""Bark's own settings."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class BarkOptions(BaseModel):
    """Temperatures are those of the published generation settings."""

    model_config = ConfigDict(extra="forbid")

    size: Annotated[Literal["small", "full"], Field(title="Model size")] = "small"
    semantic_temperature: Annotated[
        float, Field(ge=0.1, le=1.5, title="Temperature of the wording")
    ] = 0.7
    coarse_temperature: Annotated[
        float, Field(ge=0.1, le=1.5, title="Temperature of the voice")
    ] = 0.7
    fine_temperature: Annotated[float, Field(ge=0.1, le=0.95, title="Temperature of detail")] = 0.5
    """Below 1: at exactly 1 the library chooses the likeliest code instead of sampling."""
    min_eos_p: Annotated[float, Field(ge=0.0, le=1.0, title="Readiness to end")] = 0.2
    """A piece is over as soon as its end is at least so probable; 0: only when it is drawn."""
