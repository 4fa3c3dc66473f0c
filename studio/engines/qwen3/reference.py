"""A reference clip compiled once, for both ways of cloning, and what a request makes of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.engines.contract import EngineProblem, Enrolment, ReferenceClip
from studio.engines.qwen3.utterance import SAMPLE_RATE, Sound, VoicePrompt

if TYPE_CHECKING:
    import torch

    from studio.engines.qwen3.options import CloneMode

LEAST_SECONDS = 1.0
"""Below that there is no voice to be found; the card advises three seconds."""
MOST_SECONDS = 60.0
"""The codes of a longer clip would leave no room for the text."""
_EMBEDDING = "ref_spk_embedding_"
_SILENCE_SECONDS = 0.5
"""After the clip: a clip that breaks off in a sound makes the take begin with that sound."""


def compile_clip(libraries: Mapping[str, Any], clip: ReferenceClip) -> Enrolment:
    """Make the enrolment.

    A speaker embedding (of the clip as it is) serves every way of cloning; sizes differ in it. The
    codes (of the clip and half a second of silence) serve cloning in context, for which the
    transcript must be known; the codec is the same in all checkpoints.

    Args:
        libraries: ``Qwen3TTSModel`` of every Base checkpoint in memory, by size; at least one.
        clip: between :data:`LEAST_SECONDS` and :data:`MOST_SECONDS` long.

    Returns:
        arrays ``ref_spk_embedding_<size>`` (float32, shape (d,)) and ``ref_code`` (int64, shape
        (frames, groups)); values ``ref_text`` and ``language``.

    Raises:
        EngineProblem: ``qwen3_clip_length``.
    """
    samples = _mono_24k(clip)
    seconds = len(samples) / SAMPLE_RATE
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise EngineProblem(
            "qwen3_clip_length", seconds=round(seconds, 1), least=LEAST_SECONDS, most=MOST_SECONDS
        )
    arrays = {
        _EMBEDDING + size: library.model.extract_speaker_embedding(samples, SAMPLE_RATE)
        .float()
        .cpu()
        .numpy()
        for size, library in libraries.items()
    }
    codes = audio_codes(next(iter(libraries.values())), samples)
    return Enrolment(
        arrays={"ref_code": codes.numpy(), **arrays},
        values={"ref_text": clip.transcript.strip(), "language": clip.language},
    )


def audio_codes(library: Any, samples: Sound) -> "torch.Tensor":
    """Codes of speech and half a second of silence, int64, shape (frames, groups)."""
    silence = np.zeros(round(_SILENCE_SECONDS * SAMPLE_RATE), np.float32)
    whole = np.concatenate([samples, silence])
    codes = library.model.speech_tokenizer.encode([whole], sr=SAMPLE_RATE).audio_codes[0]
    return codes.long().cpu()


def sizes(enrolment: Enrolment) -> set[str]:
    """Sizes of the Base checkpoints that can clone with it."""
    return {n.removeprefix(_EMBEDDING) for n in enrolment.arrays if n.startswith(_EMBEDDING)}


def voice_prompt(enrolment: Enrolment, size: str, mode: "CloneMode") -> VoicePrompt:
    """The voice as the model takes it.

    Args:
        enrolment: of :func:`compile_clip`.
        size: of the Base checkpoint that will speak.
        mode: ``auto`` continues the clip in context where its transcript is known.

    Raises:
        EngineProblem: ``qwen3_needs_transcript``; ``qwen3_enrolment_unusable``, it was not made by
            this checkpoint.
    """
    import torch

    arrays, text = enrolment.arrays, str(enrolment.values.get("ref_text", ""))
    if _EMBEDDING + size not in arrays or "ref_code" not in arrays:
        raise EngineProblem("qwen3_enrolment_unusable", size=size)
    if mode == "in_context" and not text:
        raise EngineProblem("qwen3_needs_transcript")
    embedding = torch.tensor(arrays[_EMBEDDING + size], dtype=torch.float32)
    if mode == "x_vector" or not text:
        return VoicePrompt(embedding)
    return VoicePrompt(embedding, torch.tensor(arrays["ref_code"], dtype=torch.long), text)


def _mono_24k(clip: ReferenceClip) -> Sound:
    """The library fails on two channels, and each of its parts resamples for itself."""
    samples = np.asarray(clip.samples, np.float32)
    if samples.ndim > 1:
        samples = samples.mean(axis=int(np.argmin(samples.shape)))
    if clip.sample_rate != SAMPLE_RATE:
        import librosa

        samples = librosa.resample(samples, orig_sr=clip.sample_rate, target_sr=SAMPLE_RATE)
    return np.ascontiguousarray(samples, np.float32)
