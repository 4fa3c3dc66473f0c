"""XTTS speaking one stretch: codes one after the other, made audible as they come.

The library's ``inference_stream`` decodes all codes so far for every chunk and cross-fades the
seams, so that a stretch costs as the square of its length. The vocoder hears only a few frames to
either side of a sample. Here a chunk is decoded once, with that much of its neighbours, and the
chunks put together are what decoding the whole stretch gives (to rounding errors).

Imports torch: not for the page's process.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import interpolate

from studio.engines.xtts.budget import Budget
from studio.engines.xtts.options import XttsOptions

if TYPE_CHECKING:
    from TTS.tts.models.xtts import Xtts

CHUNK_CODES = 20
"""Codes (46 ms of audio each at normal speed) between two chunks."""
_NEIGHBOURS = 24
"""Frames (11 ms each) to either side that may sound in a frame. The widest blur is the first
stage's: convolutions 11 wide, dilated by 1, 3 and 5, each followed by a plain one, reach 60 samples
at eight a frame; with the stages before and after it is 13 frames. Besides, the last few frames
change with the state that comes next, as they lie between the two."""


@torch.inference_mode()
def speech(  # noqa: PLR0913, PLR0917 - what a stretch is made of, each once
    model: "Xtts",
    text: str,
    code: str,
    voice: tuple[torch.Tensor, torch.Tensor],
    options: XttsOptions,
    budget: Budget,
) -> Generator[NDArray[np.float32]]:
    """The audio of one stretch in chunks: float32 mono in [-1, 1] at the decoder's output rate.

    Args:
        model: loaded, in evaluation mode.
        text: within the model's limits.
        code: the library's code of the language.
        voice: gpt_cond_latent (1, 32, width) and speaker_embedding (1, 512, 1).
        options: sampling and speed.
        budget: ends the codes early.
    """
    latent, embedding = (part.to(model.device) for part in voice)
    vocoder = _Vocoder(model, embedding, options.speed)
    heard: list[torch.Tensor] = []
    for at, state in enumerate(_codes(model, text, code, latent, options, budget), start=1):
        heard.append(state)
        if at % CHUNK_CODES == 0:
            samples = vocoder.more(heard, last=False)
            if samples.size:
                yield samples
    yield vocoder.more(heard, last=True)


def _codes(  # noqa: PLR0913, PLR0917 - as above
    model: "Xtts",
    text: str,
    code: str,
    latent: torch.Tensor,
    options: XttsOptions,
    budget: Budget,
) -> Iterator[torch.Tensor]:
    """The transformer's last state at each code, shape (1, width)."""
    ids = model.tokenizer.encode(text.strip().lower(), lang=code)
    tokens = torch.tensor(ids, dtype=torch.int32, device=model.device)[None]
    generator = model.gpt.get_generator(
        fake_inputs=model.gpt.compute_embeddings(latent, tokens),
        do_sample=True,
        temperature=options.temperature,
        repetition_penalty=options.repetition_penalty,
        top_k=options.top_k,
        top_p=options.top_p,
        num_beams=1,
        num_return_sequences=1,
        output_attentions=False,
        output_hidden_states=True,
        return_dict_in_generate=True,
        stopping_criteria=[budget],
    )
    for _code, state in generator:
        yield state


class _Vocoder:
    """Makes samples of states, chunk by chunk.

    Args:
        model: whose decoder to use.
        embedding: the speaker's, (1, 512, 1).
        speed: 2 is twice as fast.
    """

    def __init__(self, model: "Xtts", embedding: torch.Tensor, speed: float) -> None:
        self._decoder = model.hifigan_decoder
        self._embedding = embedding
        self._speed = speed
        self._done = 0
        """Frames made audible so far."""

    def more(self, states: list[torch.Tensor], *, last: bool) -> NDArray[np.float32]:
        """Samples of what the states settle and was not returned yet.

        Args:
            states: all of the stretch so far.
            last: no more will follow.
        """
        frames = self._frames(torch.cat(states)[None])
        known = frames.shape[-1]
        end = known if last else max(self._done, known - _NEIGHBOURS)
        if end == self._done:
            return np.zeros(0, np.float32)
        before = min(self._done, _NEIGHBOURS)
        window = frames[:, :, self._done - before : end + _NEIGHBOURS]
        samples = self._decoder.waveform_decoder(window, g=self._embedding).flatten()
        hop = self._decoder.output_hop_length
        fresh = samples[before * hop : (before + end - self._done) * hop]
        self._done = end
        return fresh.float().cpu().numpy()

    def _frames(self, states: torch.Tensor) -> torch.Tensor:
        """States (1, n, width) drawn out to the vocoder's frames (1, width, m), as the library."""
        decoder = self._decoder
        frames = states.transpose(1, 2)
        for scale in (
            1 / self._speed,
            decoder.ar_mel_length_compression / decoder.output_hop_length,
            decoder.output_sample_rate / decoder.input_sample_rate,
        ):
            if scale != 1:
                frames = interpolate(frames, scale_factor=scale, mode="linear")
        return frames
