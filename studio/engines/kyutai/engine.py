"""The adapter to Kyutai TTS: a take is generated frame by frame and heard while it is."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel

from studio.engines.card import Card
from studio.engines.contract import (
    Asked,
    Chunk,
    Engine,
    EngineProblem,
    Preset,
    Request,
    StopFlag,
)
from studio.engines.kyutai.card import CARD
from studio.engines.kyutai.checkpoint import check_guidance, load_model
from studio.engines.kyutai.options import KyutaiOptions
from studio.engines.kyutai.pauses import LONGEST_PAUSES, paused
from studio.engines.kyutai.stream import Take
from studio.engines.kyutai.voices import VOICES, presets
from studio.engines.sentences import speakable
from studio.locales import Note, note

if TYPE_CHECKING:
    from moshi.models.tts import TTSModel


class Kyutai(Engine):
    """The adapter. Not for two takes at a time: the model keeps its state between frames."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = KyutaiOptions

    def __init__(self) -> None:
        self._model: TTSModel | None = None
        self._weights = Path()

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return presets(weights) if weights is not None else []

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        if paused(asked.text) > LONGEST_PAUSES:
            return note("error.kyutai_pauses", engine=CARD.title, seconds=LONGEST_PAUSES)
        return None

    def load(self, weights: Path | None, device: str) -> None:
        if weights is None:
            raise RuntimeError("Kyutai TTS needs weights")
        if device == "cpu":
            # Compiling takes longer than most takes; the variable is read when moshi is imported.
            os.environ.setdefault("NO_TORCH_COMPILE", "1")
        self._model = load_model(weights, device)
        check_guidance(self._model)
        self._weights = weights

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        if not speakable(request.text):
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        if paused(request.text) > LONGEST_PAUSES:
            raise EngineProblem("kyutai_pauses", engine=CARD.title, seconds=LONGEST_PAUSES)
        if self._model is None:
            raise RuntimeError("load() comes first")
        options = KyutaiOptions.model_validate(dict(request.options))
        take = Take(self._model, self._voice(request.preset), options, request.seed)
        yield from take.speak(request.text, stop)

    def unload(self) -> None:
        self._model = None

    def _voice(self, preset: str) -> Path:
        for voice in VOICES:
            if voice.preset.id == preset and (self._weights / voice.file).is_file():
                return self._weights / voice.file
        raise EngineProblem("unknown_preset", engine=CARD.title, preset=preset)
