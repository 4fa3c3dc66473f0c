"""The Tortoise adapter: tries several readings of a stretch, takes the best, refines it to sound.

Nothing can be heard of a stretch before it is done. The library's loops know no stopping, so the
parts of the model look at the stop flag whenever they are called.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from studio.engines.card import Card
from studio.engines.clip_length import long_enough
from studio.engines.contract import (
    Chunk,
    Engine,
    EngineProblem,
    Enrolment,
    Preset,
    ReferenceClip,
    Remark,
    Request,
    StopFlag,
)
from studio.engines.coqui_import import import_coqui
from studio.engines.reading_time import longest_reading
from studio.engines.sentences import Ending
from studio.engines.stretches import NothingFits, Stretch, stretches
from studio.engines.torch_memory import give_back
from studio.engines.torch_stop import Stopped, stopping
from studio.engines.tortoise.card import CARD, STRETCH_CHARACTERS
from studio.engines.tortoise.checkpoint import load_model
from studio.engines.tortoise.options import TortoiseOptions
from studio.engines.tortoise.voices import PRESETS, noise_seed
from studio.locales import note

if TYPE_CHECKING:
    import torch

    from studio.engines.tortoise.checkpoint import Checkpoint

    Voice = tuple[torch.Tensor, torch.Tensor]
    """Latents for the autoregressive model (1, n) and for the diffusion (1, m)."""

SAMPLE_RATE = 24000
_CLIP_RATE = 22050
_WINDOW_SECONDS = 6
"""What the conditioning encoder hears at once; a clip is cut into as many as it holds."""
_CODES_A_SECOND = 22050 / 1024
_MOST_CODES = 500
_MOST_TOKENS = 398
_PAUSES = {Ending.CLAUSE: 0.05, Ending.SENTENCE: 0.2, Ending.PARAGRAPH: 0.5, Ending.TEXT: 0.0}
"""Seconds of silence after a stretch."""


class Tortoise(Engine):
    """The adapter. Not for two takes at a time: its process serves one."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = TortoiseOptions

    def __init__(self) -> None:
        self._checkpoint: Checkpoint | None = None

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return PRESETS if weights is not None else []

    def load(self, weights: Path | None, device: str) -> None:
        if weights is None:
            raise RuntimeError("Tortoise needs weights")
        self.remarks = import_coqui()
        self._checkpoint = load_model(weights, device)

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """The clip's latents: its first 30 seconds in windows of six, averaged."""
        import torch
        from torchaudio.functional import resample

        seconds = long_enough(clip, CARD)
        model = self._loaded().model
        samples = torch.from_numpy(np.array(clip.samples, np.float32))[None].clamp(-1, 1)
        rates = (_CLIP_RATE, SAMPLE_RATE)
        heard = [resample(samples, clip.sample_rate, rate) for rate in rates]
        windows = int(min(seconds, CARD.cloning.max_seconds) // _WINDOW_SECONDS)
        pairs = [
            [
                whole[:, at * _WINDOW_SECONDS * rate : (at + 1) * _WINDOW_SECONDS * rate]
                for whole, rate in zip(heard, rates, strict=True)
            ]
            for at in range(windows)
        ]
        autoregressive, diffusion = model.get_conditioning_latents(pairs)
        return Enrolment(
            arrays={
                "auto_conditioning": autoregressive.float().cpu().numpy(),
                "diffusion_conditioning": diffusion.float().cpu().numpy(),
            }
        )

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk | Remark]:
        options = TortoiseOptions.model_validate(dict(request.options))
        if request.language not in CARD.languages:
            raise EngineProblem(
                "engine_language_unknown", engine=CARD.title, language=request.language
            )
        voice = self._voice(request)
        spoken = self._stretches(request.text)
        if not spoken:
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        try:
            with stopping(self._layers(), stop):
                for at, stretch in enumerate(spoken):
                    if stop.is_set():
                        return
                    yield from self._speak(stretch, voice, options, request.seed + at)
        except Stopped:
            return

    def unload(self) -> None:
        self._checkpoint = None
        give_back()

    def _speak(
        self, stretch: Stretch, voice: "Voice", options: TortoiseOptions, seed: int
    ) -> Iterator[Chunk | Remark]:
        codes = round(longest_reading(stretch.text, "en") * _CODES_A_SECOND)
        codes = min(_MOST_CODES, codes)
        samples = self._samples(stretch.text, voice, options, seed, codes)
        pause = np.zeros(round(_PAUSES[stretch.ending] * SAMPLE_RATE), np.float32)
        yield Chunk(np.concatenate([samples, pause]), SAMPLE_RATE)
        if len(samples) >= (codes - 1) / _CODES_A_SECOND * SAMPLE_RATE:
            yield Remark(note("engine.tortoise.cut_at_budget", text=stretch.text[:40]))

    def _samples(
        self, text: str, voice: "Voice", options: TortoiseOptions, seed: int, codes: int
    ) -> NDArray[np.float32]:
        model = self._loaded().model
        sampling = options.model_dump(exclude={"quality"})
        batch = model.autoregressive_batch_size
        try:
            made = model.inference_with_config(
                text,
                preset=options.quality,
                conditioning_latents=voice,
                use_deterministic_seed=seed,
                max_mel_tokens=codes,
                half=model.device.type == "cuda",
                verbose=False,
                **sampling,
            )
        finally:
            model.autoregressive_batch_size = batch  # the library leaves it halved when stopped
        return made["wav"].flatten().float().cpu().numpy()

    def _stretches(self, text: str) -> list[Stretch]:
        encode = self._loaded().model.tokenizer.encode

        def fits(part: str) -> bool:
            return len(encode(part)) < _MOST_TOKENS

        try:
            return stretches(text, STRETCH_CHARACTERS, fits)
        except NothingFits as problem:
            raise EngineProblem("nothing_to_say", engine=CARD.title) from problem

    def _voice(self, request: Request) -> "Voice":
        import torch

        if request.enrolment is not None:
            arrays = request.enrolment.arrays
            latents = [
                torch.from_numpy(np.array(arrays[name], np.float32))
                for name in ("auto_conditioning", "diffusion_conditioning")
            ]
            return latents[0], latents[1]
        seed = noise_seed(request.preset, request.seed)
        if seed is None:
            raise EngineProblem("unknown_preset", engine=CARD.title, preset=request.preset)
        one, two = self._loaded().dice
        torch.manual_seed(seed)
        with torch.inference_mode():
            unused = torch.zeros(1)
            return one(unused).clone(), two(unused).clone()

    def _layers(self) -> "list[torch.nn.Module]":
        """What is called often enough to stop within a fraction of a second on any machine."""
        model = self._loaded().model
        parts = (model.diffusion, model.clvp, model.vocoder)
        leaves = [m for part in parts for m in part.modules() if not list(m.children())]
        return [*model.autoregressive.gpt.h, *leaves]

    def _loaded(self) -> "Checkpoint":
        if self._checkpoint is None:
            raise RuntimeError("load() comes first")
        return self._checkpoint
