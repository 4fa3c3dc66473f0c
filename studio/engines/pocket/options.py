"""Pocket TTS's own settings."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class PocketOptions(BaseModel):
    """Defaults are the library's for all of these models."""

    model_config = ConfigDict(extra="forbid")

    size: Annotated[Literal["small", "large"], Field(title="Model size")] = "small"
    """``large``: 24 layers instead of 6, in every language but English."""
    temperature: Annotated[float, Field(ge=0.0, le=1.5, title="Temperature")] = 0.3
    decode_steps: Annotated[int, Field(ge=1, le=16, title="Decoding steps")] = 1
    """Steps of Lagrangian self distillation (LSD) for each frame."""
    noise_clamp: Annotated[float, Field(ge=0.0, le=5.0, title="Noise limit (0: none)")] = 0.0
    eos_threshold: Annotated[float, Field(ge=-10.0, le=5.0, title="End threshold")] = -4.0
    """Logit above which a sentence is over; higher goes on for longer."""
    frames_after_end: Annotated[
        int, Field(ge=-1, le=25, title="Frames after the end (−1: by the text)")
    ] = -1
    """Frames of 80 ms."""
