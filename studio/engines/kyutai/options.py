"""Kyutai TTS's own settings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

CODEBOOKS = 32
"""Of the codec; a frame may be made of fewer."""


class KyutaiOptions(BaseModel):
    """Bounds and defaults are the vendor's."""

    model_config = ConfigDict(extra="forbid")

    cfg_coef: Annotated[
        float, Field(ge=1.0, le=4.0, multiple_of=0.5, title="Guidance towards text and voice")
    ] = 2.0
    n_q: Annotated[int, Field(ge=8, le=CODEBOOKS, title="Codebooks a frame")] = CODEBOOKS
    temp: Annotated[float, Field(ge=0.1, le=1.5, title="Temperature")] = 0.6
    padding_between: Annotated[int, Field(ge=0, le=4, title="Pause between words")] = 1
