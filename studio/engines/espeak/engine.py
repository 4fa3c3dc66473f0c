"""eSpeak NG: formant synthesis in a hundred languages, and the low anchor of listening tests."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from studio.engines.card import (
    Card,
    Environment,
    Hardware,
    Instructing,
    LanguageFault,
    Licence,
)
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
from studio.engines.espeak.library import EspeakLibrary, Prosody, UnknownVoiceError
from studio.engines.espeak.prosody import interpret
from studio.engines.espeak.voices import languages, presets, voice_name
from studio.engines.sentences import speakable
from studio.locales import note

_AHEAD = 16
"""Blocks of 0.2 s made ahead of the listener; synthesis is a thousand times faster than speech."""
_WAIT = 0.05


class EspeakOptions(BaseModel):
    """eSpeak NG's own settings."""

    model_config = ConfigDict(extra="forbid")

    rate: Annotated[int, Field(ge=80, le=450, title="Rate (words a minute)")] = 175
    pitch: Annotated[int, Field(ge=0, le=100, title="Pitch")] = 50
    range: Annotated[int, Field(ge=0, le=100, title="Pitch range")] = 50
    volume: Annotated[int, Field(ge=10, le=150, title="Volume (percent)")] = 100
    whisper: Annotated[bool, Field(title="Whisper")] = False


class Espeak(Engine):
    """The adapter."""

    card: ClassVar[Card] = Card(
        name="espeak",
        title="eSpeak NG",
        summary=note("engine.espeak.summary"),
        homepage="https://github.com/espeak-ng/espeak-ng",
        licence=Licence(
            code="GPL-3.0-or-later",
            weights="GPL-3.0-or-later",
            commercial=True,
            url="https://github.com/espeak-ng/espeak-ng/blob/master/COPYING",
        ),
        languages=tuple(code for code in languages() if code not in {"ja", "hak"}),
        language_faults={
            "ja": LanguageFault(reason=note("engine.espeak.fault_characters")),
            "hak": LanguageFault(reason=note("engine.espeak.fault_characters")),
        },
        instruction=Instructing.MAPPED,
        streaming=True,
        varies=False,
        hardware=Hardware(runs_on=("cpu",), memory_mb=60),
        environment=Environment(probe=("espeakng_loader",)),
        low_anchor=True,
    )
    Options: ClassVar[type[BaseModel]] = EspeakOptions

    def __init__(self) -> None:
        self._library: EspeakLibrary | None = None

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return presets()

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """Emotions, tempo, pitch and loudness, through rate, pitch, range, volume and whisper."""
        return interpret(asked.instruction)

    def load(self, weights: Path | None, device: str) -> None:
        self._library = EspeakLibrary()

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        if self._library is None:
            raise RuntimeError("load() comes first")
        if request.preset not in {preset.id for preset in presets()}:
            # The library takes an unknown variant for none, without a word.
            raise EngineProblem("unknown_preset", engine=self.card.title, preset=request.preset)
        text = request.text.replace("\0", " ")
        if not speakable(text):
            raise EngineProblem("nothing_to_say", engine=self.card.title)
        speech = _Speech(self._library, request, text)
        try:
            for block in speech.blocks(stop):
                samples = block.astype(np.float32) / np.float32(32768)
                yield Chunk(samples, self._library.sample_rate)
        finally:
            speech.end()

    def unload(self) -> None:
        self._library = None


class _Speech:
    """One text being spoken in a thread of its own, a bounded number of blocks ahead."""

    def __init__(self, library: EspeakLibrary, request: Request, text: str) -> None:
        options = EspeakOptions.model_validate(dict(request.options))
        self._library = library
        self._text = text
        self._language = request.language
        self._voice = voice_name(request.language, request.preset, whisper=options.whisper)
        self._prosody = Prosody(options.rate, options.pitch, options.range, options.volume)
        self._blocks: queue.Queue[np.ndarray | None] = queue.Queue(_AHEAD)
        self._left = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="espeak", daemon=True)

    def blocks(self, stop: StopFlag) -> Iterator[np.ndarray]:
        self._thread.start()
        while not stop.is_set():
            try:
                block = self._blocks.get(timeout=_WAIT)
            except queue.Empty:
                continue
            if block is None:
                break
            yield block
        if isinstance(self._failure, UnknownVoiceError):
            raise EngineProblem(
                "engine_language_unknown", engine=Espeak.card.title, language=self._language
            )
        if self._failure is not None:
            raise self._failure

    def end(self) -> None:
        """Stop speaking, if it still does, and wait for the thread."""
        self._left.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            self._library.speak(self._text, self._voice, self._prosody, self._put)
        except Exception as failure:  # noqa: BLE001 - handed to the thread that iterates
            self._failure = failure
        self._put(None)

    def _put(self, block: np.ndarray | None) -> bool:
        while not self._left.is_set():
            try:
                self._blocks.put(block, timeout=_WAIT)
            except queue.Full:
                continue
            return True
        return False
