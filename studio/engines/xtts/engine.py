"""The XTTS adapter: a clip becomes latents once, a text becomes stretches that stream one by one.

The model says a limited number of characters in one go (95 in Korean) and cuts off or garbles what
goes beyond. The library leaves that to its caller; this adapter cuts a longer text at the ends of
sentences, a longer sentence at clause marks, else between words, and joins the audio.
"""

import contextlib
import re
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
    Remark,
    Request,
    StopFlag,
)
from studio.engines.coqui_import import import_coqui
from studio.engines.sentences import Ending
from studio.engines.stretches import NothingFits, Stretch, stretches
from studio.engines.torch_memory import give_back
from studio.engines.torch_stop import Stopped, stopping
from studio.engines.xtts.budget import Budget, codes_for
from studio.engines.xtts.card import CARD
from studio.engines.xtts.checkpoint import load_model
from studio.engines.xtts.languages import LANGUAGES, lacking
from studio.engines.xtts.options import XttsOptions
from studio.engines.xtts.speakers import speaker_names
from studio.locales import Note, note

if TYPE_CHECKING:
    import torch
    from TTS.tts.models.xtts import Xtts as Model

    Voice = tuple[torch.Tensor, torch.Tensor]
    """gpt_cond_latent (1, 32, width) and speaker_embedding (1, 512, 1)."""

SAMPLE_RATE = 24000
_CLIP_RATE = 22050
_PAUSES = {Ending.CLAUSE: 0.0, Ending.SENTENCE: 0.15, Ending.PARAGRAPH: 0.4, Ending.TEXT: 0.0}
"""Seconds of silence after a stretch, besides the model's own."""


class Xtts(Engine):
    """The adapter. Not for two takes at a time: its process serves one."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = XttsOptions

    def __init__(self) -> None:
        self._model: Model | None = None

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        """The studio speakers of the release: each speaks every language."""
        names = speaker_names(weights) if weights is not None else ()
        return [Preset(id=name, title=name) for name in names]

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        """A language whose reader is not installed; digits in Hindi, which nothing spells out."""
        if package := lacking(asked.language):
            return note("error.xtts_lacks_package", package=package)
        if asked.language == "hi" and (number := re.search("[0-9][0-9.,]*", asked.text)):
            return note("error.xtts_text_unread", text=number.group())
        return None

    def load(self, weights: Path | None, device: str) -> None:
        if weights is None:
            raise RuntimeError("XTTS needs weights")
        self.remarks = import_coqui()
        self._model = load_model(weights, device)

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """The clip's latents, averaged over its first 30 seconds in pieces of 4.

        The library itself refuses only clips below 0.33 s; the model's makers ask for six seconds.
        """
        import torch
        from torchaudio.functional import resample

        long_enough(clip, CARD)
        model = self._loaded()
        config = model.config
        samples = torch.from_numpy(np.array(clip.samples, np.float32))[None].clamp(-1, 1)
        heard = resample(samples, clip.sample_rate, _CLIP_RATE)
        heard = heard[:, : _CLIP_RATE * config.max_ref_len].to(model.device)
        embedding = model.get_speaker_embedding(heard, _CLIP_RATE)
        latent = model.get_gpt_cond_latents(
            heard, _CLIP_RATE, length=config.gpt_cond_len, chunk_length=config.gpt_cond_chunk_len
        )
        return Enrolment(
            arrays={
                "gpt_cond_latent": latent.float().cpu().numpy(),
                "speaker_embedding": embedding.float().cpu().numpy(),
            }
        )

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk | Remark]:
        import torch

        options = XttsOptions.model_validate(dict(request.options))
        self._check_language(request.language)
        voice = self._voice(request)
        spoken = self._stretches(request.text, request.language)
        if not spoken:
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        torch.manual_seed(request.seed)
        try:
            with stopping(self._layers(), stop):
                for stretch in spoken:
                    yield from self._speak(stretch, request.language, voice, options, stop)
        except Stopped:
            return
        if any(stretch.torn for stretch in spoken):
            yield Remark(note("engine.xtts.torn"))

    def unload(self) -> None:
        self._model = None
        give_back()

    def _speak(
        self,
        stretch: Stretch,
        language: str,
        voice: "Voice",
        options: XttsOptions,
        stop: StopFlag,
    ) -> Iterator[Chunk | Remark]:
        from studio.engines.xtts.stream import speech

        budget = Budget(codes_for(stretch.text, language))
        chunks = speech(self._loaded(), stretch.text, _code(language), voice, options, budget)
        with contextlib.closing(chunks):
            for samples in chunks:
                if stop.is_set():
                    raise Stopped
                yield Chunk(samples, SAMPLE_RATE)
        if budget.spent:
            shown = stretch.text[:40]
            yield Remark(note("engine.xtts.cut_at_budget", text=shown))
        if pause := round(_PAUSES[stretch.ending] * SAMPLE_RATE):
            yield Chunk(np.zeros(pause, np.float32), SAMPLE_RATE)

    def _stretches(self, text: str, language: str) -> list[Stretch]:
        most = self._loaded().args.gpt_max_text_tokens

        def fits(part: str) -> bool:
            return self._tokens(part, language) < most

        try:
            return stretches(text, LANGUAGES[language].characters, fits)
        except NothingFits as problem:
            raise _unread(str(problem)) from problem

    def _tokens(self, text: str, language: str) -> int:
        try:
            return len(self._loaded().tokenizer.encode(text.lower(), lang=_code(language)))
        except Exception as problem:
            # Spelling out numbers fails for some in some languages: decimals in Hindi, say.
            raise _unread(text) from problem

    def _check_language(self, language: str) -> None:
        if language not in LANGUAGES:
            raise EngineProblem("engine_language_unknown", engine=CARD.title, language=language)
        if package := lacking(language):
            raise EngineProblem("xtts_lacks_package", package=package)

    def _voice(self, request: Request) -> "Voice":
        import torch

        if request.enrolment is not None:
            arrays = request.enrolment.arrays
            latent, embedding = (
                torch.from_numpy(np.array(arrays[name], np.float32))
                for name in ("gpt_cond_latent", "speaker_embedding")
            )
            return latent, embedding
        speakers = self._loaded().speaker_manager.speakers
        if request.preset not in speakers:
            raise EngineProblem("unknown_preset", engine=CARD.title, preset=request.preset)
        voice = speakers[request.preset]
        return voice["gpt_cond_latent"].float(), voice["speaker_embedding"].float()

    def _layers(self) -> "list[torch.nn.Module]":
        """What is called often enough to stop within a fraction of a second on any machine."""
        model = self._loaded()
        vocoder = model.hifigan_decoder.waveform_decoder
        return [*model.gpt.gpt.h, *vocoder.ups, *vocoder.resblocks]

    def _loaded(self) -> "Model":
        if self._model is None:
            raise RuntimeError("load() comes first")
        return self._model


def _code(language: str) -> str:
    return LANGUAGES[language].code or language


def _unread(text: str) -> EngineProblem:
    return EngineProblem("xtts_text_unread", text=text[:60])
