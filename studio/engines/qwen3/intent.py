"""What a request means: which checkpoints, what becomes of an instruction, what is refused."""

from studio.engines.contract import Asked, Interpretation
from studio.engines.qwen3.checkpoints import DESIGN, Kind, checkpoint
from studio.engines.qwen3.options import Qwen3Options
from studio.locales import Note, note


def kind_of(asked: Asked) -> Kind:
    """Which kind of checkpoint speaks."""
    if asked.speaker == "designed" or _options(asked).voice_description.strip():
        return "design"
    return "base" if asked.speaker == "clone" else "custom"


def checkpoints(asked: Asked) -> tuple[str, ...]:
    """Weight sets needed, the one that enrols first."""
    kind, options = kind_of(asked), _options(asked)
    speaking = checkpoint(kind, options.size, asked.sets)
    if kind == "base" and asked.instruction and options.instruction_route == "designed_reference":
        return (speaking, DESIGN)
    return (speaking,)


def interpret(asked: Asked) -> Interpretation | None:
    """What becomes of an instruction; ``None`` without one."""
    if not asked.instruction:
        return None
    kind = kind_of(asked)
    if kind == "design":
        return Interpretation(
            {}, note("engine.qwen3.instruction_design"), status="honoured", passes=True
        )
    if kind == "custom":
        if checkpoint(kind, _options(asked).size, asked.sets).startswith("0.6b"):
            return Interpretation({}, note("engine.qwen3.instruction_small"), status="ignored")
        return Interpretation(
            {}, note("engine.qwen3.instruction_preset"), status="honoured", passes=True
        )
    route = _options(asked).instruction_route
    if route == "ignore":
        return Interpretation({}, note("engine.qwen3.route_ignore"), status="ignored")
    if route == "designed_reference":
        taken = note("engine.qwen3.route_designed_reference")
    else:
        taken = note("engine.qwen3.route_instruct_ids")
    return Interpretation({}, taken, status="approximated", passes=True)


def refuse(asked: Asked) -> Note | None:
    """Why this cannot be done at all."""
    kind, options = kind_of(asked), _options(asked)
    if kind == "design" and options.size == "0.6b":
        return note("error.qwen3_design_needs_large")
    designed = asked.instruction and options.instruction_route == "designed_reference"
    if (
        kind == "base"
        and options.clone_mode == "in_context"
        and not asked.transcript
        and not designed
    ):
        return note("error.qwen3_needs_transcript")
    return None


def _options(asked: Asked) -> Qwen3Options:
    return Qwen3Options.model_validate(dict(asked.options))
