"""The Bark adapter: a text becomes pieces of up to thirteen seconds, each streamed when done."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from studio.engines.bark.card import CARD, FULL, SMALL
from studio.engines.bark.checkpoint import Loaded, load
from studio.engines.bark.options import BarkOptions
from studio.engines.bark.voices import check_preset, presets, read_voice
from studio.engines.card import Card
from studio.engines.contract import (
    Asked,
    Chunk,
    Engine,
    EngineProblem,
    Preset,
    Remark,
    Request,
    StopFlag,
)
from studio.engines.sentences import Ending
from studio.engines.stretches import Stretch, stretches
from studio.engines.torch_memory import give_back
from studio.engines.torch_stop import Stopped, stopping
from studio.locales import note

if TYPE_CHECKING:
    import torch
    from transformers import BarkModel

_LONGEST = {"ja": 60, "zh": 45, "ko": 80, "hi": 130}
"""Characters that are surely said within thirteen seconds; Bark stops at fifteen, mid-word."""
_LONGEST_ELSEWHERE = 150
_PAUSES = {Ending.CLAUSE: 0.0, Ending.SENTENCE: 0.2, Ending.PARAGRAPH: 0.5, Ending.TEXT: 0.0}
"""Seconds of silence after a piece, besides the model's own."""
_FEWEST = 10
"""Semantic codes of a piece (0.2 s): the decoder cannot be given fewer than about five."""
_NEARLY = 0.99
"""Of the budget of semantic codes, rounding on the way to samples allowed for."""


class Bark(Engine):
    """The adapter. A size is loaded when first needed and stays."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = BarkOptions

    def __init__(self) -> None:
        self._device = "cpu"
        self._folders: dict[str, Path] = {}
        self._loaded: dict[str, Loaded] = {}

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        if weights is None:
            return []
        held = [presets(weights / size) for size in (SMALL, FULL)]
        return list({voice.id: voice for voices in held for voice in voices}.values())

    @classmethod
    def checkpoints(cls, asked: Asked) -> tuple[str, ...]:
        return (_set_of(str(asked.options.get("size", SMALL))),)

    def load(self, weights: Path | None, device: str) -> None:
        sizes = [size for size in (SMALL, FULL) if weights and (weights / size).is_dir()]
        if weights is None or not sizes:
            raise EngineProblem("checkpoint_file_missing", engine=CARD.title, file="config.json")
        self._device = device
        self._folders |= {size: weights / size for size in sizes}
        if len(sizes) == 1:  # of a folder with both, each when it is first needed
            self._size(sizes[0])

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk | Remark]:
        import torch

        options = BarkOptions.model_validate(dict(request.options))
        check_preset(request.preset, CARD.title)
        spoken = stretches(request.text, _LONGEST.get(request.language, _LONGEST_ELSEWHERE))
        if not spoken:
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        loaded = self._size(_set_of(options.size))
        voice = read_voice(
            loaded.folder,
            request.preset,
            semantic=loaded.semantic_codes,
            codes=loaded.codes,
            engine=CARD.title,
        )
        torch.manual_seed(request.seed)
        rate = loaded.sample_rate
        try:
            with stopping(_layers(loaded.model), stop):
                for stretch in spoken:
                    samples = _say(loaded, stretch, voice, options)
                    pause = np.zeros(round(_PAUSES[stretch.ending] * rate), np.float32)
                    if stop.is_set():
                        return
                    yield Chunk(np.concatenate([samples, pause]), rate)
                    if samples.size / rate >= _NEARLY * loaded.budget_seconds:
                        shown = stretch.text[:40]
                        yield Remark(note("engine.bark.cut_at_budget", text=shown))
        except Stopped:
            return

    def _size(self, name: str) -> Loaded:
        if name not in self._loaded:
            if name not in self._folders:
                raise EngineProblem("bark_set_missing", engine=CARD.title, set=name)
            self._loaded[name] = load(self._folders[name], self._device, engine=CARD.title)
        return self._loaded[name]

    def unload(self) -> None:
        self._loaded.clear()
        self._folders.clear()
        give_back()


def _say(
    loaded: Loaded,
    stretch: Stretch,
    voice: dict[str, NDArray[np.int64]],
    options: BarkOptions,
) -> NDArray[np.float32]:
    """One piece: semantic codes, coarse ones, fine ones, sound."""
    inputs = loaded.processor(stretch.text, voice_preset=dict(voice)).to(loaded.model.device)
    audio = loaded.model.generate(
        **inputs,
        do_sample=True,
        semantic_min_new_tokens=_FEWEST,
        semantic_temperature=options.semantic_temperature,
        coarse_temperature=options.coarse_temperature,
        fine_temperature=options.fine_temperature,
        min_eos_p=options.min_eos_p or None,
    )
    return np.clip(audio[0].float().cpu().numpy(), -1.0, 1.0)


def _layers(model: "BarkModel") -> "list[torch.nn.Module]":
    """What each of the four stages calls often."""
    return [
        *model.semantic.layers,
        *model.coarse_acoustics.layers,
        *model.fine_acoustics.layers,
        *model.codec_model.decoder.layers,
    ]


def _set_of(size: str) -> str:
    return FULL if size == "full" else SMALL
