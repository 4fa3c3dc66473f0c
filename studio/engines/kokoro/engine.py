"""Kokoro-82M through kokoro-onnx: sentences in parallel over one session, streamed in order."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from studio.engines import instruction as reading
from studio.engines.card import Card
from studio.engines.contract import (
    Asked,
    Chunk,
    Engine,
    EngineProblem,
    Interpretation,
    Preset,
    Request,
    StopFlag,
)
from studio.engines.cores import available
from studio.engines.kokoro.card import CARD
from studio.engines.kokoro.session import AbortableSession
from studio.engines.kokoro.voices import espeak_language, presets, voices_file
from studio.engines.ordered import in_order
from studio.engines.sentences import Ending, Piece, split

if TYPE_CHECKING:
    import kokoro_onnx

_PAUSES = {Ending.CLAUSE: 0.1, Ending.SENTENCE: 0.25, Ending.PARAGRAPH: 0.5, Ending.TEXT: 0.0}
"""Seconds of silence after a piece; the model's own, longer or shorter by chance, is trimmed."""


class KokoroOptions(BaseModel):
    """Kokoro's own settings."""

    model_config = ConfigDict(extra="forbid")

    speed: Annotated[float, Field(ge=0.5, le=2.0, title="Speed")] = 1.0


class Kokoro(Engine):
    """The adapter. Not for two takes at a time: its process serves one."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = KokoroOptions

    def __init__(self) -> None:
        self._model: kokoro_onnx.Kokoro | None = None
        self._session: AbortableSession | None = None
        self._phonemisers: dict[str, object] = {}
        self._styles: dict[str, np.ndarray] = {}
        # Beyond four, sentences wait for memory, not for cores.
        self._cores = available(most=4)

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return presets(weights) if weights is not None else []

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """Only tempo: Kokoro has a speed and nothing else."""
        return reading.tempo_only(asked.instruction, option="speed", faster_is_more=True)

    def load(self, weights: Path | None, device: str) -> None:
        from kokoro_onnx import Kokoro as Model

        if weights is None:
            raise RuntimeError("Kokoro needs weights")
        self._session = AbortableSession(weights, self._cores)
        self._model = Model.from_session(self._session, str(voices_file(weights)))

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        from kokoro_onnx.config import SAMPLE_RATE

        options = KokoroOptions.model_validate(dict(request.options))
        style = self._style(request.preset)
        language = espeak_language(request.language, request.preset)
        # Phonemes come first, for all pieces: it takes a millisecond a sentence and its faults (an
        # unknown language) belong before the first sound.
        spoken: list[tuple[Piece, str]] = []
        for piece in split(request.text):
            phonemes = self._phonemes(piece.text, language)
            if phonemes:
                spoken.append((piece, phonemes))
        if not spoken:
            raise EngineProblem("nothing_to_say", engine=CARD.title)

        def render(item: tuple[Piece, str]) -> np.ndarray:
            samples, _ = self._loaded().create(
                item[1], style, speed=options.speed, is_phonemes=True
            )
            return samples

        for piece, samples in self._in_order(spoken, render, stop):
            pause = np.zeros(round(_PAUSES[piece.ending] * SAMPLE_RATE), np.float32)
            yield Chunk(np.concatenate([samples, pause]).astype(np.float32), SAMPLE_RATE)

    def _in_order(
        self,
        spoken: list[tuple[Piece, str]],
        render: Callable[[tuple[Piece, str]], np.ndarray],
        stop: StopFlag,
    ) -> Iterator[tuple[Piece, np.ndarray]]:
        """All pieces: the first by itself on all cores, to be heard soon, the rest abreast."""
        session = self._session
        if session is None:
            raise RuntimeError("load() comes first")
        for some, workers in ((spoken[:1], 1), (spoken[1:], self._cores)):
            done = in_order(
                some, render, workers=workers, ahead=workers, stop=stop, abort=session.abort
            )
            for (piece, _), samples in done:
                yield piece, samples

    def unload(self) -> None:
        self._model = self._session = None
        self._styles.clear()

    def _loaded(self) -> "kokoro_onnx.Kokoro":
        if self._model is None:
            raise RuntimeError("load() comes first")
        return self._model

    def _style(self, preset: str) -> np.ndarray:
        if preset not in self._styles:
            model = self._loaded()
            if preset not in model.get_voices():
                raise EngineProblem("unknown_preset", engine=CARD.title, preset=preset)
            self._styles[preset] = model.get_voice_style(preset)
        return self._styles[preset]

    def _phonemes(self, text: str, language: str) -> str:
        """Phonemes in the model's vocabulary.

        Unlike kokoro-onnx, marks of a language switch are removed: it would speak "(en)" aloud.
        """
        from phonemizer.backend import EspeakBackend

        backend = self._phonemisers.get(language)
        if backend is None:
            if not EspeakBackend.is_supported_language(language):
                raise EngineProblem("engine_language_unknown", engine=CARD.title, language=language)
            backend = EspeakBackend(
                language,
                preserve_punctuation=True,
                with_stress=True,
                language_switch="remove-flags",
            )
            self._phonemisers[language] = backend
        # eSpeak hears two clauses in some numbers ("3.14")
        phonemes = " ".join(backend.phonemize([text]))  # type: ignore[attr-defined]
        return self._loaded().tokenizer.known(phonemes).strip()
