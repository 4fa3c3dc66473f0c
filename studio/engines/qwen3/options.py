"""Qwen3-TTS's own settings; the sampling defaults are those of the published checkpoints."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Size = Literal["auto", "0.6b", "1.7b"]
CloneMode = Literal["auto", "in_context", "x_vector"]
Route = Literal["instruct_ids", "designed_reference", "ignore"]


class Qwen3Options(BaseModel):
    """What a person may set.

    ``instruction_route`` defaults to ``instruct_ids``. The Base checkpoints, which clone, were not
    trained on instructions, so no route is proven. Of the three this one keeps the person's voice,
    needs no second checkpoint and does pass the words on; the take's aspect calls it experimental.
    ``designed_reference`` may change the voice as well as the manner, ``ignore`` would drop what a
    person took the trouble to write: both are for those who choose them.
    """

    model_config = ConfigDict(extra="forbid")

    size: Annotated[Size, Field(title="Model size")] = "auto"
    clone_mode: Annotated[CloneMode, Field(title="How to clone")] = "auto"
    instruction_route: Annotated[Route, Field(title="Instruction on a cloned voice")] = (
        "instruct_ids"
    )
    voice_description: Annotated[str, Field(title="Voice description", max_length=500)] = ""
    temperature: Annotated[float, Field(ge=0.0, le=2.0, title="Temperature")] = 0.9
    top_p: Annotated[float, Field(ge=0.05, le=1.0, title="Top p")] = 1.0
    top_k: Annotated[int, Field(ge=1, le=200, title="Top k")] = 50
    repetition_penalty: Annotated[float, Field(ge=1.0, le=2.0, title="Repetition penalty")] = 1.05
    subtalker_temperature: Annotated[float, Field(ge=0.0, le=2.0, title="Timbre temperature")] = 0.9
    subtalker_top_k: Annotated[int, Field(ge=1, le=200, title="Timbre top k")] = 50

    def sampling(self) -> dict[str, Any]:
        """Arguments of the library's generate methods; a temperature of 0 is greedy."""
        return {
            "do_sample": self.temperature > 0,
            "temperature": self.temperature or 1.0,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "repetition_penalty": self.repetition_penalty,
            "subtalker_dosample": self.subtalker_temperature > 0,
            "subtalker_temperature": self.subtalker_temperature or 1.0,
            "subtalker_top_k": self.subtalker_top_k,
        }
