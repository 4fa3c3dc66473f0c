"""A checkpoint into memory: by the fast path on a graphics card that has it, else by qwen-tts."""

import logging
from pathlib import Path
from typing import Any

from studio.engines.contract import EngineProblem
from studio.engines.qwen3.checkpoints import Identity
from studio.engines.torchaudio_native import ensure_torchaudio
from studio.locales import Note, note

log = logging.getLogger(__name__)


def load(folder: Path, found: Identity, device: str) -> tuple[Any, tuple[Note, ...]]:
    """Load a checkpoint that :func:`~studio.engines.qwen3.checkpoints.examine` found good.

    Args:
        folder: of the checkpoint.
        found: what it holds.
        device: ``cpu`` (float32) or ``cuda:N`` (bfloat16).

    Returns:
        A ``PlainModel`` or ``FastModel``, and remarks for the card.

    Raises:
        EngineProblem: ``qwen3_cannot_load``.
    """
    remarks = ensure_torchaudio()
    import torch

    try:
        if device.startswith("cuda"):
            from studio.engines.qwen3 import fast

            if fast.available():
                return fast.FastModel(folder, device, found.kind), remarks
            remarks += (note("engine.qwen3.without_fast_path"),)
        return plain(folder, found, device), remarks
    except (ImportError, MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as problem:  # a wrong file raises whatever its content leads to
        log.warning("checkpoint %s does not load: %r", found.name, problem)
        raise EngineProblem(
            "qwen3_cannot_load", checkpoint=found.name, reason=type(problem).__name__
        ) from problem


def plain(folder: Path, found: Identity, device: str) -> Any:
    """A ``PlainModel``, also where the fast path is at hand."""
    import torch
    from qwen_tts import Qwen3TTSModel

    from studio.engines.qwen3.generation import PlainModel

    on_card = {"device_map": device} if device.startswith("cuda") else {}
    library = Qwen3TTSModel.from_pretrained(
        str(folder),
        dtype=torch.bfloat16 if on_card else torch.float32,
        attn_implementation="sdpa",
        **on_card,
    )
    return PlainModel(library, found.kind)
