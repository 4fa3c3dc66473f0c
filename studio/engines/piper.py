"""Piper: small VITS voices, a sentence at a time."""

from collections.abc import Iterator
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
from studio.engines.level import evened
from studio.engines.piper_card import CARD
from studio.engines.piper_voices import PiperVoiceFiles, preset_of, voices
from studio.engines.sentences import Ending, split

if TYPE_CHECKING:
    from piper import PiperVoice

_PAUSES = {Ending.CLAUSE: 0.05, Ending.SENTENCE: 0.2, Ending.PARAGRAPH: 0.5, Ending.TEXT: 0.0}
"""Seconds of silence added after a piece; the model leaves some of its own."""


class PiperOptions(BaseModel):
    """Piper's own settings; ``None`` is the voice's own value."""

    model_config = ConfigDict(extra="forbid")

    length_scale: Annotated[float, Field(ge=0.4, le=2.5, title="Length of sounds")] = 1.0
    noise_scale: Annotated[float, Field(ge=0.0, le=1.5, title="Variation of the voice")] = 0.667
    noise_w_scale: Annotated[float, Field(ge=0.0, le=1.5, title="Variation of rhythm")] = 0.8
    speaker_id: Annotated[int, Field(ge=0, title="Speaker (voices with several)")] = 0


class Piper(Engine):
    """The adapter. Voices are loaded when first asked for and stay."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = PiperOptions

    def __init__(self) -> None:
        self._files: dict[str, PiperVoiceFiles] = {}
        self._voices: dict[str, PiperVoice] = {}

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return [preset_of(voice) for voice in voices(weights)] if weights is not None else []

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """Only tempo: Piper can lengthen and shorten sounds and nothing else."""
        return reading.tempo_only(asked.instruction, option="length_scale", faster_is_more=False)

    def load(self, weights: Path | None, device: str) -> None:
        self._files = {voice.id: voice for voice in voices(weights)} if weights else {}
        if not self._files:
            raise RuntimeError(f"no voice in {weights}")
        self._voice(next(iter(self._files)))

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        from piper import SynthesisConfig

        options = PiperOptions.model_validate(dict(request.options))
        voice = self._voice(request.preset)
        speakers = voice.config.num_speakers
        if options.speaker_id >= max(1, speakers):
            # Piper would take any number and speak with whatever lies there.
            raise EngineProblem(
                "unknown_speaker", engine=CARD.title, speaker=options.speaker_id, last=speakers - 1
            )
        config = SynthesisConfig(
            speaker_id=options.speaker_id if speakers > 1 else None,
            length_scale=options.length_scale * voice.config.length_scale,
            noise_scale=options.noise_scale,
            noise_w_scale=options.noise_w_scale,
            # Piper's own way, to full scale by the peak of each sentence, jumps by several dB.
            normalize_audio=False,
        )
        silent = True
        for piece in split(request.text):
            for sentence in voice.synthesize(piece.text, config):
                if stop.is_set():
                    return
                rate = sentence.sample_rate
                speech = evened(sentence.audio_float_array.astype(np.float32), rate)
                pause = np.zeros(round(_PAUSES[piece.ending] * rate), np.float32)
                silent = False
                yield Chunk(np.concatenate([speech, pause]), rate)
        if silent and not stop.is_set():
            raise EngineProblem("nothing_to_say", engine=CARD.title)

    def unload(self) -> None:
        self._voices.clear()

    def _voice(self, preset: str) -> "PiperVoice":
        from piper import PiperVoice

        if preset not in self._voices:
            files = self._files.get(preset)
            if files is None:
                raise EngineProblem("unknown_preset", engine=CARD.title, preset=preset)
            self._voices[preset] = PiperVoice.load(files.model, files.config)
        return self._voices[preset]
