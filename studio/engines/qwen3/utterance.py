"""What the model is asked to say, and what comes of it, whichever way it is run."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

SAMPLE_RATE = 24000

_CONTROL = re.compile(r"<\|\w*\|>")


@dataclass(frozen=True)
class VoicePrompt:
    """A voice to clone, as tensors on the CPU.

    With ``codes`` the model continues the clip in context, without it only knows the voice.
    """

    embedding: "Tensor"
    """Speaker embedding, float32, shape (d,)."""
    codes: "Tensor | None" = None
    """Audio codes of the clip, int64, shape (frames, groups)."""
    text: str = ""
    """What is said in the clip."""


@dataclass(frozen=True)
class Utterance:
    """One text for one pass of the model."""

    text: str
    language: str
    """As the library calls it."""
    frames: int
    """Most frames it may take."""
    seed: int
    instruction: str = ""
    speaker: str = ""
    """A preset's id."""
    voice: VoicePrompt | None = None


@dataclass(frozen=True)
class Cut:
    """The utterance did not end within its frames."""

    seconds: float


Sound: TypeAlias = NDArray[np.float32]
"""Samples of float32 mono in [-1, 1] at 24 kHz, shape (n,)."""


def plain(text: str) -> str:
    """A text without what the model's tokenizer takes for control codes (``<|im_end|>``)."""
    return _CONTROL.sub(" ", text)
