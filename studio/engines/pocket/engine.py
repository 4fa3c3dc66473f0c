"""Pocket TTS: streams frames of 80 ms, in preset voices or in that of a clip."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import BaseModel

from studio.engines.card import Card
from studio.engines.clip_length import long_enough
from studio.engines.contract import (
    Asked,
    Chunk,
    Engine,
    EngineProblem,
    Enrolment,
    Preset,
    ReferenceClip,
    Request,
    StopFlag,
)
from studio.engines.pocket.card import CARD, MAX_SECONDS
from studio.engines.pocket.library import (
    State,
    as_arrays,
    from_arrays,
    heard,
    open_model,
    resampled,
)
from studio.engines.pocket.models import CLONING, model_of, set_for, sets_in
from studio.engines.pocket.options import PocketOptions
from studio.engines.pocket.voices import VOICES, presets, voice_name
from studio.engines.sentences import split
from studio.locales import Note, note

if TYPE_CHECKING:
    from pocket_tts import TTSModel


class Pocket(Engine):
    """The adapter. Models are loaded set by set and stay."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = PocketOptions

    def __init__(self) -> None:
        self._folders: dict[str, Path] = {}
        self._models: dict[str, TTSModel] = {}
        self._states: dict[tuple[str, str], State] = {}

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return presets(weights) if weights is not None else []

    @classmethod
    def checkpoints(cls, asked: Asked) -> tuple[str, ...]:
        """The model of the language and size; for a clone the one that hears."""
        large = asked.options.get("size") == "large"
        return (set_for(asked.language, clones=asked.speaker == "clone", large=large),)

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        """A clone without the gated weights: those at hand have a voice of their own only."""
        (needed,) = cls.checkpoints(asked)
        if asked.speaker == "clone" and needed not in asked.sets:
            return note(
                "error.pocket_cloning_gated", engine=CARD.title, url=CARD.licence.url, set=needed
            )
        return None

    def load(self, weights: Path | None, device: str) -> None:
        found = sets_in(weights) if weights is not None else []
        if weights is None or not found:
            raise EngineProblem("pocket_weights_incomplete", file="model.safetensors", set="–")
        self._folders |= dict.fromkeys(found, weights)
        if len(found) == 1:  # in a folder with several, each when it is first needed
            self._model(found[0])

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """What each cloning model in memory remembers of the clip, and the clip for the others."""
        long_enough(clip, CARD)
        if not np.abs(clip.samples).max() > 0:
            raise EngineProblem("pocket_clip_silent", engine=CARD.title)
        names = [name for name in self._folders if name.endswith(CLONING)]
        if not names:
            raise EngineProblem(
                "pocket_cloning_gated",
                engine=CARD.title,
                url=CARD.licence.url,
                set=set_for("en", clones=True, large=False),
            )
        rate = self._model(names[0]).sample_rate
        samples = resampled(clip.samples, clip.sample_rate, rate)[: round(MAX_SECONDS * rate)]
        arrays = {"clip": samples}
        for name in names:
            if name in self._models:
                arrays |= as_arrays(heard(self._models[name], samples), name)
        return Enrolment(arrays, {"sample_rate": rate})

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        import torch

        options = PocketOptions.model_validate(dict(request.options))
        if not split(request.text):
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        clones = request.enrolment is not None
        name = set_for(request.language, clones=clones, large=options.size == "large")
        if not clones and request.preset not in VOICES:
            raise EngineProblem("unknown_preset", engine=CARD.title, preset=request.preset)
        model = self._model(name)
        if request.enrolment is not None:
            state = self._cloned(name, model, request.enrolment)
        else:
            state = self._preset(name, model, request.preset)
        model.temp = options.temperature
        model.sampler_decode_steps = options.decode_steps
        model.noise_clamp = options.noise_clamp or None
        model.eos_threshold = options.eos_threshold
        torch.manual_seed(request.seed)
        ended = _Ended(stop)
        frames = model.generate_audio_stream(
            state,
            request.text,
            frames_after_eos=None if options.frames_after_end < 0 else options.frames_after_end,
            stop=ended,
        )
        try:
            for frame in frames:
                if stop.is_set():
                    return
                samples = np.clip(frame.detach().cpu().numpy(), -1.0, 1.0)
                yield Chunk(samples.astype(np.float32), model.sample_rate)
        finally:
            # The library's threads go on until this is set, also after its generator is closed;
            # its last frames are waited for, since the next take would share the model with them.
            ended.set()
            for _ in frames:
                pass

    def unload(self) -> None:
        self._models.clear()
        self._states.clear()
        self._folders.clear()

    def _model(self, name: str) -> "TTSModel":
        if name not in self._models:
            if name not in self._folders:
                raise EngineProblem("pocket_set_missing", engine=CARD.title, set=name)
            self._models[name] = open_model(self._folders[name], name)
        return self._models[name]

    def _preset(self, name: str, model: "TTSModel", preset: str) -> State:
        key = (name, preset)
        if key not in self._states:
            path = self._folders[name] / voice_name(model_of(name).name, preset)
            if not path.is_file():
                raise EngineProblem("unknown_preset", engine=CARD.title, preset=preset)
            self._states[key] = model.get_state_for_audio_prompt(path)
        return self._states[key]

    def _cloned(self, name: str, model: "TTSModel", enrolment: Enrolment) -> State:
        """The clip's state for this model: enrolled with it, else heard now."""
        return from_arrays(enrolment.arrays, name) or heard(
            model, np.array(enrolment.arrays["clip"], np.float32)
        )


class _Ended(threading.Event):
    """An event of the library's kind that follows the studio's stop flag."""

    def __init__(self, stop: StopFlag) -> None:
        super().__init__()
        self._stop = stop

    def is_set(self) -> bool:
        return self._stop.is_set() or super().is_set()
