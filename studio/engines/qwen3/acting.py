"""An instruction for a cloned voice by a detour: a designed voice acts it out, the clone continues.

VoiceDesign follows instructions and Base does not, but Base carries on in the manner of the speech
it continues. So VoiceDesign speaks a fixed sentence with the instruction; Base gets that as the
clip to continue, and the speaker embedding of the person's own clip as the voice. How much of the
manner arrives, and how much of the person stays, nobody has proven.
"""

from typing import Any

import numpy as np

from studio.engines.contract import EngineProblem, StopFlag
from studio.engines.qwen3.budget import frame_budget
from studio.engines.qwen3.languages import NAMES, REFERENCE_SENTENCES
from studio.engines.qwen3.options import Qwen3Options
from studio.engines.qwen3.reference import audio_codes
from studio.engines.qwen3.utterance import Cut, Utterance, VoicePrompt

_TRIES = 2
"""With as many seeds; a sentence that does not end is rare."""


class Abandoned(Exception):
    """Nobody wants the result any more."""


def act(model: Any, instruction: str, language: str, stop: StopFlag) -> VoicePrompt:
    """Have an instruction acted out.

    Args:
        model: ``PlainModel`` or ``FastModel`` of the VoiceDesign checkpoint.
        instruction: any words.
        language: of the sentence, ISO 639-1.
        stop: looked at all along.

    Returns:
        Codes and text of the sentence; its embedding is the designed voice's place holder, empty.

    Raises:
        Abandoned: ``stop`` was set.
        EngineProblem: ``qwen3_reference_endless``.
    """
    import torch

    sentence = REFERENCE_SENTENCES[language]
    for seed in range(_TRIES):
        utterance = Utterance(
            sentence, NAMES[language], frame_budget(sentence), seed, instruction=instruction
        )
        heard = [s for _, s in model.speak([utterance], Qwen3Options().sampling(), [stop])]
        if stop.is_set():
            raise Abandoned
        if heard and not isinstance(heard[-1], Cut):
            codes = audio_codes(model.library, np.concatenate(heard))
            return VoicePrompt(torch.empty(0), codes, sentence)
    raise EngineProblem("qwen3_reference_endless")
