"""The Piper adapter: a text becomes sentences, each of them a chunk as soon as it is spoken."""

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
    Remark,
    Request,
    StopFlag,
)
from studio.engines.level import evened
from studio.engines.piper.card import CARD
from studio.engines.piper.catalogue import JOE, hub_voices, lacking, terms
from studio.engines.piper.voices import SPEAKER, PiperVoiceFiles, presets_of, voices
from studio.engines.sentences import Ending, split
from studio.engines.torch_files import damaged
from studio.locales import Note, note

if TYPE_CHECKING:
    from piper import PiperVoice

_PAUSES = {Ending.CLAUSE: 0.05, Ending.SENTENCE: 0.2, Ending.PARAGRAPH: 0.5, Ending.TEXT: 0.0}
"""Seconds of silence added after a piece; the model leaves some of its own."""


class PiperOptions(BaseModel):
    """Piper's own settings; the defaults are what most voices are published with."""

    model_config = ConfigDict(extra="forbid")

    length_scale: Annotated[float, Field(ge=0.4, le=2.5, title="Length of sounds")] = 1.0
    noise_scale: Annotated[float, Field(ge=0.0, le=1.5, title="Variation of the voice")] = 0.667
    noise_w_scale: Annotated[float, Field(ge=0.0, le=1.5, title="Variation of rhythm")] = 0.8
    speaker_id: Annotated[int, Field(ge=0, title="Speaker (voices with several)")] = 0
    """For voices with more speakers than are listed as presets."""


class Piper(Engine):
    """The adapter. Voices are loaded when first asked for and stay."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = PiperOptions

    def __init__(self) -> None:
        self._files: dict[str, PiperVoiceFiles] = {}
        self._voices: dict[str, PiperVoice] = {}

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        if weights is None:
            return []
        return [preset for voice in voices(weights) for preset in presets_of(voice)]

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """Only tempo: Piper can lengthen and shorten sounds and nothing else."""
        return reading.tempo_only(asked.instruction, option="length_scale", faster_is_more=False)

    @classmethod
    def checkpoints(cls, asked: Asked) -> tuple[str, ...]:
        """The voice's own set; one that is not the hub's lies in a folder with some that is."""
        if not asked.preset:
            return (hub_voices()[JOE].set_name,)
        voice = hub_voices().get(asked.preset.partition(SPEAKER)[0])
        return (voice.set_name,) if voice else tuple(sorted(asked.sets))

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        """A voice whose text needs a library that is not there, or two speakers at once."""
        key, _, speaker = asked.preset.partition(SPEAKER)
        voice = hub_voices().get(key)
        if voice and (package := lacking(voice.phonemes)):
            return note("error.piper_lacks_package", voice=key, package=package)
        if speaker and asked.options.get("speaker_id"):
            return note("error.piper_two_speakers", voice=key, speaker=speaker)
        return None

    def load(self, weights: Path | None, device: str) -> None:
        found = {voice.id: voice for voice in voices(weights)} if weights else {}
        if not found:
            raise EngineProblem("piper_no_voice", engine=CARD.title)
        self._files |= found
        if len(found) == 1:  # of a folder with several, each when it is first needed
            self._voice(next(iter(found)))

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk | Remark]:
        from piper import SynthesisConfig

        options = PiperOptions.model_validate(dict(request.options))
        key, _, name = request.preset.partition(SPEAKER)
        voice = self._voice(key)
        speaker = _speaker(self._files[key], name, options.speaker_id)
        config = SynthesisConfig(
            speaker_id=speaker,
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
        known = hub_voices().get(key)
        if known and (licence := terms(known)):
            yield Remark(licence)

    def unload(self) -> None:
        self._voices.clear()
        self._files.clear()

    def _voice(self, key: str) -> "PiperVoice":
        from piper import PiperVoice

        if key not in self._voices:
            files = self._files.get(key)
            if files is None:
                raise EngineProblem("unknown_preset", engine=CARD.title, preset=key)
            if package := lacking(files.phonemes):
                raise EngineProblem("piper_lacks_package", voice=key, package=package)
            if files.phonemes == "pinyin" and not (files.model.parent / "g2pW").is_dir():
                # The library would download it while speaking.
                raise EngineProblem("piper_lacks_package", voice=key, package="g2pW")
            try:
                self._voices[key] = PiperVoice.load(
                    files.model, files.config, download_dir=files.model.parent
                )
            except Exception as problem:  # onnxruntime's and the library's, of many kinds
                raise damaged(files.model, CARD.title) from problem
        return self._voices[key]


def _speaker(voice: PiperVoiceFiles, name: str, chosen: int) -> int | None:
    """The number of the speaker, named by the preset or chosen by the option.

    Piper would take any number and speak with whatever lies there.
    """
    if name and chosen:
        raise EngineProblem("piper_two_speakers", voice=voice.id, speaker=name)
    if name and name not in voice.names:
        preset = f"{voice.id}{SPEAKER}{name}"
        raise EngineProblem("unknown_preset", engine=CARD.title, preset=preset)
    number = voice.names[name] if name else chosen
    if number >= max(1, voice.speakers):
        raise EngineProblem(
            "unknown_speaker", engine=CARD.title, speaker=number, last=max(0, voice.speakers - 1)
        )
    return number if voice.speakers > 1 else None
