"""What can be set of Tortoise: how much work it does, and its sampling.

Left out of the library's presets are those that need a sampler it does not bring along
(``very_fast``) and earlier versions of others. Its length penalty weighs beams, and it uses none.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class TortoiseOptions(BaseModel):
    """Tortoise's own settings; the defaults are the library's, the quality the quickest."""

    model_config = ConfigDict(extra="forbid")

    quality: Annotated[
        Literal["ultra_fast", "fast", "standard", "high_quality"], Field(title="Quality")
    ] = "ultra_fast"
    """Readings tried and steps of refinement: 16 and 10, 5 and 50, 5 and 200, 256 and 400."""
    temperature: Annotated[float, Field(ge=0.05, le=1.5, title="Temperature")] = 0.2
    repetition_penalty: Annotated[float, Field(ge=1.0, le=10.0, title="Repetition penalty")] = 2.0
    top_p: Annotated[float, Field(ge=0.05, le=1.0, title="Top p")] = 0.8
    cond_free_k: Annotated[float, Field(ge=0.0, le=10.0, title="Adherence")] = 2.0
    diffusion_temperature: Annotated[float, Field(ge=0.0, le=1.0, title="Diffusion noise")] = 1.0
