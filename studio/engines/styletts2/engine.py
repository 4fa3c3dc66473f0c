"""The adapter to StyleTTS2: a voice is one vector, a take is made sentence by sentence."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel

from studio.engines.card import Card
from studio.engines.contract import (
    Chunk,
    Engine,
    EngineProblem,
    Enrolment,
    ReferenceClip,
    Request,
    StopFlag,
)
from studio.engines.sentences import Ending
from studio.engines.styletts2.card import CARD
from studio.engines.styletts2.checkpoint import load_model
from studio.engines.styletts2.library import quietly
from studio.engines.styletts2.options import StyleTts2Options
from studio.engines.styletts2.phonemes import pieces
from studio.engines.torch_stop import Stopped, stopping

_RATE = 24_000
_STYLE = 256
_KINSHIP = 0.7
"""How much a sentence keeps of the style of the one before: the library's own value."""
_PAUSES = {Ending.CLAUSE: 0.0, Ending.SENTENCE: 0.15, Ending.PARAGRAPH: 0.4, Ending.TEXT: 0.0}
"""Seconds of silence after a piece, on top of what the model leaves."""


class StyleTts2(Engine):
    """The adapter."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = StyleTts2Options

    def __init__(self) -> None:
        self._model: Any = None

    def load(self, weights: Path | None, device: str) -> None:
        if weights is None:
            raise RuntimeError("StyleTTS2 needs weights")
        self._model, self.remarks = load_model(weights, device)

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        import soundfile

        file = io.BytesIO()  # the library reads a file; it never sees a path
        soundfile.write(file, clip.samples, clip.sample_rate, format="WAV", subtype="FLOAT")
        file.seek(0)
        with quietly():
            style = self._loaded().compute_style(file)
        return Enrolment({"style": style.cpu().numpy().astype(np.float32)})

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        import torch

        options = StyleTts2Options.model_validate(dict(request.options))
        model = self._loaded()
        style = torch.from_numpy(_style(request).copy()).to(model.device)
        with quietly():
            spoken = pieces(request.text, model.phoneme_converter)
        if not spoken:
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        parts = [part for net in model.model.values() for part in net.modules()]
        torch.manual_seed(request.seed)
        before = None
        for piece in spoken:
            if stop.is_set():
                return
            try:
                with quietly(), stopping(parts, stop):
                    samples, before = model.long_inference_segment(
                        piece.text, before, style, t=_KINSHIP, **options.model_dump()
                    )
            except Stopped:
                return
            pause = np.zeros(round(_PAUSES[piece.ending] * _RATE), np.float32)
            yield Chunk(np.concatenate([samples.astype(np.float32), pause]), _RATE)

    def unload(self) -> None:
        self._model = None

    def _loaded(self) -> Any:
        if self._model is None:
            raise RuntimeError("load() comes first")
        return self._model


def _style(request: Request) -> np.ndarray:
    """The voice of a request, shape (1, 256)."""
    if request.preset:
        raise EngineProblem("unknown_preset", engine=CARD.title, preset=request.preset)
    if request.enrolment is None:
        raise EngineProblem("styletts2_needs_clip", engine=CARD.title)
    style = np.asarray(request.enrolment.arrays.get("style"))
    if style.shape != (1, _STYLE) or not np.isfinite(style).all():
        raise EngineProblem("styletts2_needs_clip", engine=CARD.title)
    return style.astype(np.float32)
