"""StyleTTS2's own settings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class StyleTts2Options(BaseModel):
    """Defaults are the library's."""

    model_config = ConfigDict(extra="forbid")

    alpha: Annotated[float, Field(ge=0.0, le=1.0, title="Timbre from the text")] = 0.3
    beta: Annotated[float, Field(ge=0.0, le=1.0, title="Prosody from the text")] = 0.7
    diffusion_steps: Annotated[int, Field(ge=3, le=30, title="Diffusion steps")] = 5
    embedding_scale: Annotated[float, Field(ge=1.0, le=5.0, title="Expressiveness")] = 1.0
