"""What can be set of XTTS: its sampling and its tempo.

The defaults are those of the checkpoint's own configuration. The library also has a length penalty;
it weighs beams against each other, and a stream has a single one, so it is not offered.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class XttsOptions(BaseModel):
    """XTTS's own settings."""

    model_config = ConfigDict(extra="forbid")

    speed: Annotated[float, Field(ge=0.5, le=2.0, title="Speed")] = 1.0
    temperature: Annotated[float, Field(ge=0.05, le=2.0, title="Temperature")] = 0.75
    repetition_penalty: Annotated[float, Field(ge=1.0, le=20.0, title="Repetition penalty")] = 5.0
    top_k: Annotated[int, Field(ge=0, le=1000, title="Top k")] = 50
    """0: all codes are candidates."""
    top_p: Annotated[float, Field(ge=0.05, le=1.0, title="Top p")] = 0.85
